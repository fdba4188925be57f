"""The pages of cards that cannot be read, as the terminal makes them, each with its picture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from central.region import load_region
from kiosk.card_reading import CardProblem, CardUnusable
from kiosk.clock import CHINA
from kiosk.conversation.desk import Desk
from kiosk.conversation.steps import Inform, Present
from kiosk.services.card_pages import card_page, id_card_needed_elsewhere, id_card_wanted

_REGION = Path(__file__).parents[2] / "central" / "regions" / "demo.toml"
DESK = Desk(
    datetime(2026, 11, 20, 9, 30, tzinfo=CHINA), load_region(_REGION).to_domain(), reads_id_cards=True
)


def card_pages() -> Iterator[tuple[str, Inform | Present]]:
    """Each with a name, with all the words that there can be."""
    for problem in CardProblem:
        yield f"card-page-{problem.value}", card_page(DESK, CardUnusable(problem, ""))
    yield "card-page-elsewhere", id_card_needed_elsewhere(DESK, None)
    for again in (False, True):
        name = "card-page-id-card-again" if again else "card-page-id-card"
        yield name, id_card_wanted(DESK, CardProblem.MOVED, again=again)
