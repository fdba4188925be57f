"""Every page of every service: found by walking through all of them, and judged in all appearances.

A new service is judged by being there. Here each page is judged in three appearances (`pairwise`); all of
them are `make prove`'s.
"""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import ast
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from appearances import SCREENS, Setting, every_setting, pairwise
from controls import CONTROLS
from fixtures.garbage import collected_after_each, no_collecting_in_threads
from judge import faults
from pytestqt.qtbot import QtBot

from demo.walk import Tour, tour
from demo.walk.explained import BREAKS, UNSAID
from demo.walk.shapes import shape_of
from demo.walk.unsaid import SERVICES, coverage
from kiosk.card_reading import CardProblem
from kiosk.conversation.content import Offer
from kiosk.conversation.phase import Phase
from kiosk.conversation.signs import Icon, Tone
from kiosk.conversation.steps import Call, Inform, Step
from kiosk.conversation.view import Condition, Status, View
from kiosk.domain.text import CHINESE, say
from kiosk.languages.catalogue import other_languages
from ui.appearance import Appearance
from ui.metrics import TextSize
from ui.theme import Contrast

__all__ = ["collected_after_each", "no_collecting_in_threads"]

LANGUAGES = other_languages()
SLICES = 12
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Tour:
    return tour(tmp_path_factory.mktemp("walk"))


@pytest.mark.parametrize("part", range(SLICES))
def test_a_page_is_large_whole_apart_readable_named_said_translated_and_reached(
    qtbot: QtBot, found: Tour, part: int
) -> None:
    wrong_ones = {
        f"{page.name} {setting}": wrong
        for number, page in enumerate(found.pages)
        if number % SLICES == part
        for setting in pairwise(number, LANGUAGES)
        if (wrong := faults(page.view, setting, LANGUAGES, id_reader=page.id_reader))
    }
    assert wrong_ones == {}


def test_every_pair_of_appearances_comes_up() -> None:
    seen: Counter[tuple[object, object]] = Counter()
    for number in range(54):
        for setting in pairwise(number, LANGUAGES):
            shown = setting.appearance
            values = (setting.screen, shown.text_size, shown.contrast, shown.language.code)
            seen.update((a, b) for i, a in enumerate(values) for b in values[i + 1 :])
    codes = ["zh", *(one.code for one in LANGUAGES)]
    axes: tuple[list[object], ...] = (list(SCREENS), list(TextSize), list(Contrast), list(codes))
    wanted = {pair for i, one in enumerate(axes) for other in axes[i + 1 :] for pair in product(one, other)}
    assert set(seen) == wanted
    assert len(every_setting(LANGUAGES)) == 3 * 3 * 3 * len(codes)


PLAIN = View(
    Phase.TALKING,
    Status("示例村服务站", Condition.GOOD, Condition.GOOD, Condition.GOOD),
    7,
    Inform(
        "printed",
        say("打印好了"),
        (say("请从出纸口取走您的纸。"),),
        ("done",),
        (Offer("done", say("取走了，继续"), primary=True),),
        Tone.GOOD,
        Icon.DONE,
    ),
    (say("便民社保"),),
    can_help=True,
)
USUAL = Setting(SCREENS[0], Appearance())


def test_the_plain_page_of_the_controls_is_faultless(qtbot: QtBot) -> None:
    assert faults(PLAIN, USUAL, LANGUAGES, id_reader=False) == []


@pytest.mark.parametrize("control", CONTROLS)
def test_the_judge_finds_what_is_wrong(qtbot: QtBot, control: str) -> None:
    spoil, words = CONTROLS[control]
    found = faults(PLAIN, USUAL, LANGUAGES, id_reader=False, spoil=spoil)
    assert any(words in one for one in found), found


def test_the_judge_finds_a_sentence_without_a_translation(qtbot: QtBot) -> None:
    due = Inform("x", say("没有人翻译过这一句"), (), ("done",), (Offer("done", say("知道了"), primary=True),))
    view = View(Phase.TALKING, PLAIN.status, 7, due)
    english = Setting(SCREENS[0], Appearance(language=LANGUAGES[0]))
    assert "no en for '没有人翻译过这一句'" in faults(view, english, LANGUAGES, id_reader=False)
    assert faults(view, Setting(SCREENS[0], Appearance(language=CHINESE)), LANGUAGES, id_reader=False) == []


def _ids_of_services() -> Iterator[str]:
    """`id = "…"` of every class in the services' source."""
    for file in SERVICES.glob("**/*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Assign(targets=[ast.Name(id="id")], value=ast.Constant(value=str(name))):
                    yield name


def test_every_service_is_walked(found: Tour) -> None:
    ids = set(_ids_of_services())
    assert len(ids) > 5
    assert ids <= {page.name.partition("/")[0] for page in found.pages}


def test_every_kind_of_step_and_every_phase_is_seen(found: Tour) -> None:
    kinds = {kind.__name__ for kind in Step.__subclasses__()} - {Call.__name__}
    assert kinds <= {type(page.view.due).__name__ for page in found.pages}
    assert {page.view.phase for page in found.pages} == set(Phase)


def test_every_sentence_that_pages_are_made_of_is_said_or_explained(found: Tour) -> None:
    measured = coverage(found.pages)
    assert measured.sentences > 700
    assert {one.template for one in measured.unsaid} == set(UNSAID)


def test_no_service_breaks_unless_a_program_is_at_fault(found: Tour) -> None:
    assert found.breaks == set(BREAKS)


def test_every_page_is_another_one_under_a_name_of_its_own(found: Tour) -> None:
    assert [name for name, times in Counter(page.name for page in found.pages).items() if times > 1] == []
    asked = [page for page in found.pages if page.view.due is not None]
    assert len({shape_of(page.view) for page in asked}) == len(asked)
    assert all(page.path for page in found.pages)


def test_every_way_in_which_a_card_fails_is_met(found: Tour) -> None:
    keys = {page.view.step_key for page in found.pages}
    assert {f"card:{problem}" for problem in CardProblem} <= keys


@pytest.mark.prove
def test_a_second_walk_is_the_same(found: Tour, tmp_path: Path) -> None:
    again = tour(tmp_path)
    assert [(page.name, page.path) for page in again.pages] == [(p.name, p.path) for p in found.pages]
    assert [shape_of(page.view) for page in again.pages] == [shape_of(page.view) for page in found.pages]
    assert again.breaks == found.breaks
