"""Computes, from the raw file alone and with exact fractions, what the computations of ../loans must answer. Usage: loans.py FILE.

    rows      how many rows the file has under its header
    answers   computation, with its parameter -> loan -> outcome and reason codes
    facts     loan -> days of approval and charge-off, term, amounts in cents: what an import must have read
    models    the coefficients that stand here, for holding them against a fresh fit
"""

import csv
import json
import sys
from datetime import date, timedelta
from fractions import Fraction
from math import floor

MODELS = {
    "default-odds": {"intercept": "1.3931", "real_estate": "-2.1282", "portion": "-2.9875", "recession": "0.5041"},
    "default-odds-full": {
        "intercept": "3.2788",
        "real_estate": "5.0997",
        "portion": "-0.8555",
        "recession": "-0.1616",
        "term": "-0.043332",
        "employees": "-0.033911",
        "approved": "0.0000012382",
    },
}

SAS_EPOCH = date(1960, 1, 1)


def inputs(loan):
    return {
        "intercept": 1,
        "real_estate": int(loan["RealEstate"]),
        "portion": Fraction(loan["SBA_Appv"]) / Fraction(loan["GrAppv"]),
        "recession": int(loan["Recession"]),
        "term": int(loan["Term"]),
        "employees": int(loan["NoEmp"]),
        "approved": Fraction(loan["GrAppv"]),
    }


def log_odds(loan, model):
    values = inputs(loan)
    return sum(Fraction(weight) * values[feature] for feature, weight in MODELS[model].items())


def decision(yes, reason=None):
    return {"outcome": {"kind": "decision", "decision": yes}, "reasonCodes": [] if yes or reason is None else [reason]}


def at_most(cutoff):
    return lambda loan: decision(log_odds(loan, "default-odds") <= Fraction(cutoff), "L01")


def above(cutoff):
    return lambda loan: decision(log_odds(loan, "default-odds-full") > Fraction(cutoff))


def grid(loan):
    steps = floor((100 * log_odds(loan, "default-odds") + 600) / 5)
    return {"outcome": {"kind": "score", "score": -600 + 5 * max(0, min(200, steps))}, "reasonCodes": []}


COMPUTATIONS = {
    "default-odds": at_most("0"),
    "default-odds cutoff=-1": at_most("-1"),
    "default-odds cutoff=-0.10065": at_most("-0.10065"),
    "default-odds-below": lambda loan: decision(log_odds(loan, "default-odds") < Fraction("-0.10065")),
    "default-odds-full": above("0"),
    "default-odds-full cutoff=-0.810367": above("-0.810367"),
    "default-odds-grid": grid,
}


def day(text):
    return None if text == "" else (SAS_EPOCH + timedelta(days=int(text)) - date(1970, 1, 1)).days


def facts(loan):
    amounts = [int(Fraction(loan[name]) * 100) for name in ("GrAppv", "SBA_Appv")]
    return [day(loan["ApprovalDate"]), day(loan["ChgOffDate"]), int(loan["Term"]), *amounts]


def main(path):
    with open(path, encoding="utf-8-sig", newline="") as source:
        loans = {loan["LoanNr_ChkDgt"]: loan for loan in csv.DictReader(source)}
    with open(path, "rb") as source:
        rows = source.read().count(b"\n") - 1
    answers = {name: {number: outcome(loan) for number, loan in loans.items()} for name, outcome in COMPUTATIONS.items()}
    json.dump({"rows": rows, "answers": answers, "facts": {n: facts(loan) for n, loan in loans.items()}, "models": MODELS}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
