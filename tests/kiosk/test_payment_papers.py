"""The papers of paying: what they say of the money in each state, and what can never be on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laid_out import AT, NOW, REGION, WIDTHS, lines_of
from resident import words_on

from drivers.pin_pads.reading import masked
from drivers.printers.escpos import encode
from drivers.printers.paper import Align, Leader, Paper
from drivers.printers.paper import Text as Line
from kiosk.domain.bills import ForWhom
from kiosk.domain.capital_numerals import LARGEST, in_capitals
from kiosk.domain.citizen_number import masked_name
from kiosk.domain.insurance import Kind
from kiosk.domain.money import Money, total
from kiosk.domain.payment_words import rejection_words
from kiosk.domain.postings import Applied, Posting, Rejected, RejectionReason
from kiosk.domain.region import Issuer
from kiosk.domain.sales import NotKnown, Premium, Receipt, RefundDue, Sale, TenderKind
from kiosk.domain.tenders import BankCard, QrChannel, QrPayment, Tender
from kiosk.papers.not_known_slip import not_known_slip, refund_slip
from kiosk.papers.receipt import receipt_paper

PAID_AT = NOW - timedelta(minutes=3)
CARD = BankCard("622202******1234", "112233445566", "POI-1")
ORDER = "20261120ABCDEFGHJKLM"
WECHATPAY = QrPayment(QrChannel.WECHATPAY, ORDER)
OWN = Premium("b1", Kind.MEDICAL_RESIDENT, 2027, Money(400_00), "刘*兰", ForWhom.SELF)
CHILDS = Premium("b2", Kind.MEDICAL_RESIDENT, 2027, Money(350_50), "陈*禾", ForWhom.DEPENDANT)
APPLIED = Applied("20261120-7K3M-QW8X-92ZB", NOW - timedelta(minutes=1))
TAX, MEDICAL = REGION.tax_office, REGION.offices[Issuer.NHSA]
BOTH_TENDERS = pytest.mark.parametrize("tender", TenderKind)

# No paper uses these signs by itself, so that a whole name on one can only be somebody's.
names = st.text("刘桂𠮷䶮㼆陈禾鑫", min_size=2, max_size=9)
pans = st.text("0123456789", min_size=16, max_size=19)
numbers = st.text("ABCDEFGHJKLM23456789-", min_size=1, max_size=60)
money = st.integers(0, LARGEST.fen // 12).map(Money)
postings: st.SearchStrategy[Posting | None] = st.one_of(
    st.none(), st.just(APPLIED), st.sampled_from(RejectionReason).map(Rejected)
)


def receipt(premium: Premium, posting: Posting | None, *, number: int = 12, tender: Tender = CARD) -> Receipt:
    return Receipt(f"T001-{number:08d}", premium, "刘*兰", tender, PAID_AT, "T001", posting)


def paper_of(*postings: Posting | None, premium: Premium = OWN) -> Paper:
    return receipt_paper(
        tuple(receipt(premium, posting, number=at) for at, posting in enumerate(postings, start=1)),
        REGION,
        AT,
    )


def said_by(paper: Paper) -> str:
    return "\n".join(words_on(paper))


def large_on(paper: Paper) -> list[str]:
    """What is printed twice as large, but for the title."""
    return [row.text for row in paper.rows if isinstance(row, Line) and row.double][1:]


def facts_on(paper: Paper) -> dict[str, list[str]]:
    """The values behind each label."""
    facts: dict[str, list[str]] = {}
    for row in paper.rows:
        if isinstance(row, Leader):
            facts.setdefault(row.label, []).append(row.value)
    return facts


@st.composite
def premiums(draw: st.DrawFn) -> tuple[tuple[Premium, ...], tuple[str, ...]]:
    """Of up to six people, and their whole names."""
    whole = draw(st.lists(names, min_size=1, max_size=6))
    found = tuple(
        Premium(
            f"b{at}",
            draw(st.sampled_from(Kind)),
            draw(st.integers(2024, 2030)),
            draw(money),
            masked_name(name),
            draw(st.sampled_from(ForWhom)),
        )
        for at, name in enumerate(whole)
    )
    return found, tuple(whole)


@st.composite
def papers(draw: st.DrawFn) -> tuple[Paper, tuple[Premium, ...], tuple[str, ...]]:
    """Any paper of paying; its premiums; the whole names and the card number that must not be on it."""
    of, whole = draw(premiums())
    # A payment's number that is somebody's card number by chance would look as if that were on the paper.
    payer, pan = draw(names), draw(pans)
    others = numbers.filter(lambda one: pan not in one)
    number = draw(others)
    sale = Sale(of, masked_name(payer), draw(st.sampled_from(TenderKind)))
    match draw(st.sampled_from(["receipt", "not known", "refund"])):
        case "not known":
            paper = not_known_slip(sale, NotKnown(number, PAID_AT), REGION, AT)
        case "refund":
            paper = refund_slip(sale, RefundDue(number, PAID_AT), REGION, AT)
        case _:
            card = BankCard(masked(pan), draw(others), draw(others))
            tender = draw(st.sampled_from([card, QrPayment(QrChannel.WECHATPAY, number)]))
            receipts = tuple(
                Receipt(draw(others), one, sale.payer, tender, PAID_AT, "T001", draw(postings)) for one in of
            )
            paper = receipt_paper(receipts, REGION, AT)
    return paper, of, (*whole, payer, pan)


@settings(max_examples=80, deadline=None)
@given(papers(), st.sampled_from([48, 32]))
def test_every_amount_stands_on_the_paper_in_figures_and_in_capitals(
    drawn: tuple[Paper, tuple[Premium, ...], tuple[str, ...]], columns: int
) -> None:
    paper, of, _ = drawn
    lines = lines_of(paper, columns)
    # Figures are never broken over two lines; the capitals of a fortune may be.
    told = [line.rpartition(" ")[2] for line in lines]
    unbroken = "".join(line.strip() for line in lines)
    sums = [premium.amount for premium in of]
    for amount in sums if len(of) == 1 else (*sums, total(tuple(sums))):
        assert told.count(str(amount)) >= sums.count(amount)
        assert f"人民币{in_capitals(amount)}" in unbroken
    assert unbroken.count("人民币") == len(sums) + (len(of) > 1)


@settings(max_examples=80, deadline=None)
@given(papers(), st.sampled_from([48, 32]))
def test_nobodys_whole_name_or_card_number_is_on_the_paper(
    drawn: tuple[Paper, tuple[Premium, ...], tuple[str, ...]], columns: int
) -> None:
    paper, of, whole = drawn
    text = "\n".join(lines_of(paper, columns))
    for one in whole:
        assert one not in text
    for premium in of:
        assert premium.payee in text
        assert f"{premium.kind.full_name} {premium.year}年度" in text


@WIDTHS
def test_rare_characters_come_out_as_they_are(columns: int) -> None:
    rare = replace(OWN, payee="𠮷*䶮")
    papers = (
        paper_of(None, premium=rare),
        not_known_slip(Sale((rare,), "㼆*", TenderKind.BANK_CARD), NotKnown("T001-P1", PAID_AT), REGION, AT),
    )
    for paper in papers:
        assert any("𠮷*䶮" in line for line in lines_of(paper, columns))
        assert encode(paper, columns=columns).substituted == ()


def test_a_receipt_of_a_bank_card_says_all_by_which_the_charge_is_found() -> None:
    facts = facts_on(paper_of(APPLIED))
    assert facts["缴费人"] == ["刘*兰"]
    assert facts["付款方式"] == ["银行卡"]
    assert facts["卡号"] == ["622202******1234"]
    assert facts["检索参考号"] == ["112233445566"]
    assert facts["密码键盘编号"] == ["POI-1"]
    assert facts["时间"] == ["2026年11月20日 09:27"]
    assert facts["缴费终端"] == ["T001"]
    assert facts["缴费地点"] == ["示例村服务站"]


def test_a_receipt_of_a_payment_by_code_carries_the_order_and_no_card() -> None:
    facts = facts_on(receipt_paper((receipt(CHILDS, APPLIED, tender=WECHATPAY),), REGION, AT))
    assert facts["付款方式"] == ["微信支付"]
    assert facts["支付单号"] == [ORDER]
    assert facts["参保人"] == ["孩子 陈*禾"]
    assert "卡号" not in facts


def test_a_receipt_printed_elsewhere_does_not_say_that_it_was_paid_there() -> None:
    facts = facts_on(receipt_paper((receipt(OWN, APPLIED),), REGION, replace(AT, terminal_id="T002")))
    assert facts["缴费终端"] == ["T001"]
    assert "缴费地点" not in facts


def test_a_receipt_from_the_centres_record_leaves_the_payer_out() -> None:
    paper = receipt_paper((replace(receipt(OWN, APPLIED), payer=None),), REGION, AT)
    assert "缴费人" not in facts_on(paper)
    assert "None" not in said_by(paper)


def test_what_was_posted_carries_the_centres_number_and_time() -> None:
    paper = paper_of(APPLIED)
    assert large_on(paper) == ["已入账"]
    assert facts_on(paper)["入账号"] == ["20261120-7K3M-QW8X-92ZB"]
    assert facts_on(paper)["入账"] == ["2026年11月20日 09:29"]


def test_what_waits_says_that_nothing_need_be_done_and_where_to_see_it_later() -> None:
    paper = paper_of(None)
    said = said_by(paper)
    assert large_on(paper) == ["待入账"]
    assert "已收款，还没有送到社保中心。机器会自动发送，您不用做任何事，不要重复缴费" in said
    assert "下次放卡在“缴费回单”里就能看到" in said
    assert "入账号" not in facts_on(paper)
    assert TAX.name not in said, "no office has to be gone to"


@pytest.mark.parametrize("reason", RejectionReason)
def test_what_was_refused_says_why_and_which_office_settles_it(reason: RejectionReason) -> None:
    paper = paper_of(Rejected(reason))
    said = said_by(paper)
    words = rejection_words(reason, OWN, REGION)
    assert large_on(paper) == ["没有入账"]
    assert "已收款，但没有入账" in said
    for text in (words.reason, words.standing, words.remedy, words.ask):
        assert str(text) in said
    office, other = (MEDICAL, TAX) if reason is RejectionReason.RECEIPT_REUSED else (TAX, MEDICAL)
    assert f"电话：{office.telephone}" in said
    assert f"地址：{office.address}" in said
    assert other.name not in said, "one office, not two"
    assert "这张回单" in said


def test_a_refund_is_not_asked_for_before_a_doubled_number_is_looked_into() -> None:
    said = said_by(paper_of(Rejected(RejectionReason.RECEIPT_REUSED)))
    assert "核对清楚以后，才能入账或退款" in said
    assert "办理退款" not in said


def test_only_what_was_paid_before_is_called_paid() -> None:
    standings = {
        reason: str(rejection_words(reason, OWN, REGION).standing).startswith("缴上了")
        for reason in RejectionReason
    }
    assert [reason for reason, paid in standings.items() if paid] == [RejectionReason.ALREADY_PAID]


def test_a_family_that_fares_unequally_is_told_of_each() -> None:
    already_paid = Rejected(RejectionReason.ALREADY_PAID)
    paper = paper_of(APPLIED, None, already_paid, APPLIED, already_paid)
    said = said_by(paper)
    assert large_on(paper) == [], "no state is true of all"
    assert (
        said.index("【没有入账】第3、5笔") < said.index("【待入账】第2笔") < said.index("【已入账】第1、4笔")
    )
    assert said.count("第3、5笔没有入账，请这样办") == 1, "what is the same for two is said once"
    assert said.count(TAX.name) == 1
    assert facts_on(paper)["合计金额"] == ["￥2,000.00"]
    assert "人民币贰仟元整" in facts_on(paper)["大写"]


def test_one_premium_has_no_total() -> None:
    assert "合计金额" not in facts_on(paper_of(APPLIED))


@pytest.mark.parametrize("posting", [APPLIED, None, Rejected(RejectionReason.UNKNOWN_BILL)])
def test_a_receipt_is_no_tax_certificate_and_carries_no_seal(posting: Posting | None) -> None:
    paper = paper_of(posting)
    assert paper.rows[0] == Line("缴费回单", align=Align.CENTRE, bold=True, double=True)
    said = said_by(paper)
    assert "本回单尚未加盖电子印章" in said
    assert "本回单不是完税证明，需要完税证明请向税务机关开具" in said
    assert said.count("完税证明") == 2


def test_receipts_of_two_sales_are_not_put_on_one_paper() -> None:
    one = receipt(OWN, APPLIED)
    for other in (
        replace(one, payer="王*"),
        replace(one, tender=WECHATPAY),
        replace(one, paid_at=NOW),
        replace(one, terminal="T002"),
    ):
        with pytest.raises(ValueError, match="not of one sale"):
            receipt_paper((one, other), REGION, AT)
    with pytest.raises(ValueError, match="not of one sale"):
        receipt_paper((), REGION, AT)


@WIDTHS
@BOTH_TENDERS
def test_an_outcome_not_known_is_told_as_exactly_that(tender: TenderKind, columns: int) -> None:
    sale = Sale((OWN, CHILDS), "刘*兰", tender)
    paper = not_known_slip(sale, NotKnown(ORDER, PAID_AT), REGION, AT)
    said = said_by(paper)
    assert large_on(paper) == ["请保留此条", "不要重复缴费"]
    assert "钱可能已经扣了，也可能没有扣" in said
    assert "已收款" not in said
    lines = lines_of(paper, columns)
    assert lines[0] == "缴费结果还不清楚"
    assert ORDER in [line.strip() for line in lines], "the number on a line of its own"
    assert f"电话：{MEDICAL.telephone}" in said
    assert f"我缴2027年度居民医保，支付编号是{ORDER}" in said
    assert facts_on(paper)["时间"] == ["2026年11月20日 09:27"]
    assert facts_on(paper)["合计金额"] == ["￥750.50"]


def test_whoever_pays_for_two_agencies_kinds_is_given_both_telephones() -> None:
    pension = replace(OWN, kind=Kind.PENSION_RESIDENT)
    sale = Sale((OWN, pension), "刘*兰", TenderKind.BANK_CARD)
    said = said_by(not_known_slip(sale, NotKnown(ORDER, PAID_AT), REGION, AT))
    for office in REGION.offices.values():
        assert said.count(f"电话：{office.telephone}") == 1
    assert "我缴2027年度居民医保、2027年度居民养老，" in said


@pytest.mark.parametrize(
    ("tender", "back_to"), [(TenderKind.BANK_CARD, "银行卡"), (TenderKind.WECHATPAY, "微信")]
)
def test_money_that_cannot_be_posted_goes_back_the_way_it_came(tender: TenderKind, back_to: str) -> None:
    paper = refund_slip(Sale((OWN,), "刘*兰", tender), RefundDue(ORDER, PAID_AT), REGION, AT)
    said = said_by(paper)
    assert large_on(paper) == ["钱会退给您", "请保留此条"]
    assert f"钱会原路退回，退到您付款的{back_to}。" in said
    assert ORDER in said
    assert f"电话：{TAX.telephone}" in said
    assert "待入账" not in said
