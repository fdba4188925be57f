"""The words between what a page shows: how its things are named when they are said in a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from kiosk.conversation.content import Offer
from kiosk.domain.text import Public, Text, is_public, say
from kiosk.speech.privacy import Told


def row(texts: Sequence[Text]) -> Text:
    """One after the other, as they are touched. There is at least one."""
    *before, made = texts
    for text in reversed(before):
        made = say("{one}；{others}", one=text, others=made)
    return made


def numbered(paragraphs: Sequence[Text]) -> Iterator[Text]:
    for number, paragraph in enumerate(paragraphs, start=1):
        yield say("{number}、{paragraph}", number=Public(number), paragraph=paragraph)


def named(label: Text, value: Text) -> Text:
    return say("{label}：{value}", label=label, value=value)


def offered(offer: Offer, *, with_hint: bool = False) -> Text:
    """Its label, and why it cannot be touched, where it cannot."""
    if offer.unavailable is not None:
        return say("{label}（现在不能点：{why}）", label=offer.label, why=offer.unavailable)
    if with_hint and offer.hint is not None:
        return say("{label}（{hint}）", label=offer.label, hint=offer.hint)
    return offer.label


def to_touch(labels: Sequence[Text]) -> Iterator[Told]:
    """What can be touched, in the order of the screen; apart, what may be heard by all and what not."""
    first = True
    for _, some in groupby(labels, key=is_public):
        offers = row(tuple(some))
        words = say("可以点：{offers}", offers=offers) if first else say("还可以点：{offers}", offers=offers)
        yield Told(words, by_its_values=True)
        first = False


def primary(label: Text) -> Told:
    return Told(say("点右下角的大按钮：{label}", label=label), by_its_values=True)
