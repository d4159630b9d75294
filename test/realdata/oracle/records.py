"""Reads the invoice files and the firm tables as they are, with the csv module alone. Amounts become whole fen."""

import csv
import gzip
import io
from collections import Counter, namedtuple
from datetime import date
from decimal import Decimal
from os.path import join

Invoice = namedtuple("Invoice", "number day party net tax total valid")
Firm = namedtuple("Firm", "name rating defaulted")

STATUS = {"有效发票": True, "作废发票": False}
ANSWER = {"是": True, "否": False}


def fen(text):
    amount = Decimal(text) * 100
    if amount != int(amount):
        raise ValueError("an amount with more than two decimals")
    return int(amount)


def rows_of(path):
    """The rows under the header, as lists of cells."""
    opened = gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")
    with opened as source:
        reader = csv.reader(io.TextIOWrapper(source, encoding="utf-8-sig", newline=""))
        next(reader)
        yield from reader


def count_lines(path):
    """What `zcat | wc -l` says, less the header."""
    opened = gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")
    with opened as source:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: source.read(1 << 20), b"")) - 1


def invoices_by_firm(path):
    """All invoices of each firm, in the order of the file. Columns: row, firm, number, date, party, net, tax, total, status."""
    days = {}
    firms = {}
    for _row, firm, number, day, party, net, tax, total, status in rows_of(path):
        if day not in days:
            days[day] = date(*map(int, day.split("/")))
        record = Invoice(number, days[day], party, fen(net), fen(tax), fen(total), STATUS[status.strip()])
        firms.setdefault(firm.strip(), []).append(record)
    return firms


def rated_firms(folder):
    rows = rows_of(join(folder, "credit_firms.csv"))
    return {firm: Firm(name.strip(), rating.strip(), ANSWER[defaulted.strip()]) for firm, name, rating, defaulted in rows}


def rows_by_firm(path):
    """How many lines under the header name each firm in their second cell. No cell of these files is quoted."""
    with gzip.open(path, "rb") as source:
        next(source)
        return {firm.decode(): count for firm, count in Counter(line.split(b",", 2)[1] for line in source).items()}
