"""The acts of a walk: which terminal it is, what day, and whose cards are put in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from demo.walk.cards import WalkCard
from demo.walk.centre import LineTrouble
from demo.walk.residents import ORDERED
from demo.walk.terminal import AS_USUAL, Circumstances
from kiosk.card_reading import Places
from kiosk.conversation.view import Condition, Status
from kiosk.domain.region import Region
from kiosk.domain.tenders import QrChannel

RECORDS: Final = (
    "zheng-guoqing",
    "gao-feng",
    "wu-haiyan",
    "lin-xiaoyu",
    "tian-chunsheng",
    "wang-xiuying",
    "zhao-dehou",
    "zhou-zhiqiang",
    "ma-xiaoyan",
    "sun-lihua",
    "skips-years",
    "own-boss",
    "left-out",
    "deserted",
    "paid-twice",
    "base-too-high",
    "official",
)
"""Whose months tell stories, each of another trouble."""
_OF_RECORDS: Final = frozenset({"visit", "overview", "contributions"})
_UNREADABLE: Final = (
    "stranger",
    "third-generation",
    "expired",
    "blank",
    "library",
    "wrong-way",
    "locked",
    "damaged",
    "bank-card",
    "pulled",
    "not-genuine",
    "reader-busy",
)


@dataclass(frozen=True, slots=True)
class Act:
    """`cards`: by name, in this order; None: all. `laid_too`: those that are laid as well, as contactless.
    `varied`: what can go wrong does; else things are as usual. `thorough`: see `Explorer`.
    `apart`: whose first pages look alike may still have something else to see. `only`: in these services."""

    name: str
    now: str
    cards: tuple[str, ...] | None = None
    laid_too: tuple[str, ...] = ()
    varied: bool = True
    thorough: bool = False
    apart: bool = False
    only: frozenset[str] = frozenset()
    reads_id_cards: bool = True
    takes_codes: bool = True
    strict: bool = False
    """Details need better proof than a card that was only read."""
    usual: Circumstances = AS_USUAL

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.now)

    def region(self, published: Region) -> Region:
        """The region as this terminal knows it."""
        channels = frozenset(QrChannel) if self.takes_codes else frozenset[QrChannel]()
        return replace(published, qr_channels=channels, details_on_card_read=not self.strict)

    def status(self, good: Status) -> Status:
        known = good if self.usual.line is None else replace(good, network=Condition.BAD)
        return known if self.reads_id_cards else replace(known, id_reader=Condition.UNKNOWN)

    def others(self, cards: tuple[WalkCard, ...]) -> tuple[WalkCard, ...]:
        """Those that are put in beside one that is in."""
        wanted = set(self.cards or ())
        return cards if self.cards is None else tuple(card for card in cards if card.name in wanted)

    def stays(self, cards: tuple[WalkCard, ...]) -> tuple[tuple[WalkCard, bool], ...]:
        """Each card that is put in, and whether it is laid."""
        by_name = {card.name: card for card in cards}
        chosen = cards if self.cards is None else tuple(by_name[name] for name in self.cards)
        there = [card for card in chosen if self.reads_id_cards or not card.is_laid]
        laid = [(card, True) for card in there if card.name in self.laid_too]
        return (*((card, card.is_laid) for card in there), *laid)


FRESH: Final = (
    Act("fresh", "2026-11-20T09:30+08:00", laid_too=("liu-guilan", *_UNREADABLE), thorough=True),
    Act(
        "plain",
        "2026-11-20T09:31+08:00",
        ("liu-guilan", "huang-mancang", *_UNREADABLE),
        reads_id_cards=False,
        takes_codes=False,
        usual=Circumstances(places=Places(1, id_area=False), scanner=False),
    ),
    Act("records", "2026-11-20T09:32+08:00", RECORDS, varied=False, apart=True, only=_OF_RECORDS),
    Act("strict", "2026-11-20T09:32+08:00", ("liu-guilan", "id-liu-guilan"), strict=True, varied=False),
    Act("december", "2026-12-21T10:00+08:00", ("liu-guilan", "huang-mancang"), varied=False),
    Act(
        "new-year",
        "2027-01-10T10:00+08:00",
        ("huang-mancang",),
        varied=False,
        usual=Circumstances(line=LineTrouble()),
    ),
)
"""At one terminal, one after the other."""
PAID: Final = Act(
    "paid",
    "2026-11-20T09:30+08:00",
    ("huang-mancang", "liu-guilan", "tian-chunsheng", "yang-fan", ORDERED, "id-huang-mancang"),
    apart=True,
)
"""At another one, where these people have paid before."""
