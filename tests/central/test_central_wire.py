"""Domain → wire → JSON → wire → domain loses nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from fixtures.centre import DEMO_REGION
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from central.fingerprints import fingerprint
from central.region import load_region
from kiosk.contract.bills import BillsAnswer, BillWire
from kiosk.contract.ledger import (
    ChangesAnswer,
    ChangeWire,
    ContributionsAnswer,
    ContributionWire,
    OverviewAnswer,
    StandingWire,
)
from kiosk.contract.past_payments import PastPaymentWire, PaymentsAnswer
from kiosk.contract.payments import OrderAnswer
from kiosk.contract.region import BaseLimitsWire, OfficeWire, RegionAnswer, YearlyPremiumWire
from kiosk.contract.residents import CardSaid
from kiosk.contract.transactions import (
    AppliedWire,
    BankCardWire,
    DuplicateWire,
    EntryKind,
    EntryWire,
    RejectedWire,
    TransactionsAnswer,
    TransactionsRequest,
    posting_wire,
    to_posting,
)
from kiosk.domain.bills import Bill, BillState, ForWhom, Window
from kiosk.domain.insurance import Kind, ParticipationState
from kiosk.domain.ledger import AccountChange, ChangeKind, Contribution, Mark, PaymentType, Run, Standing
from kiosk.domain.money import Money
from kiosk.domain.months import Month, MonthSpan
from kiosk.domain.past_payments import PastPayment
from kiosk.domain.payment_orders import OrderState, PaymentOrder
from kiosk.domain.postings import Applied, Posting, Rejected, RejectionReason
from kiosk.domain.region import Issuer
from kiosk.domain.tenders import BankCard, QrChannel, QrPayment

AS_OF = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
money = st.integers(-(10**12), 10**12).map(Money)
months = st.builds(Month, st.integers(1900, 2200), st.integers(1, 12))
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)
contributions = st.builds(
    Contribution,
    st.sampled_from(Kind),
    st.sampled_from(PaymentType),
    months,
    months,
    money,
    money,
    money,
    money,
    st.none() | months,
    st.none() | texts,
)
changes = st.builds(
    AccountChange,
    st.dates(),
    st.sampled_from(Kind),
    st.sampled_from(ChangeKind),
    texts,
    st.none() | texts,
    st.none() | texts,
)


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    at, runs = Month(1990, 1), []
    for _ in range(draw(st.integers(0, 5))):
        first = at.plus(draw(st.integers(0, 30)))
        last = first.plus(draw(st.integers(0, 30)))
        runs.append(Run(MonthSpan(first, last), draw(st.sampled_from(Mark))))
        at = last.plus(1)
    kind, state = draw(st.sampled_from(Kind)), draw(st.sampled_from(ParticipationState))
    return Standing(kind, state, draw(months), tuple(runs), draw(money), draw(st.none() | texts))


@given(st.lists(standings(), max_size=5))
def test_standings_survive_the_wire(told: list[Standing]) -> None:
    sent = OverviewAnswer(as_of=AS_OF, standings=tuple(StandingWire.of(one) for one in told))
    got = OverviewAnswer.model_validate_json(sent.model_dump_json())
    assert [one.to_domain() for one in got.standings] == told
    assert got == sent


@given(st.lists(contributions, max_size=8))
def test_rows_survive_the_wire(told: list[Contribution]) -> None:
    sent = ContributionsAnswer(as_of=AS_OF, rows=tuple(ContributionWire.of(row) for row in told))
    got = ContributionsAnswer.model_validate_json(sent.model_dump_json())
    assert [row.to_domain() for row in got.rows] == told


@given(st.lists(changes, max_size=8))
def test_changes_survive_the_wire(told: list[AccountChange]) -> None:
    sent = ChangesAnswer(as_of=AS_OF, changes=tuple(ChangeWire.of(change) for change in told))
    got = ChangesAnswer.model_validate_json(sent.model_dump_json())
    assert [change.to_domain() for change in got.changes] == told


instants = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
opaque = st.text("0123456789abcdefXYZ-", min_size=1, max_size=40)
keys = st.text("0123456789abcdef", min_size=16, max_size=64)
order_ids = st.text("0123456789ABCXYZ", min_size=6, max_size=32)


@st.composite
def bills(draw: st.DrawFn) -> Bill:
    first, last = sorted((draw(st.dates()), draw(st.dates())))
    kind, state, whom = (draw(st.sampled_from(of)) for of in (Kind, BillState, ForWhom))
    year = draw(st.integers(1990, 2100))
    return Bill(draw(opaque), kind, year, draw(money), Window(first, last), state, draw(texts), whom)


@given(st.lists(bills(), max_size=4))
def test_bills_survive_the_wire(told: list[Bill]) -> None:
    sent = BillsAnswer(as_of=AS_OF, bills=tuple(BillWire.of(bill) for bill in told))
    got = BillsAnswer.model_validate_json(sent.model_dump_json())
    assert [bill.to_domain() for bill in got.bills] == told


@given(
    st.builds(
        PaymentOrder,
        order_ids,
        opaque,
        money,
        st.sampled_from(OrderState),
        instants,
        st.none() | texts,
        st.none() | st.builds(Applied, texts, instants),
    )
)
def test_payment_orders_survive_the_wire(told: PaymentOrder) -> None:
    got = OrderAnswer.model_validate_json(OrderAnswer.of(told).model_dump_json())
    assert got.to_domain() == told


tenders = st.builds(BankCard, st.just("622202******1234"), texts, texts) | st.builds(
    QrPayment, st.sampled_from(QrChannel), order_ids
)
past_payments = st.builds(
    PastPayment,
    bill=opaque,
    kind=st.sampled_from(Kind),
    year=st.integers(1990, 2100),
    amount=money,
    payee=texts,
    whom=st.sampled_from(ForWhom),
    paid_at=instants,
    posted=st.builds(Applied, texts, instants),
    receipt=st.none() | opaque,
    tender=tenders,
    terminal=texts,
)


@given(st.lists(past_payments, max_size=4))
def test_past_payments_survive_the_wire(told: list[PastPayment]) -> None:
    sent = PaymentsAnswer(as_of=AS_OF, payments=tuple(PastPaymentWire.of(one) for one in told))
    got = PaymentsAnswer.model_validate_json(sent.model_dump_json())
    assert [one.to_domain() for one in got.payments] == told


@given(past_payments)
def test_what_a_newer_centre_adds_to_a_past_payment_is_passed_over(told: PastPayment) -> None:
    wire = PastPaymentWire.of(told).model_dump(mode="json")
    newer = wire | {"refunded": None, "tender": wire["tender"] | {"brand": "debit"}}
    assert PastPaymentWire.model_validate(newer).to_domain() == told


entries = st.builds(
    EntryWire,
    key=keys,
    kind=st.sampled_from(EntryKind),
    receipt=opaque,
    bill=opaque,
    amount_fen=money,
    tender=st.builds(
        BankCardWire,
        masked_pan=st.just("622202******1234"),
        acquirer_reference=texts,
        poi=texts,
    ),
    paid_at=instants,
)


@given(st.lists(entries, min_size=1, max_size=4))
def test_entries_survive_the_wire_with_their_fingerprints(told: list[EntryWire]) -> None:
    sent = TransactionsRequest(entries=tuple(told))
    got = TransactionsRequest.model_validate_json(sent.model_dump_json())
    assert got == sent
    assert [fingerprint(one) for one in got.entries] == [fingerprint(one) for one in told]


@given(entries, entries)
def test_fingerprints_are_equal_where_entries_are(one: EntryWire, other: EntryWire) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (one == other)
    for name in EntryWire.model_fields:
        changed = one.model_copy(update={name: getattr(other, name)})
        assert (fingerprint(changed) == fingerprint(one)) == (changed == one)


def test_a_fingerprint_is_the_same_for_ever() -> None:
    one = EntryWire.model_validate({
        "key": "0123456789abcdef",
        "kind": "premium",
        "receipt": "T001-00000001",
        "bill": "b1",
        "amount_fen": 400_00,
        "tender": {"masked_pan": "622202******1234", "acquirer_reference": "R", "poi": "P"},
        "paid_at": "2026-11-20T09:30:00+08:00",
    })  # fmt: skip
    assert fingerprint(one).hex() == "36b1d2c22cae6bf73350a0caf775f4e203f2094727454c4f3d6c28d67aa0c0df"


@given(st.builds(Applied, texts, instants) | st.builds(Rejected, st.sampled_from(RejectionReason)), keys)
def test_answers_survive_the_wire_twice(posting: Posting, key: str) -> None:
    first = posting_wire(key, posting)
    sent = TransactionsAnswer(entries=(first, DuplicateWire(key=key, first=first)))
    now, again = TransactionsAnswer.model_validate_json(sent.model_dump_json()).entries
    assert isinstance(now, AppliedWire | RejectedWire)
    assert isinstance(again, DuplicateWire)
    assert to_posting(now) == to_posting(again.first) == posting


@pytest.mark.parametrize("pan", ["6222021234567890", "622202****12345", "6222020******1234", ""])
def test_a_card_number_that_is_not_masked_is_refused(pan: str) -> None:
    tender = {"masked_pan": pan, "acquirer_reference": "R", "poi": "P"}
    with pytest.raises(ValidationError):
        BankCardWire.model_validate(tender)


def test_a_region_of_an_older_centre_has_neither_premiums_nor_channels() -> None:
    older = load_region(DEMO_REGION).model_dump(mode="json")
    del older["resident_medical"], older["qr_channels"]
    region = RegionAnswer.model_validate(older).to_domain()
    assert (region.resident_medical, region.qr_channels) == ({}, frozenset())


def test_a_region_of_a_newer_centre_may_name_channels_that_this_terminal_does_not_know() -> None:
    newer = load_region(DEMO_REGION).model_dump(mode="json") | {"qr_channels": ["e-cny", "wechatpay"]}
    assert RegionAnswer.model_validate(newer).to_domain().qr_channels == {QrChannel.WECHATPAY}


@pytest.mark.parametrize("wrong", ["wechatpay", [1], {"wechatpay": 1}, None])
def test_channels_that_are_no_list_of_names_are_refused(wrong: object) -> None:
    faulty = load_region(DEMO_REGION).model_dump(mode="json") | {"qr_channels": wrong}
    with pytest.raises(ValidationError):
        RegionAnswer.model_validate(faulty)


limits = st.builds(BaseLimitsWire, floor_fen=money, ceiling_fen=money)
offices = st.builds(OfficeWire, name=texts, address=texts, telephone=texts, hours=texts)


@given(
    st.builds(
        RegionAnswer,
        code=texts,
        name=texts,
        version=texts,
        offices=st.fixed_dictionaries(dict.fromkeys(Issuer, offices)),
        issuers=st.fixed_dictionaries(dict.fromkeys(Issuer, texts)),
        tax_office=offices,
        base_limits=st.dictionaries(st.integers(1990, 2100), limits, max_size=4),
        details_on_card_read=st.booleans(),
        resident_medical=st.dictionaries(
            st.integers(1990, 2100),
            st.builds(
                YearlyPremiumWire,
                amount_fen=money,
                first_day=st.dates(max_value=date(2026, 1, 1)),
                last_day=st.dates(min_value=date(2026, 1, 1)),
            ),
            max_size=2,
        ),
        qr_channels=st.lists(st.sampled_from(QrChannel), unique=True).map(tuple),
    )
)
def test_a_region_survives_the_wire(sent: RegionAnswer) -> None:
    got = RegionAnswer.model_validate_json(sent.model_dump_json())
    assert got == sent
    assert got.to_domain() == sent.to_domain()


@pytest.mark.parametrize("wrong", ["1.5", "100.0", '"100"', "true", "null"])
def test_money_on_the_wire_is_a_whole_number_of_fen(wrong: str) -> None:
    with pytest.raises(ValidationError):
        BaseLimitsWire.model_validate_json(f'{{"floor_fen": {wrong}, "ceiling_fen": 1}}')


@given(texts)
def test_an_error_about_a_card_quotes_nothing_of_it(secret: str) -> None:
    with pytest.raises(ValidationError) as error:
        CardSaid.model_validate({"card_id": f"秘{secret}", "name": ""})
    assert "秘" not in str(error.value)
    assert "秘" not in repr(CardSaid(name=f"秘{secret}"[:200]))
