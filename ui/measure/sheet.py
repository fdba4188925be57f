"""Pages on one sheet, as thumbnails, drawn by the terminal's own window."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from drivers.printers.paper import Paper
from drivers.printers.profile import standard
from drivers.voices.voice import Utterance, VoiceState, Volume
from kiosk.conversation.view import View
from kiosk.languages.catalogue import other_languages
from ui.appearance import AS_IT_IS, Appearance
from ui.metrics import Screen, TextSize
from ui.pages.open import AllPages
from ui.paper_picture import picture_of
from ui.spoken_pages import spoken_by
from ui.theme import Contrast
from ui.typeface import font, require_typeface
from ui.window import KioskWindow


class SheetPage(Protocol):
    """A page, and what it is called."""

    @property
    def name(self) -> str: ...
    @property
    def view(self) -> View: ...
    @property
    def id_reader(self) -> bool: ...


SECTIONS: Final = (
    ("标准", AS_IT_IS),
    ("大字 · 高对比", Appearance(TextSize.LARGE, Contrast.HIGH)),
)
_COLUMNS: Final = 10
_THUMB: Final = QSize(320, 256)
_GAP, _CAPTION, _HEADING, _EDGE = 16, 30, 72, 40
_GROUND, _INK, _FRAME = QColor("#E3E7ED"), QColor("#14213D"), QColor("#B4BCC8")
_SCREEN: Final = Screen(1280, 1024, 338, 270)


class _Quiet:
    """The frame has the voice's buttons; nothing sounds while pages are drawn."""

    state = VoiceState(headphones=False, speaking=False, works=True)

    def speak(self, utterance: Utterance) -> None:
        """Not said."""

    def repeat(self) -> None:
        """Not said."""

    def stop(self) -> None:
        """Nothing sounds."""

    def set_volume(self, volume: Volume) -> None:
        """Nothing sounds."""

    def close(self) -> None:
        """Nothing is open."""


def drawn(page: SheetPage, appearance: Appearance) -> QImage:
    """One page as the terminal shows it."""
    window = KioskWindow(
        _SCREEN,
        send=lambda _event: None,
        clock=lambda: datetime(2026, 11, 20, 9, 32),  # noqa: DTZ001 the clock on the wall
        paint_paper=_painted,
        pages=AllPages(id_reader=page.id_reader),
        motion=False,
    )
    window.dress_as(appearance)
    window.take_languages(other_languages())
    window.take_voice(spoken_by(_Quiet(), unasked=False))
    window.show_view(page.view)
    window.show()
    picture = window.grab().toImage()
    window.end()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return picture


def _painted(paper: Paper) -> QImage:
    return picture_of(paper, standard())


def contact_sheet(pages: Sequence[SheetPage]) -> QImage:
    """All `pages`, in each of the sections."""
    cell = _THUMB + QSize(_GAP, _GAP + _CAPTION)
    rows = -(-len(pages) // _COLUMNS)
    section = _HEADING + rows * cell.height()
    size = QSize(2 * _EDGE + _COLUMNS * cell.width() - _GAP, 2 * _EDGE + len(SECTIONS) * section)
    sheet = QImage(size, QImage.Format.Format_RGB32)
    sheet.fill(_GROUND)
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for i, (title, appearance) in enumerate(SECTIONS):
        top = _EDGE + i * section
        painter.setPen(_INK)
        painter.setFont(font(32, bold=True))
        painter.drawText(_EDGE, top + 36, f"{title}　{len(pages)}")
        for number, page in enumerate(pages):
            row, column = divmod(number, _COLUMNS)
            x, y = _EDGE + column * cell.width(), top + _HEADING + row * cell.height()
            _put(painter, drawn(page, appearance), QRect(x, y, _THUMB.width(), _THUMB.height()), page.name)
    painter.end()
    return sheet


def _put(painter: QPainter, picture: QImage, place: QRect, name: str) -> None:
    small = picture.scaled(
        place.size(), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    painter.drawImage(place.topLeft(), small)
    painter.setPen(_FRAME)
    painter.drawRect(place)
    painter.setPen(_INK)
    painter.setFont(font(14))
    told = painter.fontMetrics().elidedText(
        "/".join(name.split("/")[:2]), Qt.TextElideMode.ElideMiddle, place.width()
    )
    painter.drawText(place.x(), place.bottom() + 20, told)


def save_sheet(pages: Sequence[SheetPage], file: Path) -> None:
    """Needs no display. Raises `OSError` where the file cannot be written, `TypefaceMissing`."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # Kept by its name: Qt's application ends with the last reference to it.
    application = QApplication(["contact-sheet"])
    require_typeface()
    file.parent.mkdir(parents=True, exist_ok=True)
    if not contact_sheet(pages).save(str(file)):
        raise OSError(f"{file} cannot be written")
    application.processEvents()
