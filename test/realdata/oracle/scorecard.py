"""The scorecard of ../sme/computations/scorecard.yaml: for each characteristic the points, the reason code, and the points of its best bin."""

from fractions import Fraction

import values as v
import windows as w
from outcomes import months_with_sales, score

PERCENT = Fraction(1, 100)


def bins_of(firm, as_of):
    year = w.last_months(as_of, 12)
    sales = v.within(firm.sales, year)
    sold = v.total_of(v.valid(sales), "net")
    purchases = v.within(v.valid(firm.purchases), year)
    yield grade_bin(firm.table.rating), 121
    yield ((0, "G02") if firm.table.defaulted else (60, None)), 60
    yield months_bin(months_with_sales(firm, as_of)), 100
    yield top_buyer_bin(v.share_of_largest(v.valid(sales), "party", "net")), 93
    yield void_bin(v.ratio(len(v.void(sales)), len(sales))), 93
    yield margin_bin(v.ratio(sold - v.total_of(purchases, "net"), sold)), 80
    yield ((53, None) if len({record.party for record in purchases}) >= 10 else (20, None)), 53


def grade_bin(rating):
    return {"A": (121, None), "B": (83, "G01"), "C": (40, "G01"), "D": (0, "G02")}[rating]


def months_bin(months):
    return (100, None) if months >= 22 else (55, "C01") if months >= 12 else (7, "C01")


def top_buyer_bin(share):
    if share is None:
        return 0, "T01"
    return (93, None) if share <= 25 * PERCENT else (60, "B01") if share <= 50 * PERCENT else (10, "B01")


def void_bin(share):
    if share is None:
        return 0, "T01"
    return (93, None) if share <= 6 * PERCENT else (50, "V01") if share <= 12 * PERCENT else (0, "V01")


def margin_bin(margin):
    if margin is None:
        return 0, "T01"
    return (80, None) if margin >= 20 * PERCENT else (50, None) if margin >= 0 else (0, "M01")


def scorecard(firm, as_of):
    """Points on a grid of 5 from 300 to 850. Three reasons: most points lost first, equal ones in the order of the card, each once."""
    points = 301
    lost = []
    for (gained, reason), best in bins_of(firm, as_of):
        points += gained
        if reason is not None:
            lost.append((best - gained, reason))
    reasons = []
    for _points, reason in sorted(lost, key=lambda pair: -pair[0]):
        if reason not in reasons:
            reasons.append(reason)
    return score(max(300, min(850, points // 5 * 5)), reasons[:3])
