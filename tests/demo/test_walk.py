"""The walk finds every page by itself: what it does not come to is named, with the reason."""

from datetime import datetime
from pathlib import Path

import pytest

from central.region import load_region
from demo.stage import DEMO_NOW, REGION
from demo.walk import pages
from demo.walk.bounds import TooManyOfThem
from demo.walk.cards import walk_cards
from demo.walk.entries import Entries, NoEntry
from demo.walk.pages import Pages
from demo.walk.phases import GOOD, add_phases
from demo.walk.unsaid import coverage
from demo.walk.walking import TRAY
from kiosk.conversation.desk import Desk
from kiosk.conversation.phase import Phase
from kiosk.conversation.steps import EntryForm
from kiosk.conversation.view import View
from kiosk.domain.text import say
from ui.bench.tray import load_tray

DESK = Desk(datetime.fromisoformat(DEMO_NOW), load_region(REGION).to_domain())
pytestmark = pytest.mark.timeout(400)


def test_every_card_of_the_tray_is_put_in() -> None:
    cards = walk_cards(TRAY)
    assert {one.file.stem for one in load_tray(TRAY)} <= {card.name for card in cards}
    assert len({card.presence for card in cards}) == len(cards)


def test_a_sentence_that_nobody_says_is_found(tmp_path: Path) -> None:
    told = "".join(f'say("{words}")\n' for words in ("没有人说过", "知道了"))
    (tmp_path / "new_service.py").write_text(told, "utf-8")
    page = pages.Walked("one", View(Phase.TALKING, GOOD, due=DESK.inform("x", say("题"))), False, ("x",))
    assert [one.template for one in coverage([page], [tmp_path]).unsaid] == ["没有人说过"]


def test_a_walk_that_is_too_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_PAGES", 3)
    with pytest.raises(TooManyOfThem, match="more than 3 pages"):
        add_phases(Pages())


def test_a_step_for_which_no_entry_is_known_says_so() -> None:
    picky = DESK.enter(
        "number",
        say("号码"),
        EntryForm("0123456789", 4, 4),
        hint=say("四位"),
        confirm=say("好"),
        check=lambda _: say("不对"),
    )
    with pytest.raises(NoEntry, match="'new_service' takes at 'number'"):
        Entries({}).of("new_service", picky)
