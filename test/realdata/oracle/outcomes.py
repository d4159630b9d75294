"""What each computation in ../sme/computations must answer, written from what the manifests say. """

from fractions import Fraction
from math import floor

import values as v
import windows as w


def answer(outcome, reasons=()):
    return {"outcome": outcome, "reasonCodes": list(reasons)}


NO_RECORD = answer({"kind": "no-record"})


def score(number, reasons=()):
    return answer({"kind": "score", "score": number}, reasons)


def on_grid(value, least, most):
    """A value moved down to a grid of whole numbers."""
    return score(max(least, min(most, floor(value))))


def decision(yes, reasons=()):
    return answer({"kind": "decision", "decision": yes}, [] if yes else reasons)


def in_2019(records):
    return v.within(records, w.year_of(2019))


def sales_count(firm, as_of):
    return score(len(in_2019(firm.sales)))


def net_sales(firm, as_of):
    sold = v.valid(in_2019(firm.sales))
    return on_grid(v.total_of(sold, "net") / 1000, -1_000_000, 1_000_000) if sold else NO_RECORD


def amounts_add_up(firm, as_of):
    sold, bought = (sum(r.net + r.tax - r.total for r in records) for records in (firm.sales, firm.purchases))
    return on_grid(sold - 1000 * bought, -1_000_000, 1_000_000)


def void_ratio(most):
    def outcome(firm, as_of):
        share = v.ratio(len(v.void(firm.sales)), len(firm.sales))
        return decision(share is not None and share <= Fraction(most, 100), ["V01"])

    return outcome


def void_parts(firm, as_of):
    sold = in_2019(firm.sales)
    share = v.ratio(len(v.void(sold)), len(sold))
    return NO_RECORD if share is None else on_grid(share * 1_000_000, 0, 1_000_000)


def top_buyer_2019(firm):
    return v.share_of_largest(v.valid(in_2019(firm.sales)), "party", "total")


def largest_buyer(firm, as_of):
    share = top_buyer_2019(firm)
    if share is None:
        return NO_RECORD
    if share <= Fraction(1, 10):
        return answer({"kind": "band", "band": "spread"})
    if share <= Fraction(3, 10):
        return answer({"kind": "band", "band": "leaning"}, ["B01"])
    return answer({"kind": "band", "band": "dependent" if share < 1 else "captive"}, ["B02"])


def largest_buyer_parts(firm, as_of):
    share = top_buyer_2019(firm)
    return on_grid(-1 if share is None else share * 100_000, -1, 1_000_000)


def months_with_sales(firm, as_of):
    recent = v.within(v.valid(firm.sales), w.last_months(as_of, 24))
    return len(v.months_of([record for record in recent if record.total > 0]))


def active_months(firm, as_of):
    enough = len(v.within(firm.sales, w.last_months(as_of, 24))) >= 12
    return score(months_with_sales(firm, as_of)) if enough else NO_RECORD


def steady_seller(days):
    def outcome(firm, as_of):
        sales = v.valid(firm.sales)
        recent = v.within(sales, w.last_months(as_of, 10))
        before = v.within(sales, w.last_months(as_of, 10, until=10))
        idle = v.longest_gap(v.months_of(v.within(sales, w.last_months(as_of, 24))))
        if idle is None:
            return NO_RECORD
        sold = v.total_of(recent, "net")
        trend = v.change(v.total_of(before, "net"), sold)
        past = v.within(sales, w.last_months(as_of, 120))
        quiet = v.days_from(max((record.day for record in past), default=None), as_of)
        failed = [
            ("R01", not (firm.table.rating in ("A", "B") or sold >= 5_000_000)),
            ("R02", firm.table.defaulted),
            ("R03", trend is None or trend < Fraction(-30, 100)),
            ("R04", idle > 2),
            ("R05", quiet is None or quiet > days),
        ]
        reasons = [code for code, fails in failed if fails]
        return decision(not reasons, reasons[:3])

    return outcome
