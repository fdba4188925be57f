"""What must hold on every page (docs/facts/people-and-screen.md), as lists of what does not."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TypeVar

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QAccessible, QImage, QPalette
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QPushButton, QScrollBar, QWidget

from ui.metrics import GAP_MM, Metrics, Space
from ui.pages.step_page import StepPage
from ui.parts import Kind, Label, Touch
from ui.theme import contrast
from ui.window import KioskWindow

W = TypeVar("W", bound=QWidget)


def problems(window: KioskWindow) -> list[str]:
    """Everything that is wrong with what the window shows now."""
    metrics = Metrics(window._screen, window.appearance.text_size)
    touches = _visible(window, QPushButton)
    labels = [one for one in _visible(window, QLabel) if one.text() or not one.pixmap().isNull()]
    return [
        *_small(touches, metrics),
        *_near(touches, metrics),
        *_clipped(window, [*touches, *labels]),
        *_overlapping(touches, labels),
        *_spilling(window),
        *_primaries(window, touches, metrics),
        *_nameless([*touches, *(one for one in labels if one.text())]),
        *_faint(window, labels),
        *(f"scrolls: {one}" for one in window.findChildren(QScrollBar)),
        *(f"scrolls: {one}" for one in window.findChildren(QAbstractScrollArea)),
    ]


def _visible(window: QWidget, kind: type[W]) -> list[W]:
    return [one for one in window.findChildren(kind) if one.isVisible()]


def _rect(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


def _told(widget: QWidget) -> str:
    words = widget.text() if isinstance(widget, QLabel) else widget.accessibleName()
    return f"{type(widget).__name__} {words!r} {_rect(widget).getRect()}"


def _small(touches: list[QPushButton], metrics: Metrics) -> list[str]:
    least = metrics.target
    return [
        f"small target: {_told(one)}"
        for one in touches
        if one.isEnabled() and min(one.width(), one.height()) < least
    ]


def _near(touches: list[QPushButton], metrics: Metrics) -> list[str]:
    gap = metrics.screen.px_per_mm * GAP_MM
    found = []
    enabled = [(touch, _rect(touch)) for touch in touches if touch.isEnabled()]
    for (one, a), (other, b) in combinations(enabled, 2):
        across = max(a.left(), b.left()) - min(a.right(), b.right()) - 1
        down = max(a.top(), b.top()) - min(a.bottom(), b.bottom()) - 1
        if max(across, down) < gap - 1:
            found.append(f"too near: {_told(one)} and {_told(other)}")
    return found


def _clipped(window: QWidget, widgets: list[QWidget]) -> list[str]:
    found = []
    screen = _rect(window)
    for one in widgets:
        whole = _rect(one)
        parent = one.parentWidget()
        while parent is not None and parent is not window:
            if not _rect(parent).contains(whole):
                found.append(f"cut by {type(parent).__name__}: {_told(one)}")
                break
            parent = parent.parentWidget()
        if not screen.contains(whole):
            found.append(f"off the screen: {_told(one)}")
        if isinstance(one, QLabel) and one.text() and not _holds(one):
            found.append(f"clipped: {_told(one)}")
    return found


def _holds(label: QLabel) -> bool:
    metrics = label.fontMetrics()
    if label.wordWrap():
        return label.heightForWidth(label.width()) <= label.height()
    return metrics.horizontalAdvance(label.text()) <= label.width() and metrics.height() <= label.height()


def _overlapping(touches: list[QPushButton], labels: list[QLabel]) -> list[str]:
    free = [one for one in labels if not any(touch.isAncestorOf(one) for touch in touches)]
    within = [[label for label in labels if touch.isAncestorOf(label)] for touch in touches]
    found = []
    for things in ([*touches, *free], *within):
        for (one, place), (other, beside) in combinations([(thing, _rect(thing)) for thing in things], 2):
            if place.intersects(beside):
                found.append(f"overlap: {_told(one)} and {_told(other)}")
    return found


def _spilling(window: KioskWindow) -> list[str]:
    """What lies on a page lies within it, each thing beside or below the others."""
    page = window.page
    if page is None:
        return []
    things = [one for one in page.children() if isinstance(one, QWidget) and one.isVisible()]
    outside = [
        f"spills over the page: {_told(one)}" for one in things if not page.rect().contains(one.geometry())
    ]
    pairs = combinations(things, 2)
    return outside + [
        f"overlap: {_told(one)} and {_told(other)}"
        for one, other in pairs
        if one.geometry().intersects(other.geometry())
    ]


def _primaries(window: KioskWindow, touches: list[QPushButton], metrics: Metrics) -> list[str]:
    primary = [one for one in touches if isinstance(one, Touch) and one.kind is Kind.PRIMARY]
    if len(primary) > 1:
        return [f"{len(primary)} primary buttons"]
    page = window.page
    if not primary or not isinstance(page, StepPage):
        return []
    corner, place = _rect(primary[0]).bottomRight(), _rect(page)
    wanted = QPoint(place.right() - metrics.margin, place.bottom() - metrics.space(Space.NEAR))
    return [] if corner == wanted else [f"the primary button ends at {corner}, not at {wanted}"]


def _nameless(widgets: list[QWidget]) -> list[str]:
    found = []
    for one in widgets:
        told = QAccessible.queryAccessibleInterface(one)
        if told is None or not told.text(QAccessible.Text.Name).strip():
            found.append(f"nameless: {_told(one)}")
    return found


def _faint(window: KioskWindow, labels: list[QLabel]) -> list[str]:
    """Measured on the picture: each label's colour against what lies behind it."""
    picture = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = picture.constBits().cast("I")
    required = window.appearance.contrast.required
    origin = _rect(window).topLeft()
    found = []
    for one in labels:
        place = _rect(one).translated(-origin).intersected(picture.rect())
        if not isinstance(one, Label) or not one.text() or place.isEmpty():
            continue
        # Words cover less than half of what they stand on: the colour that is there most often lies behind.
        left, across = place.left(), [place.width() * x // 16 for x in range(16)]
        rows = [(place.top() + place.height() * y // 8) * picture.width() for y in range(8)]
        ((pixel, _),) = Counter(pixels[row + left + x] for x in across for row in rows).most_common(1)
        behind = f"#{pixel & 0xFFFFFF:06x}"
        ink = one.palette().color(QPalette.ColorRole.WindowText).name()
        ratio = contrast(ink, behind)
        if ratio < required:
            found.append(f"faint, {ratio:.1f}:1: {_told(one)}")
    return found
