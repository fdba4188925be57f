"""Pages on which one thing is wrong; a judge that does not find it proves nothing elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPalette

from ui.parts import Label
from ui.touch import Kind, Touch
from ui.window import KioskWindow


def _put(window: KioskWindow, thing: Touch | Label, *place: int) -> None:
    """At x and y, with width and height, in pixels."""
    assert window.page is not None
    thing.setParent(window.page)
    thing.setGeometry(QRect(*place))
    thing.show()


def _touch(window: KioskWindow, label: str, kind: Kind = Kind.SECONDARY) -> Touch:
    return Touch(window._style(), label, kind, lambda: None)


def _small_target(window: KioskWindow) -> None:
    _put(window, _touch(window, "看"), 300, 560, 100, window._style().metrics.target - 1)


def _too_near(window: KioskWindow) -> None:
    side = window._style().metrics.target
    _put(window, _touch(window, "一"), 300, 560, side, side)
    _put(window, _touch(window, "二"), 300 + side + 5, 560, side, side)


def _clipped_label(window: KioskWindow) -> None:
    _put(window, Label(window._style(), "这一句话太长了，放不下", wrap=False), 300, 560, 120, 40)


def _off_the_page(window: KioskWindow) -> None:
    _put(window, Label(window._style(), "看不全", wrap=False), window.width() - 40, 560, 200, 60)


def _overlap(window: KioskWindow) -> None:
    _put(window, Label(window._style(), "一句话"), 300, 560, 120, 40)
    _put(window, Label(window._style(), "另一句"), 340, 570, 120, 40)


def _nameless_button(window: KioskWindow) -> None:
    side = window._style().metrics.target
    _put(window, _touch(window, ""), 300, 560, side, side)


def _faint_words(window: KioskWindow) -> None:
    label = Label(window._style(), "看不清")
    palette = label.palette()
    palette.setColor(QPalette.ColorRole.WindowText, "#999999")
    label.setPalette(palette)
    _put(window, label, 300, 560, 200, 40)


def _second_primary(window: KioskWindow) -> None:
    side = window._style().metrics.target
    _put(window, _touch(window, "也点这里", Kind.PRIMARY), 300, 560, 3 * side, side)


def _primary_elsewhere(window: KioskWindow) -> None:
    primary = next(one for one in window.findChildren(Touch) if one.kind is Kind.PRIMARY)
    primary.move(primary.x() - 40, primary.y())


def _out_of_reach(window: KioskWindow) -> None:
    """No arrow can give it the focus."""
    next(one for one in window.findChildren(Touch) if one.isEnabled()).setFocusPolicy(Qt.FocusPolicy.NoFocus)
    window._keyboard.order = lambda: [  # type: ignore[method-assign]
        one
        for one in window.findChildren(Touch)
        if one.isVisible() and one.isEnabled() and one.focusPolicy() is not Qt.FocusPolicy.NoFocus
    ]


def _silent(window: KioskWindow) -> None:
    window._voice._spoken.voice.acts.clear()  # type: ignore[union-attr]
    window._voice._page = None


CONTROLS: Mapping[str, tuple[Callable[[KioskWindow], None], str]] = {
    "small target": (_small_target, "small target"),
    "targets too near": (_too_near, "too near"),
    "clipped label": (_clipped_label, "clipped"),
    "off the page": (_off_the_page, "cut by"),
    "overlap": (_overlap, "overlap"),
    "nameless button": (_nameless_button, "nameless"),
    "faint words": (_faint_words, "faint"),
    "second primary button": (_second_primary, "2 primary buttons"),
    "primary button elsewhere": (_primary_elsewhere, "the primary button ends"),
    "out of the arrows' reach": (_out_of_reach, "do not come to"),
    "not said": (_silent, "is not said"),
}
"""What is spoilt, and the words of the finding."""
