"""Every feature of ../sme/computations/every-feature.yaml, by name. Numbers are exact fractions, None is missing."""

from datetime import date
from fractions import Fraction

import values as v
import windows as w


def count_features(firm, as_of):
    sales, bought = firm.sales, firm.purchases

    def rows_in(window):
        return len(v.within(sales, window))

    return {
        "rows": len(sales),
        "numbers": len({r.number for r in sales}),
        "amounts": len({r.total for r in sales}),
        "void_rows": len(v.void(sales)),
        "not_void": len(v.valid(sales)),
        "credit_notes": sum(1 for r in bought if r.total < 0 and r.valid),
        "between_amounts": sum(1 for r in bought if 99_999 <= r.total <= 1_000_000),
        "some_dates": rows_in((date(2018, 3, 1), date(2018, 5, 31))),
        "between_dates": rows_in((date(2018, 2, 28), date(2018, 6, 1))),
        "one_month": rows_in(w.month_of(2019, 7)),
        "this_month": rows_in(w.month_of(as_of.year, as_of.month)),
        "last_month": rows_in(w.month_before(as_of)),
        "this_year": rows_in(w.year_of(as_of.year)),
        "last_year": rows_in(w.year_of(as_of.year - 1)),
        "ninety_days": rows_in(w.last_days(as_of, 90)),
        "before_them": rows_in(w.last_days(as_of, 90, until=90)),
        "ten_months": rows_in(w.last_months(as_of, 10)),
        "ten_before": rows_in(w.last_months(as_of, 10, until=10)),
        "full_months": rows_in(w.full_months(as_of, 6)),
        "full_years": rows_in(w.full_years(as_of, 2)),
        "two_years": rows_in(w.last_months(as_of, 24)),
    }


def amount_features(firm, as_of):
    sales, bought = firm.sales, firm.purchases
    sold = v.valid(sales)
    taxes = [r.tax for r in sold]
    return {
        "net": v.total_of(sales, "net"),
        "net_valid": v.total_of(sold, "net"),
        "credit_sum": v.total_of([r for r in sold if r.total < 0], "total"),
        "bought": v.total_of(v.valid(bought), "total"),
        "least": v.amount(min((r.total for r in sales), default=None)),
        "most": v.amount(max((r.total for r in bought), default=None)),
        "middle": Fraction(sum(taxes), 100 * len(taxes)) if taxes else None,
        "top_buyer": v.share_of_largest(sold, "party", "total"),
        "top_buyer_rows": v.share_of_largest(sales, "party"),
        "top_status": v.share_of_largest(bought, "valid", "net"),
        "latest_total": v.amount(v.at_latest(sales, "total")),
        "void_share": v.ratio(len(v.void(sales)), len(sales)),
        "per_invoice": v.ratio(v.total_of(sales, "net"), len(sales)),
        "margin": v.total_of(sold, "total") - v.total_of(v.valid(bought), "total"),
        "trend": v.change(*(v.total_of(v.within(sold, w.year_of(year)), "net") for year in (2018, 2019))),
    }


def calendar_features(firm, as_of):
    sales, bought = firm.sales, firm.purchases
    sold = v.valid(sales)
    return {
        "days": len(v.days_of(bought)),
        "months": len(v.months_of(bought)),
        "years": len(v.years_of(bought)),
        "since_latest": v.days_from(max((r.day for r in sales), default=None), as_of),
        "since_first": v.days_from(min((r.day for r in bought), default=None), as_of),
        "gap_days": v.longest_gap(v.days_of(sold)),
        "gap_months": v.longest_gap(v.months_of(v.within(sold, w.year_of(2019)))),
        "run_days": v.longest_run(v.days_of(sales)),
        "run_months": v.longest_run(v.months_of(bought)),
        "run_years": v.longest_run(v.years_of(bought)),
        "has_void": int(bool(v.within(v.void(sales), w.last_days(as_of, 30)))),
    }


def party_features(firm, as_of):
    sales, bought = firm.sales, firm.purchases
    before, after = (v.within(sales, w.full_months(as_of, 6, until=back)) for back in (6, 0))
    share = v.ratio(len(v.void(sales)), len(sales))
    good = firm.table.rating in ("A", "B") and not (share is None or share > Fraction(1, 10))
    return {
        "buyers": len({r.party for r in v.valid(sales)}),
        "buyer_trend": v.change(len({r.party for r in before}), len({r.party for r in after})),
        "latest_buyer": v.at_latest(v.valid(sales), "party"),
        "latest_status": v.status(v.at_latest(bought, "valid")),
        "only_status": v.status(v.same_everywhere(bought, "valid")),
        "rating": firm.table.rating,
        "defaulted": "true" if firm.table.defaulted else "false",
        "has_rating": 1,
        "is_good": int(good),
    }


def features_of(firm, as_of):
    made = [part(firm, as_of) for part in (count_features, amount_features, calendar_features, party_features)]
    return {name: written(value) for part in made for name, value in part.items()}


def written(value):
    """A number as `numerator/denominator` in lowest terms, a word as it is."""
    if value is None or isinstance(value, str):
        return value
    exact = Fraction(value)
    return f"{exact.numerator}/{exact.denominator}"
