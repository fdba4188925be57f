"""Every page by arrows and one button: a tactile pad, or a keyboard (docs/facts/people-and-screen.md §7).

Left and right go through everything there is to touch, in the order in which one reads; up and down to what
lies above and below. Return is the button. Nothing has the focus, and its ring, until an arrow was pressed,
and nothing any more once a finger touched.

A scanner may be a keyboard too: it types signs and ends with Return or Tab, and never an arrow. So Return
after a sign is never the button, and Tab and Space do nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ui.hold import Hold
from ui.touch import Button

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_WAYS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_BUTTON = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select)
_MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)
_ASIDE = 2
"""How much less near a thing is aside than straight above or below."""


class Keyboard:
    def __init__(
        self,
        window: QWidget,
        rooms: Callable[[], Iterable[QWidget]],
        moved: Callable[[Button], None],
        too_soon: Callable[[], bool],
    ) -> None:
        """`rooms`: the page, then what is around it; `moved` is told what has the focus now; while it is
        `too_soon` the button presses nothing."""
        self._window, self._rooms, self._moved, self._too_soon = window, rooms, moved, too_soon
        self._in_use = False
        self._ready = False
        """The last key was an arrow or the button: the next Return is the button."""
        self._name = ""
        """Of what had the focus: drawn anew, it is found again by it, in another language by its object's."""
        self._among = 0
        """How many of that name come before it."""

    @property
    def in_use(self) -> bool:
        return self._in_use

    def takes(self, event: QKeyEvent) -> bool:
        """Whether the key was ours; else it is the page's."""
        key = Qt.Key(event.key())
        if event.modifiers() & _MODIFIERS:
            return False
        if key in _STEPS or key in _WAYS:
            self._go(key)
            self._ready = True
            return True
        if key in _BUTTON and self._ready:
            # A key that is held must not answer pages that nobody has heard yet.
            if not event.isAutoRepeat() and not self._too_soon():
                self._press()
            return True
        if event.text():
            self._ready = False
        return False

    def put_away(self) -> None:
        """A finger touched, or the session is over."""
        if self._in_use:
            self._in_use = self._ready = False
            self._name = ""
            self._window.setFocus(Qt.FocusReason.OtherFocusReason)

    def find_again(self, *, new_page: bool) -> None:
        """After things were drawn anew: what had the focus, or on a new page what comes first."""
        things = self.order()
        if self._in_use and not new_page and self._window.focusWidget() in things:
            # It was not drawn anew: another one may have the same name.
            return
        # Else Qt gives the focus, and its ring, to whatever comes first.
        self._window.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._in_use or not things:
            return
        if new_page:
            self._name = ""
        self._focus(self._same(things))

    def order(self) -> list[Button]:
        """Everything that can be touched now, in the order in which one reads."""
        return [thing for room in self._rooms() for thing in _in_reading_order(room)]

    def _go(self, key: Qt.Key) -> None:
        things = self.order()
        if not things:
            return
        now = self._window.focusWidget()
        if now not in things:
            self._in_use = True
            self._tell(self._same(things))
            return
        i = things.index(now)
        if key in _STEPS:
            self._tell(things[(i + _STEPS[key]) % len(things)])
        else:
            self._tell(_beyond(things, things[i], _WAYS[key]))

    def _tell(self, thing: Button) -> None:
        self._focus(thing)
        self._moved(thing)

    def _same(self, things: list[Button]) -> Button:
        """What had the focus before, or else what comes first."""
        same = [one for one in things if _name_of(one) == self._name]
        return same[min(self._among, len(same) - 1)] if same else things[0]

    def _focus(self, thing: Button) -> None:
        self._name = _name_of(thing)
        self._among = [one for one in self.order() if _name_of(one) == self._name].index(thing)
        thing.setFocus(Qt.FocusReason.TabFocusReason)

    def _press(self) -> None:
        now = self._window.focusWidget()
        match now:
            case Hold():
                now.show_for_a_while()
            case Button():
                now.click()
            case _:
                pass
        if self._in_use and self._window.focusWidget() not in self.order():
            # It went by being pressed, and no other page came.
            self.find_again(new_page=False)


def _name_of(thing: Button) -> str:
    return thing.objectName() or thing.accessibleName()


def _in_reading_order(room: QWidget) -> list[Button]:
    """Row by row; what overlaps a row's first thing by half stands in that row."""
    things = [one for one in room.findChildren(Button) if one.isVisible() and one.isEnabled()]
    places = sorted(((_place(one), one) for one in things), key=lambda two: (two[0].top(), two[0].left()))
    rows: list[list[tuple[QRect, Button]]] = []
    for place, thing in places:
        if rows and place.center().y() <= rows[-1][0][0].bottom():
            rows[-1].append((place, thing))
        else:
            rows.append([(place, thing)])
    return [thing for row in rows for _, thing in sorted(row, key=lambda two: two[0].left())]


def _place(widget: QWidget) -> QRect:
    return QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size())


def _beyond(things: list[Button], now: Button, way: int) -> Button:
    """The nearest above (-1) or below (1); where there is none, it stays."""
    here = _place(now)

    def far(thing: Button) -> int:
        there = _place(thing)
        aside = max(0, here.left() - there.right(), there.left() - here.right())
        middle = abs(there.center().x() - here.center().x()) // 4
        return way * (there.center().y() - here.center().y()) + _ASIDE * aside + middle

    lies = [
        one
        for one in things
        if (_place(one).top() > here.bottom() if way > 0 else _place(one).bottom() < here.top())
    ]
    return min(lies, key=far, default=now)
