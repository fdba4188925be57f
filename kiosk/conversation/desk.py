"""The desk at which a service talks: the few things it may await."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ParamSpec, TypeVar

from drivers.printers.paper import Paper
from kiosk.conversation.content import (
    Answers,
    Block,
    Grid,
    Notice,
    Offer,
    Tiles,
)
from kiosk.conversation.signs import Icon, Picture, Tone
from kiosk.conversation.steps import (
    CHANGE,
    CONFIRM,
    Browse,
    Call,
    Choose,
    Enter,
    EntryForm,
    Inform,
    Look,
    Pay,
    Present,
    Print,
    Review,
    Service,
    Wake,
)
from kiosk.domain.region import Region
from kiosk.domain.sales import Sale
from kiosk.domain.text import Text, say

P = ParamSpec("P")
T = TypeVar("T")

UNDERSTOOD = "understood"
LOOK_LIMIT_S = 10.0
PRINTING = say("正在打印")


@dataclass(frozen=True, slots=True)
class Desk:
    """What is fixed while the session lasts."""

    now: datetime
    """When the session began: the only time a service knows."""
    region: Region
    """The region's rules as they were then."""
    money_moved: bool = False
    """Whether this session took money, or may have: what pages say depends on it, never what is asked."""
    reads_id_cards: bool = False
    """Whether an ID card can be laid on this terminal."""
    laid: bool = False
    """The session's card was laid and can be lifted; it is in no slot."""

    def choose(
        self, key: str, question: Text, options: Iterable[Offer], *, lines: tuple[Text, ...] = ()
    ) -> Choose:
        """One question; `lines` say what one must know to answer it."""
        given = tuple(options)
        return Choose(key, question, _keys_of(given), given, lines)

    def browse(
        self,
        key: str,
        title: Text,
        *blocks: Block,
        offers: tuple[Offer, ...] = (),
        wakes: frozenset[Wake] = frozenset(),
    ) -> Browse:
        keys = (*_keys_of(offers), *keys_in(blocks))
        return Browse(key, title, keys, blocks, offers, wakes)

    def inform(
        self,
        key: str,
        title: Text,
        *lines: Text,
        tone: Tone = Tone.PLAIN,
        icon: Icon = Icon.QUESTION,
        offers: tuple[Offer, ...] = (),
        blocks: tuple[Block, ...] = (),
        wakes: frozenset[Wake] = frozenset(),
        picture: Picture | None = None,
        begins_anew: bool = False,
    ) -> Inform:
        """A page of plain sentences; answered by 知道了 where nothing else is offered."""
        given = offers or (Offer(UNDERSTOOD, say("知道了"), primary=True),)
        keys = (*_keys_of(given), *keys_in(blocks))
        return Inform(key, title, lines, keys, given, tone, icon, blocks, wakes, picture, begins_anew)

    def review(
        self, key: str, title: Text, *blocks: Block, confirm: Text, icon: Icon | None = None
    ) -> Review:
        """Check-answers: the page before something counts. Its `Answers` say what can be changed."""
        offer = Offer(CONFIRM, confirm, icon=icon, primary=True)
        return Review(key, title, (CONFIRM, *keys_in(blocks)), blocks, offer)

    @staticmethod
    def change(question: str) -> Offer:
        """更改, beside the answer to the question with this key."""
        return Offer(f"{CHANGE}{question}", say("更改"))

    def enter(
        self,
        key: str,
        title: Text,
        form: EntryForm,
        *,
        hint: Text,
        confirm: Text,
        check: Callable[[str], Text | None] = lambda _: None,
        given: str = "",
        scans: bool = False,
    ) -> Enter:
        """Signs by a keypad; `check` says what is wrong with a whole entry before it can be sent."""
        return Enter(key, title, form, hint, check, confirm, given, scans)

    def look(self, saying: Text, work: Callable[P, T], *inputs: P.args, **none: P.kwargs) -> Look[T]:
        """Runs `work(*inputs)` in a worker; what it raises is raised here. Keyword inputs are refused."""
        if none:
            raise TypeError("the inputs of a look are positional: they are what makes two looks equal")
        return Look(f"look:{work.__qualname__}", saying, work, inputs, LOOK_LIMIT_S)

    def present(
        self,
        key: str,
        title: Text,
        *lines: Text,
        offers: tuple[Offer, ...],
        picture: Picture | None = None,
        final: bool = False,
    ) -> Present:
        """Asks for another card; `offers` are the ways on without one. 返回 does not pass a `final` one."""
        return Present(key, title, lines, _keys_of(offers), offers, picture, final)

    def pay(self, key: str, sale: Sale) -> Pay:
        return Pay(key, sale)

    def print(self, key: str, paper: Paper, *, copy: int = 1, saying: Text = PRINTING) -> Print:
        return Print(key, saying, paper, paper.content_hash, copy)

    def call(self, service: Service, *about: object) -> Call:
        return Call(service.id, about, service)


def _keys_of(offers: tuple[Offer, ...]) -> tuple[str, ...]:
    """What is grey answers nothing, whatever a touch that was on its way says."""
    return tuple(one.key for one in offers if one.unavailable is None)


def keys_in(blocks: Iterable[Block]) -> tuple[str, ...]:
    """What touching the blocks themselves may answer."""
    keys: list[str] = []
    for block in blocks:
        match block:
            case Notice(offer=Offer() as offer):
                keys.append(offer.key)
            case Tiles(tiles):
                keys.extend(tile.key for tile in tiles)
            case Grid(rows=rows, years=years):
                keys.extend(year.key for year in years)
                keys.extend(cell.key for row in rows for cell in row.cells if cell.key is not None)
            case Answers(answers):
                keys.extend(given.change.key for given in answers if given.change is not None)
            case _:
                continue
    return tuple(keys)
