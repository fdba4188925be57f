"""What must hold on every page of the terminal, as lists of what does not.

Sizes, places, contrast and names are `page_checker.problems`; here are the words: that each is translated,
that the page is said, and that the arrows come to everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from appearances import Setting
from fixtures.kept_voice import KeptVoice
from fixtures.page_checker import problems
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QPushButton

from drivers.printers.paper import Paper
from drivers.printers.profile import standard
from kiosk.conversation.phase import Phase
from kiosk.conversation.view import View
from kiosk.domain.text import CHINESE, Language, Text
from kiosk.languages.catalogue import SelectableLanguage
from ui import wording
from ui.hold import Hold
from ui.pages.open import AllPages
from ui.paper_picture import picture_of
from ui.spoken_pages import spoken_by
from ui.touch import Touch
from ui.window import KioskWindow

_HAN = re.compile("[\u4e00-\u9fff]")
_MOST_LEAVES = 25


@dataclass
class Listed:
    """A language that keeps which sentences it has no words for."""

    inner: SelectableLanguage
    missing: set[str] = field(default_factory=set)

    @property
    def code(self) -> str:
        return self.inner.code

    @property
    def name(self) -> str:
        return self.inner.name

    def translate(self, template: str) -> str:
        told = self.inner.translate(template)
        if told == template and _HAN.search(template):
            self.missing.add(template)
        return told

    def value(self, value: object) -> str:
        return self.inner.value(value)


Spoil = Callable[[KioskWindow], None]


def faults(
    view: View,
    setting: Setting,
    languages: tuple[SelectableLanguage, ...],
    *,
    id_reader: bool,
    spoil: Spoil = lambda _window: None,
) -> list[str]:
    """Everything that is wrong with the page of `view`, on each of its leaves; `spoil` makes it a control."""
    listed = tuple(Listed(one) for one in languages)
    chosen: Language = next((one for one in listed if one.code == setting.appearance.language.code), CHINESE)
    voice = KeptVoice()
    window = KioskWindow(
        setting.screen,
        send=lambda _event: None,
        clock=lambda: datetime(2026, 11, 21, 10, 32),  # noqa: DTZ001 a clock on the wall
        pages=AllPages(id_reader=id_reader),
        paint_paper=_painted,
        motion=False,
    )
    window._appearance = replace(setting.appearance, language=chosen)
    window.take_languages(listed)
    window.take_voice(spoken_by(voice, unasked=True))
    window.show()
    try:
        window.show_view(view)
        spoil(window)
        found = [*_leaves(window), *_unsaid(window, view, voice), *_unreached(window)]
        return found + [f"no {one.code} for {text!r}" for one in listed for text in sorted(one.missing)]
    finally:
        window.end()
        window.deleteLater()
        # Without an event loop nothing else deletes them, and a thousand windows are gigabytes.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


_PAPERS: dict[str, QImage] = {}


def _painted(paper: Paper) -> QImage:
    """As the printer will, each paper once."""
    if paper.content_hash not in _PAPERS:
        _PAPERS[paper.content_hash] = picture_of(paper, standard())
    return _PAPERS[paper.content_hash]


def _leaves(window: KioskWindow) -> list[str]:
    found = [*problems(window), *_halves(window), *_held(window)]
    leaf, later = 1, _button(window, wording.LATER_PAGE)
    while later is not None:
        if leaf == _MOST_LEAVES:
            return [*found, f"more than {_MOST_LEAVES} leaves"]
        found += [f"leaf {leaf}: {one}" for one in _unreached(window)]
        later = _button(window, wording.LATER_PAGE)
        if later is None:
            return [*found, f"leaf {leaf}: the arrows turned the page"]
        later.click()
        leaf += 1
        here = (*problems(window), *_halves(window), *_held(window))
        found += [f"leaf {leaf}: {one}" for one in here]
        later = _button(window, wording.LATER_PAGE)
    return found


def _halves(window: KioskWindow) -> list[str]:
    """The other half of a year, and the years that are not to be seen at first."""
    found: list[str] = []
    for words in (wording.SECOND_HALF, wording.FIRST_HALF, wording.EARLIER_YEARS, wording.LATER_YEARS):
        if (button := _button(window, words)) is not None:
            button.click()
            found += [f"after {words}: {one}" for one in problems(window)]
    return found


def _held(window: KioskWindow) -> list[str]:
    """While a covered value is seen."""
    found: list[str] = []
    for hold in [one for one in window.findChildren(Hold) if one.isVisible()]:
        hold.pressed.emit()
        found += [f"held: {one}" for one in problems(window)]
        hold.released.emit()
    return found


def _button(window: KioskWindow, words: Text) -> QPushButton | None:
    """The one with this label, if it can be touched now."""
    wanted = window._style().say(words)
    buttons = [b for b in window.findChildren(Touch) if b.label == wanted and b.isVisible() and b.isEnabled()]
    return buttons[0] if buttons else None


def _unsaid(window: KioskWindow, view: View, voice: KeptVoice) -> list[str]:
    if view.phase is Phase.OVER:
        return [] if not voice.said else ["the blank page speaks"]
    if not voice.said and (controls := window._voice.controls) is not None:
        # While nobody is here a page waits until it is asked for.
        controls.hear()
    if not voice.said:
        return ["is not said"]
    sayings = voice.said[-1].sayings
    found = [] if sayings and sayings[0].text.strip() else ["is said without a word"]
    # With nothing that everybody may hear, somebody without headphones hears nothing at all.
    if all(saying.private for saying in sayings) and voice.said[-1].withheld is None:
        found.append("is silent on the loudspeaker")
    return found


def _unreached(window: KioskWindow) -> list[str]:
    """Pressing → as often as there are things visits each of them."""
    wanted = {one for one in window.findChildren(QPushButton) if one.isVisible() and one.isEnabled()}
    reached = set()
    for _ in range(len(wanted)):
        QCoreApplication.sendEvent(
            window.focusWidget() or window,
            QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier),
        )
        reached.add(window.focusWidget())
    missed = [one.accessibleName() for one in wanted if one not in reached]
    return [f"the arrows do not come to {name!r}" for name in sorted(missed)]
