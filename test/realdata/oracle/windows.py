"""Calendar arithmetic of the windows, written from their meaning in docs: days are datetime.date, both ends of a window belong to it."""

import calendar
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


def months_before(day, months):
    """The same day of an earlier month, or the last day of that month when it is shorter."""
    index = day.year * 12 + day.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def last_months(as_of, months, until=0):
    return months_before(as_of, months + until) + ONE_DAY, months_before(as_of, until)


def last_days(as_of, days, until=0):
    return as_of - timedelta(days=days + until - 1), as_of - timedelta(days=until)


def full_months(as_of, months, until=0):
    first = as_of.replace(day=1)
    return months_before(first, months + until), months_before(first, until) - ONE_DAY


def full_years(as_of, years):
    return date(as_of.year - years, 1, 1), date(as_of.year - 1, 12, 31)


def year_of(year):
    return date(year, 1, 1), date(year, 12, 31)


def month_of(year, month):
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def month_before(as_of):
    earlier = months_before(as_of, 1)
    return month_of(earlier.year, earlier.month)
