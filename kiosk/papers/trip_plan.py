"""办事路线: the windows and offices of one matter in the order in which they are gone to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from drivers.printers.paper import Align, Leader, Paper, Row, Rule
from drivers.printers.paper import Text as Line
from kiosk.domain.region import Office
from kiosk.domain.text import CHINESE, Text, say
from kiosk.papers.common import PrintedAt, foot, head, part, section, where

KIND = "trip_plan"


@dataclass(frozen=True, slots=True)
class Stop:
    """One window, and what is done there."""

    office: Office
    window: str
    errand: Text
    ahead: int | None = None
    """People before one at this window; None where nobody counts them."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """排队号: one for all windows of a plan, called at the next when the last is done."""

    number: str
    on: date
    """The only day on which it is called."""


@dataclass(frozen=True, slots=True)
class TripPlan:
    """Raises `ValueError` where it leads nowhere."""

    matter: Text
    stops: tuple[Stop, ...]
    bring: tuple[Text, ...]
    answered: Text
    """即办 or 承诺: done at once, or by when."""
    ticket: Ticket | None = None
    """None away from the hall."""

    def __post_init__(self) -> None:
        if not self.stops:
            raise ValueError("a plan without a stop")


def trip_plan(plan: TripPlan, at: PrintedAt) -> Paper:
    rows: tuple[Row, ...] = (
        *head("办事路线"),
        Leader("办什么", str(plan.matter), bold=True),
        Leader("多久办好", str(plan.answered)),
        *_ticket(plan),
        *(row for number in range(len(plan.stops)) for row in _stop(plan.stops, number)),
        *part("带什么", plan.bring),
        *part("要注意", tuple(_mind(plan))),
        *foot(at),
    )
    return Paper(KIND, rows)


def _ticket(plan: TripPlan) -> Iterator[Row]:
    if plan.ticket is None:
        return
    yield Rule()
    yield Line("您的排队号", align=Align.CENTRE)
    yield Line(plan.ticket.number, align=Align.CENTRE, bold=True, double=True)
    yield Line(f"只在{CHINESE.value(plan.ticket.on)}叫这个号", align=Align.CENTRE)


def _stop(stops: tuple[Stop, ...], number: int) -> Iterator[Row]:
    """An office once, however many of its windows follow each other."""
    stop = stops[number]
    title = f"第{number + 1}站 {stop.window}" if len(stops) > 1 else stop.window
    yield from section(title)
    yield Line(f"办：{stop.errand}")
    if stop.ahead is not None:
        yield Leader("前面还有", f"{stop.ahead}人", bold=True)
    if number and stops[number - 1].office == stop.office:
        yield Line("在上一站的同一个地方。")
    else:
        yield from where("在哪里", stop.office)


def _mind(plan: TripPlan) -> Iterator[Text]:
    if plan.ticket is None:
        yield say("到了以后先取号。出门前可以先打电话问一问。")
    elif len(plan.stops) > 1:
        yield say("只用这一个号：一个窗口办完，下一个窗口会接着叫，不用再取号。")
    if any(stop.ahead is not None for stop in plan.stops):
        yield say("前面的人数随时会变。")
