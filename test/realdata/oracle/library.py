"""What each computation of ../../../library must answer, written from its explanation, from raw files alone.

    library.py invoices FOLDER AS_OF ...       the invoices of the rated firms
    library.py receivables FILE AS_OF          invoices and when they were paid, read as trade payments and as utility bills
    library.py sample FOLDER AS_OF             the eight files of the sample, named after their datasets

One JSON value on standard output: as-of day -> computation, with its parameter -> firm -> outcome and reason codes.
"""

import csv
import json
import sys
from collections import defaultdict, namedtuple
from datetime import date
from fractions import Fraction
from os.path import join

import values as v
import windows as w
from outcomes import NO_RECORD, answer, decision, score
from records import Invoice, fen, invoices_by_firm, rated_firms

Bill = namedtuple("Bill", "due paid amount disputed")
Return = namedtuple("Return", "tax end due filed owed paid")
Case = namedtuple("Case", "kind role filed status dishonest")
Registration = namedtuple("Registration", "since status irregular changed")
Rating = namedtuple("Rating", "grade line defaulted day")

PERCENT = Fraction(1, 100)


def band(name, *reasons):
    return answer({"kind": "band", "band": name}, reasons)


def failed(*conditions, most=4):
    """A no carries the codes of the conditions that failed, in their order."""
    codes = [code for code, good in conditions if not good]
    return decision(not codes, codes[:most])


# Invoices


def year_and_before(invoices, as_of):
    return [v.within(v.valid(invoices), w.last_months(as_of, 12, until=back)) for back in (0, 12)]


def change_of_sales(sales, as_of):
    after, before = (v.total_of(part, "net") for part in year_and_before(sales, as_of))
    return v.change(before, after)


def months_sold(sales, as_of):
    sold = v.within(v.valid(sales), w.last_months(as_of, 24))
    return len(v.months_of([invoice for invoice in sold if invoice.total > 0]))


def sales_trend(firm, as_of):
    change = change_of_sales(firm.sales, as_of)
    if len(year_and_before(firm.sales, as_of)[1]) < 12 or change is None:
        return NO_RECORD
    if change >= 10 * PERCENT:
        return band("growing")
    if change >= -10 * PERCENT:
        return band("steady")
    return band("falling", "S01") if change >= -30 * PERCENT else band("collapsing", "S02")


def sales_continuity(months):
    def outcome(firm, as_of):
        if len(v.within(v.valid(firm.sales), w.last_months(as_of, 24))) < 12:
            return NO_RECORD
        change = change_of_sales(firm.sales, as_of)
        return failed(("S01", months_sold(firm.sales, as_of) >= months), ("S02", change is not None and change >= -30 * PERCENT))

    return outcome


def buyer_concentration(firm, as_of):
    sold = year_and_before(firm.sales, as_of)[0]
    share = v.share_of_largest(sold, "party", "net")
    if len(sold) < 12 or share is None:
        return NO_RECORD
    if share <= 25 * PERCENT:
        return band("spread")
    return band("leaning", "B01") if share <= 50 * PERCENT else band("dependent", "B02")


def void_ratio(firm, as_of):
    written = v.within(firm.sales, w.last_months(as_of, 12))
    if len(written) < 20:
        return NO_RECORD
    return failed(("V01", Fraction(len(v.void(written)), len(written)) <= 10 * PERCENT))


def margin_of(firm, as_of):
    sold = v.total_of(year_and_before(firm.sales, as_of)[0], "net")
    bought = v.total_of(year_and_before(firm.purchases, as_of)[0], "net")
    return (sold - bought) / sold if sold > 0 else None


def margin(firm, as_of):
    counts = [len(year_and_before(side, as_of)[0]) for side in (firm.sales, firm.purchases)]
    left = margin_of(firm, as_of)
    if counts[0] < 12 or counts[1] < 6 or left is None:
        return NO_RECORD
    if left >= 20 * PERCENT:
        return band("ample")
    return band("thin", "M01") if left >= 0 else band("negative", "M02")


# The scorecard: for each characteristic the points, the reason, and the points of its best bin


def card(firm, as_of):
    months = months_sold(firm.sales, as_of)
    yield (100, None) if months >= 22 else (60, "C01") if months >= 18 else (10, "C01"), 100
    change = change_of_sales(firm.sales, as_of)
    if change is None:
        yield (40, "C01"), 110
    else:
        yield (110, None) if change >= 10 * PERCENT else (90, None) if change >= -20 * PERCENT else (0, "C01"), 110
    share = v.share_of_largest(year_and_before(firm.sales, as_of)[0], "party", "net")
    if share is None:
        yield (0, "C01"), 90
    else:
        yield (90, None) if share <= 25 * PERCENT else (60, "B01") if share <= 50 * PERCENT else (10, "B01"), 90
    written = v.within(firm.sales, w.last_months(as_of, 12))
    voided = v.ratio(len(v.void(written)), len(written))
    if voided is None:
        yield (0, "C01"), 80
    else:
        yield (80, None) if voided <= 6 * PERCENT else (50, "V01") if voided <= 12 * PERCENT else (0, "V01"), 80
    left = margin_of(firm, as_of)
    if left is None:
        yield (0, "C01"), 80
    else:
        yield (80, None) if left >= 20 * PERCENT else (50, None) if left >= 0 else (0, "M01"), 80
    in_time = in_time_share(firm.returns, as_of)
    yield (90, None) if in_time >= 95 * PERCENT else (50, "F01") if in_time >= 80 * PERCENT else (0, "F01"), 90


def sme_scorecard(firm, as_of):
    if len(v.within(firm.sales, w.last_months(as_of, 24))) < 12 or len(fallen_due(firm.returns, as_of)) < 8:
        return NO_RECORD
    bins = list(card(firm, as_of))
    points = 300 + sum(gained for (gained, _reason), _best in bins)
    lost = sorted(((best - gained, reason) for (gained, reason), best in bins if reason), key=lambda pair: -pair[0])
    return score(max(300, min(850, points // 50 * 50)), [reason for _points, reason in lost[:1]])


# Tax returns


def fallen_due(returns, as_of):
    first, last = w.last_months(as_of, 24, until=1)
    return [each for each in returns if first <= each.due <= last]


def in_time_share(returns, as_of):
    due = fallen_due(returns, as_of)
    return Fraction(sum(1 for each in due if each.filed and each.filed <= each.due), len(due)) if due else None


def tax_continuity(firm, as_of):
    due = fallen_due(firm.returns, as_of)
    if len(due) < 8:
        return NO_RECORD
    first, last = w.last_months(as_of, 24)
    filed = [each for each in firm.returns if each.tax == "增值税" and each.filed]
    months = {each.end.year * 12 + each.end.month for each in filed if first <= each.end <= last}
    gap = v.longest_gap(months)
    quiet = (as_of - max(each.end for each in filed)).days if filed else None
    owing = [each for each in due if each.owed > 0]
    paid = v.ratio(sum(each.paid for each in owing), sum(each.owed for each in owing))
    return failed(
        ("F01", all(each.filed for each in due)),
        ("F02", gap is not None and gap <= 2 and quiet <= 125),
        ("F03", in_time_share(firm.returns, as_of) >= 90 * PERCENT),
        ("F04", paid is None or paid >= 98 * PERCENT),
        most=2,
    )


# Bills, payments, cases, registration, rating


def due_between(bills, window):
    first, last = window
    return [bill for bill in bills if first <= bill.due <= last]


def paid_within(bill, days):
    return bill.paid is not None and (bill.paid - bill.due).days <= days


def payment_delay(grace):
    def outcome(firm, as_of):
        owed = [bill for bill in due_between(firm.bills, w.last_days(as_of, 365, until=30)) if not bill.disputed and bill.amount > 0]
        if len(owed) < 6:
            return NO_RECORD
        share = Fraction(sum(bill.amount for bill in owed if paid_within(bill, grace)), sum(bill.amount for bill in owed))
        if share >= 90 * PERCENT:
            return band("prompt")
        return band("slow", "D01") if share >= 70 * PERCENT else band("late", "D02")

    return outcome


def utility_arrears(most_late):
    def outcome(firm, as_of):
        due = [bill for bill in due_between(firm.bills, w.last_days(as_of, 365, until=15)) if not bill.disputed]
        if len(due) < 6:
            return NO_RECORD
        late = sum(1 for bill in due if not paid_within(bill, 15))
        old = due_between(firm.bills, w.last_days(as_of, 1095, until=60))
        owing = any(bill.paid is None and not bill.disputed for bill in old)
        return failed(("U01", late <= most_late), ("U02", not owing))

    return outcome


def court_enforcement(firm, as_of):
    if not firm.cases:
        return NO_RECORD
    against = [case for case in firm.cases if case.role in ("被告", "被执行人", "被申请人")]
    five_years, one_year = (w.last_months(as_of, months) for months in (60, 12))
    unperformed = [case for case in against if case.kind == "执行" and case.status == "终结本次执行" and five_years[0] <= case.filed <= five_years[1]]
    suits = [case for case in against if case.kind == "民事" and one_year[0] <= case.filed <= one_year[1]]
    return failed(
        ("E01", not any(case.kind == "执行" and case.status == "执行中" for case in against)),
        ("E02", not unperformed and not any(case.dishonest for case in against)),
        ("E03", not any(case.kind == "破产" for case in against)),
        ("E04", len(suits) <= 2),
        most=2,
    )


def registration_age(least_days):
    def outcome(firm, as_of):
        if not firm.registration:
            return NO_RECORD
        (held,) = firm.registration
        return failed(
            ("R01", held.status in ("存续", "在业", "开业")),
            ("R02", not held.irregular),
            ("R03", (as_of - held.since).days >= least_days),
            ("R04", held.changed is None or (as_of - held.changed).days >= 180),
            most=2,
        )

    return outcome


def rating_and_line(line):
    def outcome(firm, as_of):
        if not firm.rating:
            return NO_RECORD
        (held,) = firm.rating
        return failed(
            ("K01", not held.defaulted),
            ("K02", held.grade in ("A", "B")),
            ("K03", (as_of - held.day).days <= 548),
            ("K04", held.line is not None and held.line >= line * 100),
            most=1,
        )

    return outcome


OF_INVOICES = {
    "sales-trend": sales_trend,
    "sales-continuity months=12": sales_continuity(12),
    "sales-continuity months=18": sales_continuity(18),
    "sales-continuity": sales_continuity(21),
    "buyer-concentration": buyer_concentration,
    "void-ratio": void_ratio,
    "margin": margin,
}
OF_PAYMENTS = {f"payment-delay grace={grace}": payment_delay(grace) for grace in (0, 15, 30)}
OF_BILLS = {f"utility-arrears most_late={most}": utility_arrears(most) for most in (0, 1, 2)}
OF_SAMPLE = {
    **OF_INVOICES,
    "sme-scorecard": sme_scorecard,
    "tax-continuity": tax_continuity,
    "court-enforcement": court_enforcement,
    **{f"registration-age least_days={days}": registration_age(days) for days in (365, 730, 1095)},
    **{f"rating-and-line line={line}": rating_and_line(line) for line in (500_000, 1_000_000, 2_000_000)},
}

Firm = namedtuple("Firm", "sales purchases returns bills cases registration rating", defaults=[()] * 7)


def answers_for(firms, as_of, computations):
    return {name: {firm: outcome(held, as_of) for firm, held in firms.items()} for name, outcome in computations.items()}


def of_invoices(folder, as_of):
    sales = invoices_by_firm(join(folder, "credit_output_invoices.csv.gz"))
    purchases = invoices_by_firm(join(folder, "credit_input_invoices.csv.gz"))
    firms = {firm: Firm(sales=sales.get(firm, []), purchases=purchases.get(firm, [])) for firm in rated_firms(folder)}
    return {day: answers_for(firms, date.fromisoformat(day), OF_INVOICES) for day in as_of}


def american_day(text):
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)


def of_receivables(path, as_of):
    bills = defaultdict(list)
    with open(path, encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            paid = american_day(row["SettledDate"]) if row["SettledDate"] else None
            bills[row["customerID"]].append(Bill(american_day(row["DueDate"]), paid, fen(row["InvoiceAmount"]), row["Disputed"] == "Yes"))
    firms = {firm: Firm(bills=held) for firm, held in bills.items()}
    return {day: answers_for(firms, date.fromisoformat(day), {**OF_PAYMENTS, **OF_BILLS}) for day in as_of}


def day_in(text):
    return date(*map(int, text.replace("-", "/").split("/"))) if text[:1].isdigit() else None


def sample_rows(folder, dataset, subject, encoding="utf-8"):
    """The rows by firm, without blanks around cells and commas in numbers. Rows that are wrong on purpose have no such day or amount."""
    rows = defaultdict(list)
    with open(join(folder, f"{dataset}.csv"), encoding=encoding, newline="") as source:
        for row in csv.DictReader(source):
            rows[row[subject].strip()].append({name: cell.strip().replace(",", "") for name, cell in row.items()})
    return rows


def made(rows, make):
    found = []
    for row in rows:
        try:
            found.append(make(row))
        except (ValueError, ArithmeticError):
            pass
    return found


def of_sample(folder, as_of):
    """Suppliers' reports and utility bills are both bills, so the firms are made twice."""
    sales = sample_rows(folder, "vat-sales", "销方识别号")
    purchases = sample_rows(folder, "vat-purchases", "购方识别号")
    returns = sample_rows(folder, "tax-filings", "纳税人识别号")
    registry = sample_rows(folder, "business-registration", "统一社会信用代码", "gb18030")
    cases = sample_rows(folder, "court-cases", "当事人统一社会信用代码", "gb18030")
    ratings = sample_rows(folder, "bank-rating", "统一社会信用代码")
    trade = sample_rows(folder, "trade-payments", "付款方识别号")
    utility = sample_rows(folder, "utility-bills", "客户信用代码")

    def invoice(party):
        amounts = ("金额", "税额", "价税合计")
        return lambda r: Invoice(r["发票号码"], day_in(r["开票日期"]), r[party], *(fen(r[a]) for a in amounts), r["发票状态"] == "有效发票")

    def firm(code, bills):
        return Firm(
            sales=made(sales[code], invoice("购方识别号")),
            purchases=made(purchases[code], invoice("销方识别号")),
            returns=made(
                returns[code],
                lambda r: Return(r["征收项目"], day_in(r["所属期止"]), day_in(r["申报期限"]), day_in(r["申报日期"]), fen(r["应纳税额"]), fen(r["已缴税额"])),
            ),
            bills=bills,
            cases=made(cases[code], lambda r: Case(r["案件类型"], r["诉讼地位"], day_in(r["立案日期"]), r["案件状态"], r["失信被执行人"] == "是")),
            registration=made(registry[code], lambda r: Registration(day_in(r["成立日期"]), r["登记状态"], r["经营异常"] == "是", day_in(r["最近变更日期"]))),
            rating=made(ratings[code], lambda r: Rating(r["信用评级"], fen(r["授信额度（万元）"]) * 10_000 if r["授信额度（万元）"] else None, r["是否违约"] == "是", day_in(r["评级日期"]))),
        )

    codes = list(registry)
    debts = {code: made(trade[code], lambda r: Bill(day_in(r["到期日"]), day_in(r["结清日"]), fen(r["金额"]), r["争议"] == "是")) for code in codes}
    bills = {code: made(utility[code], lambda r: Bill(day_in(r["应缴日"]), day_in(r["缴费日"]), fen(r["金额"]), r["状态"] == "争议")) for code in codes}
    found = {}
    for text in as_of:
        day = date.fromisoformat(text)
        found[text] = {
            **answers_for({code: firm(code, debts[code]) for code in codes}, day, {**OF_SAMPLE, **OF_PAYMENTS}),
            **answers_for({code: firm(code, bills[code]) for code in codes}, day, OF_BILLS),
        }
    return found


def main(kind, place, *as_of):
    json.dump({"invoices": of_invoices, "receivables": of_receivables, "sample": of_sample}[kind](place, as_of), sys.stdout)


main(*sys.argv[1:])
