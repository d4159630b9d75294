"""What an import of one file has to hold, column by column. Usage: columns.py SET FILE; one JSON value on standard output.

    rows       how many records the file has
    rejected   how many of them have a number with an exponent (1e+05), which an import does not take
    subjects   how many different subjects the others have
    columns    name -> [missing values, sum of the others], as whole numbers: days since 1970, minor units, scaled decimals, member's position, 0 or 1;
               for a code how many different ones there are
"""

import csv
import gzip
import io
import json
import sys
from datetime import date
from fractions import Fraction
from math import floor


def whole(text):
    return int(text)


def scaled(decimals):
    """Half away from zero past the decimals that are kept."""

    def read(text):
        size = floor(abs(Fraction(text)) * 10**decimals + Fraction(1, 2))
        return -size if text.startswith("-") else size

    return read


def american_day(text):
    month, day, year = map(int, text.split("/"))
    return (date(year, month, day) - date(1970, 1, 1)).days


def one_of(*members):
    return members.index


CODE = str

SETS = {
    "cards": {
        "subject": "ID",
        "limit": ("LIMIT_BAL", scaled(2)),
        "education": ("EDUCATION", CODE),
        "age": ("AGE", whole),
        "paid_late": ("PAY_0", whole),
        "bill": ("BILL_AMT1", scaled(2)),
        "paid": ("PAY_AMT6", scaled(2)),
        "defaulted": ("default.payment.next.month", one_of("0", "1")),
    },
    "receivables": {
        "subject": "customerID",
        "number": ("invoiceNumber", CODE),
        "issued": ("InvoiceDate", american_day),
        "due": ("DueDate", american_day),
        "settled": ("SettledDate", american_day),
        "amount": ("InvoiceAmount", scaled(2)),
        "disputed": ("Disputed", one_of("No", "Yes")),
        "bill": ("PaperlessBill", one_of("Paper", "Electronic")),
        "days_late": ("DaysLate", whole),
    },
    "applicants": {
        "account": (0, one_of("A11", "A12", "A13", "A14")),
        "months": (1, whole),
        "purpose": (3, CODE),
        "amount": (4, whole),
        "age": (12, whole),
        "good": (20, one_of("2", "1")),
    },
    "ratios": {
        "profit": (0, scaled(6)),
        "rotation": (36, scaled(2)),
        "growth": (20, scaled(3)),
        "sales": (63, scaled(6)),
        "bankrupt": (64, one_of("0", "1")),
    },
}


def records(name, path):
    """The records of a file as something that the first part of a column's entry picks a cell from."""
    opened = gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")
    with opened as source:
        text = io.TextIOWrapper(source, encoding="utf-8-sig", newline="")
        if name in ("cards", "receivables"):
            yield from csv.DictReader(text)
        elif name == "applicants":
            yield from csv.reader(text, delimiter="\t")
        else:
            for line in text:
                if line.strip().lower() == "@data":
                    break
            yield from csv.reader(line for line in text if line.strip())


def summary(values, read):
    there = [value for value in values if value not in ("", "?")]
    missing = len(values) - len(there)
    return [missing, len(set(there)) if read is CODE else sum(map(read, there))]


def main(name, path):
    columns = dict(SETS[name])
    subject = columns.pop("subject", None)
    rows = list(records(name, path))
    found = [record for record in rows if not any("e+" in record[place] for place, read in columns.values() if read is not CODE)]
    subjects = len(found) if subject is None else len({record[subject] for record in found})
    made = {column: summary([record[place].strip() for record in found], read) for column, (place, read) in columns.items()}
    json.dump({"rows": len(rows), "rejected": len(rows) - len(found), "subjects": subjects, "columns": made}, sys.stdout)


main(*sys.argv[1:])
