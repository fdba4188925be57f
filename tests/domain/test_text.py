"""Texts with places: what stands in them always fits."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_building import span

from kiosk.domain.money import Money
from kiosk.domain.text import Text, joined, say

names = st.from_regex(r"[a-z]{1,8}", fullmatch=True)


@given(st.frozensets(names), st.frozensets(names))
def test_a_text_has_exactly_the_values_its_places_name(
    places: frozenset[str], given_: frozenset[str]
) -> None:
    template = "，".join(f"{{{place}}}" for place in sorted(places))
    values: dict[str, object] = dict.fromkeys(given_, 1)
    if places == given_:
        assert str(say(template, **values)) == "，".join("1" for _ in places)
    else:
        with pytest.raises(ValueError, match="has the places"):
            say(template, **values)


def test_every_value_is_written_as_chinese_writes_it() -> None:
    zone = timezone(timedelta(hours=8))
    text = say(
        "{day}|{time}|{span}|{money}",
        day=date(2019, 1, 8),
        time=datetime(2026, 11, 20, 9, 5, tzinfo=zone),
        span=span("2018-12..2019-01"),
        money=Money(40_000),
    )
    assert str(text) == "2019年1月8日|2026年11月20日 09:05|2018年12月到2019年1月|￥400.00"


class Shouting:
    """A language with one word and its own way to write values."""

    def translate(self, template: str) -> str:
        return {"医保": "MEDICAL", "您的{kind} {n}": "{n}: YOUR {kind}"}.get(template, template)

    def value(self, value: object) -> str:
        return f"<{value}>"


def test_a_language_translates_the_texts_inside_a_text_too() -> None:
    assert say("您的{kind} {n}", kind=say("医保"), n=7).render(Shouting()) == "<7>: YOUR MEDICAL"


@given(st.lists(st.text(st.characters(exclude_characters="{}"), min_size=1), max_size=12))
def test_joined_texts_stand_in_their_order(parts: list[str]) -> None:
    assert str(joined(tuple(Text(part) for part in parts))) == "、".join(parts)
