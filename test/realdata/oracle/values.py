"""The ways to make one value of many records, exactly. None stands for a missing value."""

from fractions import Fraction

YUAN = 100


def within(records, window):
    first, last = window
    return [record for record in records if first <= record.day <= last]


def valid(records):
    return [record for record in records if record.valid]


def void(records):
    return [record for record in records if not record.valid]


def total_of(records, column):
    return Fraction(sum(getattr(record, column) for record in records), YUAN)


def ratio(above, below):
    return None if above is None or below is None or below == 0 else Fraction(above) / Fraction(below)


def change(before, after):
    return None if before <= 0 else (Fraction(after) - before) / before


def share_of_largest(records, group, column=None):
    sums = {}
    for record in records:
        key = getattr(record, group)
        sums[key] = sums.get(key, 0) + (1 if column is None else getattr(record, column))
    whole = sum(sums.values())
    return None if whole <= 0 else Fraction(max(sums.values()), whole)


def months_of(records):
    return {record.day.year * 12 + record.day.month for record in records}


def days_of(records):
    return {record.day.toordinal() for record in records}


def years_of(records):
    return {record.day.year for record in records}


def longest_gap(units):
    ordered = sorted(units)
    return None if not ordered else max([b - a - 1 for a, b in zip(ordered, ordered[1:])], default=0)


def longest_run(units):
    longest = run = 0
    for unit in sorted(units):
        run = run + 1 if unit - 1 in units and run > 0 else 1
        longest = max(longest, run)
    return longest


def at_latest(records, column):
    """The value in the records of the latest day; missing when those differ."""
    if not records:
        return None
    latest = max(record.day for record in records)
    found = {getattr(record, column) for record in records if record.day == latest}
    return found.pop() if len(found) == 1 else None


def same_everywhere(records, column):
    found = {getattr(record, column) for record in records}
    return found.pop() if len(found) == 1 else None


def days_from(day, as_of):
    return None if day is None else (as_of - day).days


def amount(fen):
    return None if fen is None else Fraction(fen, YUAN)


def status(value):
    return None if value is None else "valid" if value else "void"
