"""Computes, from the raw files alone, what the node must answer. Usage: sme.py FOLDER AS_OF [AS_OF ...]; one JSON value on standard output.

    rows      how many rows each file has under its header
    firms     how many sales and purchases rows each of the 425 firms has
    answers   as-of day -> computation, with its parameter -> firm -> outcome and reason codes
    features  as-of day -> firm -> feature of every-feature.yaml -> value
"""

import json
import sys
from collections import namedtuple
from datetime import date
from os.path import join

import outcomes
from features import features_of
from records import count_lines, invoices_by_firm, rated_firms, rows_by_firm
from scorecard import scorecard

FirmRecords = namedtuple("FirmRecords", "sales purchases table")

FILES = [
    "credit_output_invoices.csv.gz",
    "credit_input_invoices.csv.gz",
    "nocredit_output_invoices.csv.gz",
    "nocredit_input_invoices.csv.gz",
    "credit_firms.csv",
    "nocredit_firms.csv",
]

COMPUTATIONS = {
    "sales-count": outcomes.sales_count,
    "net-sales": outcomes.net_sales,
    "amounts-add-up": outcomes.amounts_add_up,
    "void-ratio most=2%": outcomes.void_ratio(2),
    "void-ratio": outcomes.void_ratio(5),
    "void-ratio most=10%": outcomes.void_ratio(10),
    "void-parts": outcomes.void_parts,
    "largest-buyer": outcomes.largest_buyer,
    "largest-buyer-parts": outcomes.largest_buyer_parts,
    "active-months": outcomes.active_months,
    "scorecard": scorecard,
    "steady-seller": outcomes.steady_seller(365),
    "steady-seller days=30": outcomes.steady_seller(30),
    "every-feature": lambda firm, as_of: outcomes.decision(len(firm.sales) >= 1),
}


def rows_of_all_firms(folder):
    sales, purchases = ({}, {})
    for kind in ("credit", "nocredit"):
        sales.update(rows_by_firm(join(folder, f"{kind}_output_invoices.csv.gz")))
        purchases.update(rows_by_firm(join(folder, f"{kind}_input_invoices.csv.gz")))
    return {firm: [sales.get(firm, 0), purchases.get(firm, 0)] for firm in sorted({*sales, *purchases})}


def main(folder, *as_of_days):
    sales = invoices_by_firm(join(folder, "credit_output_invoices.csv.gz"))
    purchases = invoices_by_firm(join(folder, "credit_input_invoices.csv.gz"))
    firms = {firm: FirmRecords(sales.get(firm, []), purchases.get(firm, []), table) for firm, table in rated_firms(folder).items()}
    found = {"rows": {file: count_lines(join(folder, file)) for file in FILES}, "firms": rows_of_all_firms(folder)}
    found["answers"], found["features"] = {}, {}
    for text in as_of_days:
        as_of = date.fromisoformat(text)
        answers = {name: {firm: outcome(held, as_of) for firm, held in firms.items()} for name, outcome in COMPUTATIONS.items()}
        found["answers"][text] = answers
        found["features"][text] = {firm: features_of(held, as_of) for firm, held in firms.items()}
    json.dump(found, sys.stdout)


main(*sys.argv[1:])
