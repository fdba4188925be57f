"""The whole walk: both terminals, every act, and the views between two residents."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from demo.stage import HERE
from demo.walk.acts import FRESH, PAID, Act
from demo.walk.beforehand import Beforehand
from demo.walk.cards import WalkCard, walk_cards
from demo.walk.centre import StandingClock, WalkCentre
from demo.walk.edges import Edges
from demo.walk.entries import Entries, entries_of
from demo.walk.explorer import Break, Explorer
from demo.walk.looks import Looks
from demo.walk.pages import Pages, Walked
from demo.walk.phases import GOOD, add_phases
from demo.walk.terminal import Circumstances, WalkTerminal
from kiosk.card_reading import Cards
from kiosk.conversation.desk import Desk
from kiosk.domain.region import Region
from kiosk.records import CardIdentity, Visitor

TRAY: Final = HERE / "tray.toml"
_ISSUED_TO: Final = "liu-guilan"


@dataclass(frozen=True, slots=True)
class _World:
    """One terminal and its centre, at a time that stands still."""

    centre: WalkCentre
    terminal: WalkTerminal
    clock: StandingClock
    cards: tuple[WalkCard, ...]
    region: Region

    def visitor(self, name: str) -> Visitor:
        """Whose card it is, as the centre knows him."""
        card = next(one for one in self.cards if one.name == name)
        match Cards(self.terminal.hands, lambda: self.clock.now().date()).read(card.presence):
            case CardIdentity() as read:
                who = self.terminal.records.identify(read)
            case unusable:
                raise ValueError(f"the card {name!r} is {unusable.problem}")
        if isinstance(who, Visitor):
            return who
        raise ValueError(f"nobody is let in by the card {name!r}")


@dataclass(frozen=True, slots=True)
class Tour:
    """What a walk found."""

    pages: tuple[Walked, ...]
    breaks: frozenset[Break]


def walk(directory: Path) -> tuple[Walked, ...]:
    """Every page of every service, and every view without one; see `tour`."""
    return tour(directory).pages


def tour(directory: Path) -> Tour:
    """Walks everywhere; the same at each time. `directory` is there, and empty.

    Raises `TooManyOfThem` where a bound is reached, `DeadTouch` for what is offered and does nothing,
    `NoEntry` for a step of which nothing is known that it would take.
    """
    pages, breaks = Pages(), set[Break]()
    add_phases(pages)
    with _world(directory / "fresh", FRESH[0]) as world:
        entries = _entries(world)
        for act in FRESH:
            breaks |= _play(act, world, pages, entries)
    with _world(directory / "paid", PAID) as world:
        entries = _entries(world)
        names = (name for name in PAID.cards or () if not name.startswith("id-"))
        Beforehand(world.terminal, world.clock).make({name: world.visitor(name) for name in names})
        breaks |= _play(PAID, world, pages, entries)
    return Tour(pages.all, frozenset(breaks))


@contextmanager
def _world(directory: Path, first: Act) -> Iterator[_World]:
    directory.mkdir(mode=0o700)
    clock, cards = StandingClock(first.at), walk_cards(TRAY)
    with WalkCentre(directory, clock) as centre, WalkTerminal(directory, centre, clock, cards) as terminal:
        terminal.set(Circumstances())
        terminal.books.renew_keys(terminal.client)
        published = terminal.books.region()
        if published is None:
            raise ValueError("the region of the walk was not kept")
        yield _World(centre, terminal, clock, cards, published.to_domain())


def _entries(world: _World) -> Entries:
    return entries_of(world.terminal, world.centre, world.visitor(_ISSUED_TO), world.clock)


def _play(act: Act, world: _World, pages: Pages, entries: Entries) -> set[Break]:
    world.clock.move_to(act.at)
    world.terminal.set(act.usual)
    region, status = act.region(world.region), act.status(GOOD)
    looks = Looks(world.terminal, act.usual, varied=act.varied)
    edges = Edges(looks, entries, act.others(world.cards), every_print=act.thorough)
    desks = world.terminal.desks
    explorer = Explorer(pages, edges, desks, thorough=act.thorough, apart=act.apart, only=act.only)
    for card, laid in act.stays(world.cards):
        desk = Desk(act.at, region, reads_id_cards=act.reads_id_cards, laid=laid)
        explorer.put_in(card.name, card.presence, desk, status)
    nobody = Desk(act.at, region, reads_id_cards=act.reads_id_cards)
    explorer.come_without_card(nobody, status)
    explorer.explore()
    return explorer.breaks
