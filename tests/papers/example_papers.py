"""Every paper that there is, of typed example values: the same in every run, whatever the county holds."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from example_seals import CODE, URL, example_seals

from central.region import load_region
from drivers.printers.paper import Paper
from drivers.printers.sample import test_print as sample_print
from kiosk.clock import CHINA
from kiosk.contract.ledger import ContributionWire, StandingWire
from kiosk.contract.papers import AccountOfYear, PaperAnswer, RightsRecordContent, SealWire
from kiosk.domain.assurance import Evidence
from kiosk.domain.bills import ForWhom
from kiosk.domain.citizen_number import Sex
from kiosk.domain.finding_words import finding_words
from kiosk.domain.findings import findings
from kiosk.domain.insurance import Kind, ParticipationState
from kiosk.domain.ledger import (
    AccountChange,
    ChangeKind,
    Contribution,
    Ledger,
    PaymentType,
    Standing,
    owed_of,
    runs_of,
)
from kiosk.domain.money import Money
from kiosk.domain.months import Month, MonthSpan
from kiosk.domain.postings import Applied, Posting, Rejected, RejectionReason
from kiosk.domain.region import Issuer
from kiosk.domain.resident import Resident
from kiosk.domain.sales import NotKnown, Premium, Receipt, RefundDue, Sale, TenderKind
from kiosk.domain.tenders import BankCard
from kiosk.domain.text import say
from kiosk.papers.case_slip import Case, case_slip
from kiosk.papers.common import PrintedAt
from kiosk.papers.finding_slip import finding_slip
from kiosk.papers.issued import Issued, PaperSeal
from kiosk.papers.not_known_slip import not_known_slip, refund_slip
from kiosk.papers.participation_certificate import ParticipationCertificate, participation_certificate
from kiosk.papers.receipt import receipt_paper
from kiosk.papers.rights_record import rights_record
from kiosk.papers.transfer_certificate import TransferCertificate, transfer_certificate
from kiosk.papers.trip_plan import Stop, Ticket, TripPlan, trip_plan

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=CHINA)
AT = PrintedAt("T001", "示例村服务站", NOW)
REGION = load_region(Path(__file__).resolve().parents[2] / "central" / "regions" / "demo.toml").to_domain()
SOCIAL, MEDICAL, TAX = REGION.offices[Issuer.HRSS], REGION.offices[Issuer.NHSA], REGION.tax_office

EMPLOYER = "示例县青石纺织有限公司"
MASKED_NUMBER = "**************0242"
_SHARES = {
    Kind.PENSION_EMPLOYEE: (8, 16),
    Kind.UNEMPLOYMENT: (1, 1),
    Kind.MEDICAL_EMPLOYEE: (2, 8),
    Kind.WORK_INJURY: (0, 1),
}
"""Per cent of the base: the employee's and the employer's."""


def contribution(kind: Kind, month: Month) -> Contribution:
    """Medical is owed from January to July of 2026; what is before 2025-04 was paid elsewhere."""
    base = Money(418_000 if month.year == 2025 else 451_200)
    personal, employer = (Money(base.fen * share // 100) for share in _SHARES[kind])
    owed = kind is Kind.MEDICAL_EMPLOYEE and Month(2026, 1) <= month <= Month(2026, 7)
    elsewhere = kind is Kind.PENSION_EMPLOYEE and month < Month(2025, 4)
    return Contribution(
        kind,
        PaymentType.TRANSFER if elsewhere else PaymentType.NORMAL,
        month,
        month,
        base,
        personal,
        employer,
        personal,
        None if owed else month,
        None if elsewhere else EMPLOYER,
    )


CONTRIBUTIONS = tuple(
    contribution(kind, month)
    for kind in _SHARES
    for month in MonthSpan(Month(2025, 1), Month(2026, 10))
    if kind is Kind.PENSION_EMPLOYEE or month >= Month(2025, 4)
)
STANDINGS = tuple(
    Standing(
        kind,
        ParticipationState.PAYING,
        runs[0].span.first,
        runs,
        owed_of(CONTRIBUTIONS, kind),
        EMPLOYER,
    )
    for kind, runs in runs_of(CONTRIBUTIONS).items()
)
CHANGES = (AccountChange(date(2026, 1, 8), Kind.MEDICAL_EMPLOYEE, ChangeKind.SUSPENDED, MEDICAL.name),)
RECORD = RightsRecordContent(
    name="刘桂兰",
    number=MASKED_NUMBER,
    sex=Sex.FEMALE,
    place=EMPLOYER,
    years=(2025, 2026),
    standings=tuple(StandingWire.of(one) for one in STANDINGS),
    rows=tuple(ContributionWire.of(row) for row in CONTRIBUTIONS),
    accounts=(
        AccountOfYear(
            kind=Kind.PENSION_EMPLOYEE,
            year=2025,
            before_fen=Money(21_345_67),
            principal_fen=Money(4_012_80),
            interest_fen=Money(320_18),
            paid_out_fen=Money(0),
            total_fen=Money(25_678_65),
        ),
    ),
    cut_off=NOW,
)

CERTIFICATE = ParticipationCertificate(
    "刘桂兰", MASKED_NUMBER, REGION.name, MonthSpan(Month(2024, 11), Month(2026, 10)), STANDINGS, NOW
)
LEAVING = TransferCertificate(
    name="龚䶮",
    number="800100198103120242",
    personal_number="8001000012345678",
    household="示例县青石镇示例村三组12号",
    insured=MonthSpan(Month(2008, 3), Month(2026, 10)),
    months=208,
    agency=SOCIAL,
    postcode="800100",
    cut_off=NOW,
)
CASE = Case(
    number="20261120-7K3M-QW8X",
    matter=say("医保断缴，请单位补缴"),
    person="刘*兰",
    handed_in=NOW,
    documents=(say("缴费情况说明单1份"), say("劳动合同照片2张")),
    office=MEDICAL,
    promised=date(2026, 12, 4),
)
KEPT_CASE = Case(
    number="T001-00000012",
    matter=say("档案里的名字写错了"),
    person="陈*根",
    handed_in=NOW,
    documents=(say("身份证信息"), say("您说的情况1段")),
    office=SOCIAL,
    promised=None,
    helper="刘*兰",
)
PLAN = TripPlan(
    say("补缴居民养老"),
    (
        Stop(SOCIAL, "A区 5号窗口", say("核定要补缴的年份"), 6),
        Stop(SOCIAL, "D区 1号窗口", say("打印缴费通知")),
        Stop(TAX, "2号窗口 社保缴费", say("按通知缴费"), 14),
    ),
    (say("身份证或社保卡"), say("银行卡或现金")),
    say("当场办好"),
    Ticket("A743", date(2026, 11, 20)),
)
PLAN_ELSEWHERE = TripPlan(
    say("把养老保险转走"),
    (Stop(SOCIAL, "养老关系转移窗口", say("申请转移")),),
    (say("身份证或社保卡"),),
    say("15个工作日内答复"),
)

_OWN = Premium("b1", Kind.MEDICAL_RESIDENT, 2027, Money(400_00), "刘*兰", ForWhom.SELF)
_CHILDS = Premium("b2", Kind.MEDICAL_RESIDENT, 2027, Money(400_00), "陈*禾", ForWhom.DEPENDANT)
_PAID_AT = NOW - timedelta(minutes=3)
_SALE = Sale((_OWN, _CHILDS), "刘*兰", TenderKind.BANK_CARD)
_APPLIED = Applied("20261120-7K3M-QW8X-92ZB", NOW - timedelta(minutes=1))


def answer(seals: tuple[PaperSeal, ...] = ()) -> PaperAnswer:
    """The example record, as a centre issues it under these seals."""
    return PaperAnswer(
        code=CODE,
        url=URL,
        issued_at=NOW,
        valid_until=NOW + timedelta(days=30),
        issuers=(REGION.issuers[Issuer.HRSS], REGION.issuers[Issuer.NHSA]),
        seals=tuple(SealWire(issuer=one.issuer, text=one.text) for one in seals),
        rights_record=RECORD,
    )


def issued(*seals: PaperSeal) -> Issued:
    return Issued(CODE, URL, NOW, NOW + timedelta(days=30), seals)


def _receipt(number: int, premium: Premium, posting: Posting | None) -> Receipt:
    card = BankCard("622202******1234", "112233445566", "POI-1")
    return Receipt(f"T001-{number:08d}", premium, "刘*兰", card, _PAID_AT, "T001", posting)


def _finding_slip() -> Paper:
    resident = Resident("r", Evidence.CARD_READ, "刘", "刘*兰", MASKED_NUMBER)
    ledger = Ledger(STANDINGS, CONTRIBUTIONS, CHANGES)
    worst = findings(ledger, limits=REGION.base_limits, as_of=Month(2026, 11))[0]
    return finding_slip(resident, finding_words(worst, REGION), AT)


PAPERS: dict[str, Paper] = {
    "rights-record": rights_record(RECORD, answer(example_seals("rights_record")), AT),
    "rights-record-unsealed": rights_record(RECORD, answer(), AT),
    "rights-record-demo": rights_record(RECORD, answer(example_seals("rights_record_demo")), AT, demo=True),
    "rights-record-copy": rights_record(RECORD, None, AT),
    "finding-slip": _finding_slip(),
    "receipt": receipt_paper((_receipt(12, _OWN, _APPLIED),), REGION, AT),
    "receipt-of-a-family": receipt_paper(
        (_receipt(13, _OWN, None), _receipt(14, _CHILDS, Rejected(RejectionReason.ALREADY_PAID))), REGION, AT
    ),
    "not-known-slip": not_known_slip(_SALE, NotKnown("T001-P00000012", _PAID_AT), REGION, AT),
    "refund-slip": refund_slip(_SALE, RefundDue("T001-P00000012", _PAID_AT), REGION, AT),
    "participation-certificate": participation_certificate(
        CERTIFICATE, issued(*example_seals("participation_certificate")), REGION, AT
    ),
    "transfer-certificate": transfer_certificate(LEAVING, issued(), REGION, AT),
    "case-slip": case_slip(CASE, AT),
    "case-slip-kept": case_slip(KEPT_CASE, AT),
    "trip-plan": trip_plan(PLAN, AT),
    "trip-plan-elsewhere": trip_plan(PLAN_ELSEWHERE, AT),
    "test-print": sample_print("tcp://127.0.0.1:9100"),
}
"""By the names of their pictures."""
