"""办不成事: what somebody takes along to a counter who could not get a thing done at the terminal.

It is no receipt and has no number: nothing was handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drivers.printers.paper import Leader, Paper, Row, Rule
from drivers.printers.paper import Text as Line
from kiosk.domain.region import Office
from kiosk.domain.text import Text
from kiosk.papers.common import PrintedAt, foot, head, where

KIND = "not_done_slip"


@dataclass(frozen=True, slots=True)
class Stopped:
    """Where somebody could not go on."""

    matter: Text
    """The service."""
    page: Text | None
    """The title of its page; None where that is the resident's own."""


def not_done_slip(stopped: Stopped | None, offices: Sequence[tuple[Text, Office]], at: PrintedAt) -> Paper:
    """`offices`: what each answers for, and where it is; `stopped`: None where nothing was begun."""
    rows: tuple[Row, ...] = (
        *head("办不成事"),
        *_where_it_stopped(stopped),
        Line("打电话或到窗口，这样说：", bold=True),
        Line(_sentence(stopped)),
        *(row for matter, office in offices for row in where(f"问{matter}", office)),
        Rule(),
        Line("这张纸不是受理回执，没有提交任何东西。"),
        *foot(at),
    )
    return Paper(KIND, rows)


def _where_it_stopped(stopped: Stopped | None) -> tuple[Row, ...]:
    if stopped is None:
        return ()
    matter = Leader("在办", str(stopped.matter), bold=True)
    page = () if stopped.page is None else (Line(f"停在：{stopped.page}"),)
    return (matter, *page, Rule())


def _sentence(stopped: Stopped | None) -> str:
    if stopped is None:
        return "我在便民终端办事，没有办成，想问怎么办。"
    if stopped.page is None:
        return f"我在便民终端办“{stopped.matter}”，没有办成，想问怎么办。"
    return f"我在便民终端办“{stopped.matter}”，到“{stopped.page}”这一页办不下去。"
