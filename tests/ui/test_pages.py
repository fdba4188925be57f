"""Every page, on every screen: large enough, whole, apart, readable, named; the checker sees what is not."""

import pytest
from fixtures.page_checker import problems
from gallery import BY_NAME, EXAMPLES, Example
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QPushButton
from windows import LANDSCAPE, SCREENS, MakeWindow, name_of

from kiosk.conversation.signs import Icon, Tone
from ui import wording
from ui.appearance import Appearance
from ui.icons import TONE_ICON, FrameIcon, pixmap
from ui.metrics import Screen, TextSize
from ui.parts import Label
from ui.theme import Contrast
from ui.touch import Kind, Touch
from ui.window import KioskWindow

APPEARANCES = [Appearance(size, contrast) for size in TextSize for contrast in Contrast]


def _sample() -> list[tuple[Example, Screen, Appearance]]:
    """Each example on each screen, in two appearances each: every pair of the three comes up."""
    chosen = []
    for i, example in enumerate(EXAMPLES):
        for j, screen in enumerate(SCREENS):
            first = (i + 2 * j) % len(APPEARANCES)
            chosen += [(example, screen, APPEARANCES[(first + step) % len(APPEARANCES)]) for step in (0, 3)]
    return chosen


def _later(window: KioskWindow) -> QPushButton | None:
    wanted = str(wording.LATER_PAGE)
    buttons = [b for b in window.findChildren(Touch) if b.label == wanted and b.isEnabled()]
    return buttons[0] if buttons else None


@pytest.mark.parametrize(("example", "screen", "appearance"), _sample(), ids=name_of)
def test_a_page_is_large_whole_apart_readable_and_named(
    make_window: MakeWindow, example: Example, screen: Screen, appearance: Appearance
) -> None:
    window = make_window(screen, appearance, id_reader=example.id_reader)
    window.show_view(example.view)
    found, page = problems(window), 1
    while (later := _later(window)) is not None:
        later.click()
        page += 1
        found += [f"page {page}: {problem}" for problem in problems(window)]
        assert page < 20
    assert found == []


def test_every_pair_of_screen_size_and_contrast_comes_up() -> None:
    seen = {(s.width_px, a.text_size) for _, s, a in _sample()} | {
        (s.width_px, a.contrast) for _, s, a in _sample()
    }
    assert len(seen) == len(SCREENS) * (len(TextSize) + len(Contrast))


def _on_page(window: KioskWindow) -> None:
    window.show_view(BY_NAME["printed"])
    assert problems(window) == []


def _add(window: KioskWindow, thing: QPushButton | Label, *place: int) -> None:
    """At x and y, with width and height."""
    assert window.page is not None
    thing.setParent(window.page)
    thing.setGeometry(QRect(*place))
    thing.show()


def _touch(window: KioskWindow, label: str = "看看", kind: Kind = Kind.SECONDARY) -> Touch:
    return Touch(window._style(), label, kind, lambda: None)


def test_the_checker_finds_a_small_target(make_window: MakeWindow) -> None:
    window = make_window(LANDSCAPE)
    _on_page(window)
    _add(window, _touch(window), 100, 500, 100, window._style().metrics.target - 1)
    assert any("small target" in problem for problem in problems(window))


def test_the_checker_finds_targets_too_near(make_window: MakeWindow) -> None:
    window = make_window(LANDSCAPE)
    _on_page(window)
    _add(window, _touch(window), 100, 500, 100, 60)
    _add(window, _touch(window), 207, 500, 100, 60)
    assert any("too near" in problem for problem in problems(window))


@pytest.mark.parametrize("wrap", [True, False])
def test_the_checker_finds_a_clipped_label(make_window: MakeWindow, wrap: bool) -> None:
    window = make_window(LANDSCAPE)
    _on_page(window)
    label = Label(window._style(), "这一句话太长了，放不下", wrap=wrap)
    _add(window, label, 100, 500, 120, 40)
    assert any("clipped" in problem for problem in problems(window))


def test_the_checker_finds_an_overlap(make_window: MakeWindow) -> None:
    window = make_window(LANDSCAPE)
    _on_page(window)
    _add(window, Label(window._style(), "一句话"), 100, 500, 120, 40)
    _add(window, Label(window._style(), "另一句"), 200, 520, 120, 40)
    assert any("overlap" in problem for problem in problems(window))


def test_the_checker_finds_a_nameless_button(make_window: MakeWindow) -> None:
    window = make_window(LANDSCAPE)
    _on_page(window)
    _add(window, _touch(window, ""), 100, 500, 100, 60)
    assert any("nameless" in problem for problem in problems(window))


def test_the_checker_finds_faint_words(make_window: MakeWindow) -> None:
    window = make_window(LANDSCAPE)
    _on_page(window)
    label = Label(window._style(), "看不清")
    palette = label.palette()
    palette.setColor(palette.ColorRole.WindowText, "#999999")
    label.setPalette(palette)
    _add(window, label, 100, 500, 200, 40)
    assert any("faint" in problem for problem in problems(window))


def test_the_checker_finds_a_second_primary_button_and_one_out_of_its_place(make_window: MakeWindow) -> None:
    window = make_window(LANDSCAPE)
    _on_page(window)
    _add(window, _touch(window, kind=Kind.PRIMARY), 100, 500, 100, 60)
    assert "2 primary buttons" in problems(window)
    primary = next(t for t in window.findChildren(Touch) if t.kind is Kind.PRIMARY)
    primary.hide()
    assert any("primary button ends" in problem for problem in problems(window))


@pytest.mark.parametrize("icon", [*Icon, *FrameIcon])
def test_every_icon_is_drawn(qapp: object, icon: Icon | FrameIcon) -> None:
    image = pixmap(icon, 48, "#0b5cad").toImage()
    inked = sum(image.pixelColor(x, y).alpha() > 0 for x in range(48) for y in range(48))
    assert 48 * 48 * 0.1 < inked < 48 * 48 * 0.95
    colours = [image.pixelColor(x, y) for x in range(48) for y in range(48)]
    assert {colour.name() for colour in colours if colour.alpha() == 255} == {"#0b5cad"}


def test_every_tone_but_the_plain_one_has_a_sign() -> None:
    assert [tone for tone in Tone if TONE_ICON[tone] is None] == [Tone.PLAIN]
