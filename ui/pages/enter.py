"""输入: signs by a keypad of large keys, or by a keyboard; where the step takes scans, by a scanner."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.conversation.content import Offer
from kiosk.conversation.steps import Enter
from kiosk.conversation.view import View
from kiosk.domain.text import Text
from ui import wording
from ui.metrics import LARGE_TARGET_MM, Scale, Space
from ui.pages.entry_line import EntryLine
from ui.pages.page import Hands, PageKind, Room
from ui.pages.scanner_keys import ScannerKeys
from ui.pages.step_page import StepContent, StepPage
from ui.parts import Label
from ui.style import Style
from ui.theme import Role
from ui.touch import Kind, Touch, tell_own, tell_touched

_CONFIRM, _DELETE, _CLEAR = "confirm", "delete", "clear"
_WIDEST_KEY_MM = 38.0
_HIGHEST_KEY_MM = 24.0
_HIGH_KEY_EMS = 1.4
_OTHER_KEYS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class EnterPage(StepPage):
    """No system keyboard, no clipboard, no field that remembers: the page holds the signs itself."""

    def __init__(self, room: Room, step: Enter, view: View, hands: Hands) -> None:
        offers = (
            Offer(_CLEAR, wording.CLEAR),
            Offer(_DELETE, wording.DELETE_ONE),
            Offer(_CONFIRM, step.confirm, primary=True),
        )
        content = StepContent(step.title, view.where, (), offers)
        super().__init__(room, PageKind.ENTER, content, hands.answer, hands.paint_paper)
        self._step, self._hands = step, hands
        self._typed = ""
        self._scanner = ScannerKeys()
        style, area = room.style, self._area
        self._line = EntryLine(style, step.form, area.width())
        self._hint = Label(style, style.say(step.hint), role=Role.QUIET, parent=self)
        self._hint.setGeometry(QRect(area.x(), 0, area.width(), self._hint_height(area.width())))
        pad = _KeyPad(style, step.form.signs, self._room_for_keys(area), self._type)
        y, gap = area.y(), style.space(Space.TIGHT)
        for part in (self._line, self._hint, pad):
            part.setParent(self)
            part.move(area.x(), y)
            y += part.height() + gap
        self._show(step.given)

    def _room_for_keys(self, area: QRect) -> QRect:
        taken = self._line.height() + self._hint.height() + 2 * self.room.style.space(Space.TIGHT)
        return area.adjusted(0, taken, 0, 0)

    def _hint_height(self, width: int) -> int:
        """What is said below the signs changes; the keys stay where they are."""
        return max(self._hint.heightForWidth(width), self.room.style.line_height())

    @property
    def draft(self) -> str | None:
        return None if self._answered else self._typed

    def take_draft(self, draft: str) -> None:
        self._show(draft)

    def take_key(self, event: QKeyEvent) -> None:
        """The keypad's keys are on a keyboard too, and a scanner may be one."""
        if event.modifiers() & _OTHER_KEYS or self._answered:
            return
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Tab:
                self._end_keys(event.timestamp())
            case Qt.Key.Key_Backspace:
                self._show(self._typed[:-1])
            case _ if event.text().isprintable() and event.text():
                self._scanner.take(event.text(), event.timestamp(), self._typed)
                self._add(event.text().upper())
            case _:
                return
        tell_touched(self)

    def _end_keys(self, at_ms: int) -> None:
        scanned = self._scanner.end(at_ms)
        if scanned is None:
            self._send()
            return
        text, before = scanned
        self._show(before)
        if self._step.scans and text:
            self._answered = True
            self._hands.scan(text)

    def _type(self, sign: str) -> None:
        self._add(sign)
        tell_touched(self)
        self._tell_heard()

    def _tell_heard(self) -> None:
        """For who does not see it: the last sign, and what is still to come or wrong."""
        tell_own(self, " ".join(part for part in (self._typed[-1:], self._hint.words) if part))

    def _add(self, signs: str) -> None:
        form = self._step.form
        fitting = "".join(sign for sign in signs if sign in form.signs)
        self._show((self._typed + fitting)[: form.length])

    def _answer_once(self, key: str) -> None:
        """Of the row below only one button is an answer."""
        if key == _CONFIRM:
            self._send()
        else:
            self._show(self._typed[:-1] if key == _DELETE else "")
        tell_touched(self)
        if not self._answered:
            self._tell_heard()

    def _send(self) -> None:
        if self._step.takes(self._typed) and not self._answered:
            self._answered = True
            self._hands.enter(self._typed)
        elif not self._step.form.fits(self._typed):
            self._say(self._lacking(), Role.ATTENTION)

    def _show(self, typed: str) -> None:
        self._typed = typed
        self._line.tell(typed)
        complaint = self._step.check(typed) if self._step.form.fits(typed) else None
        if complaint is not None:
            self._say(complaint, Role.PROBLEM)
        elif typed:
            self._say(self._lacking(), Role.QUIET)
        else:
            self._say(self._step.hint, Role.QUIET)

    def _lacking(self) -> Text:
        missing = self._step.form.length - len(self._typed)
        return wording.signs_missing(missing) if missing else wording.ENTRY_COMPLETE

    def _say(self, words: Text, role: Role) -> None:
        style = self.room.style
        self._hint.dye(style.colour(role))
        self._hint.say(style.say(words))


class _Key(Touch):
    """One sign, drawn by the height of capitals: low keys hold it, and its line's height they would not."""

    def __init__(self, style: Style, sign: str, on_touch: Callable[[], None]) -> None:
        super().__init__(style, "", Kind.QUIET, on_touch, name=sign)
        self.label = sign

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        style, painter = self._style, QPainter(self)
        high = self.height() >= _HIGH_KEY_EMS * style.metrics.em(Scale.LEAD)
        painter.setFont(style.font(Scale.LEAD if high else Scale.TEXT))
        painter.setPen(style.colour(Role.INK))
        capital = round(painter.fontMetrics().capHeight())
        wide = painter.fontMetrics().horizontalAdvance(self.label)
        painter.drawText((self.width() - wide) // 2, (self.height() + capital) // 2, self.label)


class _KeyPad(QWidget):
    """The keys in rows of one length, where their number allows it."""

    def __init__(self, style: Style, signs: str, room: QRect, on_sign: Callable[[str], None]) -> None:
        super().__init__()
        gap, columns = style.space(Space.TIGHT), _columns(len(signs))
        least, metrics = style.metrics.px(LARGE_TARGET_MM), style.metrics
        rows = math.ceil(len(signs) / columns)
        while rows > 1 and rows * (least + gap) - gap > room.height():
            rows -= 1
            columns = math.ceil(len(signs) / rows)
        width = min((room.width() - gap * (columns - 1)) // columns, metrics.px(_WIDEST_KEY_MM))
        height = min((room.height() - gap * (rows - 1)) // rows, metrics.px(_HIGHEST_KEY_MM))
        width, height = max(width, least), max(height, least)
        for i, sign in enumerate(signs):
            row, column = divmod(i, columns)
            key = _Key(style, sign, partial(on_sign, sign))
            key.setParent(self)
            key.setGeometry(column * (width + gap), row * (height + gap), width, height)
        self.setFixedSize(columns * (width + gap) - gap, rows * (height + gap) - gap)


def _columns(keys: int) -> int:
    """As many as rows, or more; no row is left half empty where that can be."""
    wide = math.ceil(math.sqrt(keys))
    return next((columns for columns in range(wide, 2 * wide + 1) if keys % columns == 0), wide)
