"""The views that no step makes: nobody is here yet, or nobody any more, or the terminal does not serve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Final

from demo.stage import PLACE
from demo.walk.pages import Pages
from kiosk.conversation.phase import Phase
from kiosk.conversation.view import Condition, Status, View

_G, _L, _B, _U = Condition.GOOD, Condition.LOW, Condition.BAD, Condition.UNKNOWN
GOOD: Final = Status(PLACE, _G, _G, _G, _G, _G)
WHY_BROKEN: Final = "NoVaultKey: no key named vault-key in secret-service"
WARNING_S: Final = 28
_NOBODY: Final = "nobody"
_STATUSES: Final = {
    "good": GOOD,
    "line-down": replace(GOOD, network=_B),
    "paper-low": replace(GOOD, paper=_L),
    "paper-out": replace(GOOD, paper=_B),
    "pad-away": replace(GOOD, pin_pad=_B),
    "nothing-known": Status(PLACE),
    "all-down": Status(PLACE, _B, _B, _B, _B, _B),
}


def add_phases(pages: Pages) -> None:
    """Every phase, with every entrance that is open or closed in it."""
    for id_reader, (name, view) in product((False, True), _views()):
        variant = f"{name}{'.id-reader' if id_reader else ''}"
        pages.add(view, service=_NOBODY, variant=variant, id_reader=id_reader, path=(variant,))


def _views() -> Iterator[tuple[str, View]]:
    yield "starting", View(Phase.STARTING, Status(PLACE))
    for name, status in _STATUSES.items():
        yield name, View(Phase.WAITING, status)
    for slot, area in product((_G, _B), (_G, _B, _U)):
        name = f"slot-{slot.value}.area-{area.value}"
        yield name, View(Phase.WAITING, replace(GOOD, reader=slot, id_reader=area))
    for laid in (False, True):
        where = "laid" if laid else "in-slot"
        yield where, View(Phase.LEFT_BEHIND, GOOD, laid_card=laid)
        yield where, View(Phase.IDLE_WARNING, GOOD, laid_card=laid, warning_s=WARNING_S)
        yield where, View(Phase.TAKE_CARD, GOOD, laid_card=laid)
    yield "no-key", View(Phase.OUT_OF_SERVICE, replace(GOOD, network=_B), why_broken=WHY_BROKEN)
    yield "blank", View(Phase.OVER, GOOD)
