"""Counts, from the raw file alone, what a test of ../loans/computations/loan-points.yaml must come near. Usage: validation.py FILE EARLIER.

The earlier epoch has the first EARLIER loans, the later one all of them. Counts are [all, yes, good, bad, earlier].

    loans       of all loans
    bins        characteristic -> counts of each of its bins, in the order of the card
    points      points -> counts
    yes         cutoff -> how many have so many points
    figures     exact KS, AUC and Gini over single points; PSI of each characteristic, of the decision; IV of each characteristic
"""

import csv
import json
import sys
from fractions import Fraction
from math import log

CUTOFFS = [180, 150, 210]


def term_bin(loan):
    months = int(loan["Term"])
    return (0, 90) if months >= 120 else (1, Fraction("60.5")) if months >= 84 else (2, 0) if 0 < months <= 3 else (3, 10)


def portion_bin(loan):
    share = Fraction(loan["SBA_Appv"]) / Fraction(loan["GrAppv"])
    return (0, 20) if share <= Fraction(1, 2) else (1, 45) if share <= Fraction(3, 4) else (2, 30)


def recession_bin(loan):
    return (0, 0) if loan["Recession"] == "1" else (1, 15)


CARD = {"term": (term_bin, 4), "portion": (portion_bin, 4), "recession": (recession_bin, 2)}


def divergence(left, right):
    """Sum of (p - q) ln(p / q) over the places where both have something."""
    terms = [(a / sum(left), b / sum(right)) for a, b in zip(left, right) if a > 0 and b > 0]
    return sum((p - q) * log(p / q) for p, q in terms)


def pairs(good, bad):
    """The chance that a good loan has more points than a bad one, by looking at every pair of points."""
    ordered = sum(g * b * (1 if x > y else Fraction(1, 2)) for x, g in good.items() for y, b in bad.items() if x >= y)
    return Fraction(ordered) / (sum(good.values()) * sum(bad.values()))


def widest_gap(good, bad):
    marks = sorted({*good, *bad})
    below = lambda counts, mark: Fraction(sum(n for x, n in counts.items() if x <= mark), sum(counts.values()))
    return max(abs(below(good, mark) - below(bad, mark)) for mark in marks)


def main(path, earlier):
    with open(path, encoding="utf-8-sig", newline="") as source:
        loans = list(csv.DictReader(source))
    total, bins, points = [0] * 5, {name: [[0] * 5 for _ in range(size)] for name, (_, size) in CARD.items()}, {}
    yes = {cutoff: 0 for cutoff in CUTOFFS}
    decisions = [[0, 0], [0, 0]]
    for number, loan in enumerate(loans):
        hits = {name: bin_of(loan) for name, (bin_of, _) in CARD.items()}
        score = 100 + sum(gained for _, gained in hits.values())
        bad, early, accepted = loan["MIS_Status"] != "P I F", number < int(earlier), score >= CUTOFFS[0]
        counted = [1, int(accepted), int(not bad), int(bad), int(early)]
        for row in [total, points.setdefault(score, [0] * 5), *(bins[name][index] for name, (index, _) in hits.items())]:
            for place, one in enumerate(counted):
                row[place] += one
        for cutoff in CUTOFFS:
            yes[cutoff] += score >= cutoff
        decisions[int(accepted)][0] += 1
        decisions[int(accepted)][1] += early
    good, bad = ({score: row[place] for score, row in points.items()} for place in (2, 3))
    auc = pairs(good, bad)
    figures = {
        "ks": float(widest_gap(good, bad)),
        "auc": float(auc),
        "gini": float(2 * auc - 1),
        "decision": divergence(*zip(*decisions)),
        "psi": {name: divergence([row[0] for row in rows], [row[4] for row in rows]) for name, rows in bins.items()},
        "iv": {name: divergence([row[2] for row in rows], [row[3] for row in rows]) for name, rows in bins.items()},
    }
    rows = [[float(score), *row] for score, row in sorted(points.items())]
    json.dump({"loans": total, "bins": bins, "points": rows, "yes": yes, "figures": figures}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
