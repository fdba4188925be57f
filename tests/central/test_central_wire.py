"""Domain → wire → JSON → wire → domain loses nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk.contract.ledger import (
    ChangesAnswer,
    ChangeWire,
    ContributionsAnswer,
    ContributionWire,
    OverviewAnswer,
    StandingWire,
)
from kiosk.contract.region import BaseLimitsWire, OfficeWire, RegionAnswer
from kiosk.contract.residents import CardSaid
from kiosk.domain.insurance import Kind, ParticipationState
from kiosk.domain.ledger import AccountChange, ChangeKind, Contribution, Mark, PaymentType, Run, Standing
from kiosk.domain.money import Money
from kiosk.domain.months import Month, MonthSpan
from kiosk.domain.region import Issuer

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
