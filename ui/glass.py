"""What a person can see right now, for whoever stands in for one: words, and where a finger would go."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QProgressBar, QPushButton, QWidget

from ui.blocks.code_picture import CodePicture
from ui.blocks.grid_table import GridCellButton
from ui.blocks.sheet import PaperSheet
from ui.pages.moving_picture import MovingPicture
from ui.parts import Label
from ui.touch import Touch
from ui.window import KioskWindow


@dataclass(frozen=True, slots=True)
class Rect:
    """In pixels of the screen."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on the screen."""

    text: str
    """What is written there."""
    name: str
    """What it is called where one cannot see it."""
    role: str
    """`text`, `button`, `cell`, `picture` or `progress`."""
    rect: Rect
    enabled: bool


@dataclass(frozen=True, slots=True)
class Glass:
    """The screen as it is."""

    kind: str
    """The page's kind; empty before the first page."""
    serial: int
    """Of the view that is due; while it is drawn by the page before, `settled` is False."""
    settled: bool
    touchable: bool
    """A touch answers it; not while it has just come."""
    text_size: str
    contrast: str
    items: tuple[Item, ...]

    def json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that can be read, from top to bottom."""
        return tuple(item.text for item in self.items if item.text)


def visible(window: KioskWindow) -> Glass:
    """Only what is visible: nothing hidden, covered or outside of the window."""
    page, view, appearance = window.page, window.view, window.appearance
    items = [
        item
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and not widget.visibleRegion().isEmpty()
        if (item := _item(widget)) is not None
    ]
    items.sort(key=lambda item: (item.rect.y, item.rect.x))
    return Glass(
        kind="" if page is None else page.kind.value,
        serial=0 if view is None else view.serial,
        settled=window.settled,
        touchable=window.touchable,
        text_size=appearance.text_size.name.lower(),
        contrast=appearance.contrast.value,
        items=tuple(items),
    )


def _item(widget: QWidget) -> Item | None:
    match widget:
        case Touch():
            text = f"{widget.label} {widget.hint}".strip()
            return _named(widget, text, "button")
        case GridCellButton():
            return _named(widget, widget.label, "cell")
        case Label() if widget.words and not isinstance(widget.parent(), QPushButton):
            return _named(widget, widget.words, "text")
        case PaperSheet() | CodePicture():
            return _named(widget, "", "picture")
        case MovingPicture() if widget.accessibleName():
            return _named(widget, "", "picture")
        case QProgressBar():
            return _named(widget, "", "progress")
        case _:
            return None


def _named(widget: QWidget, text: str, role: str) -> Item:
    corner = widget.mapToGlobal(QPoint(0, 0))
    return Item(
        text,
        widget.accessibleName() or text,
        role,
        Rect(corner.x(), corner.y(), widget.width(), widget.height()),
        widget.isEnabled(),
    )
