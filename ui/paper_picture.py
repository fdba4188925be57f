"""A paper as a picture for the screen: the printer's own bytes, drawn by the same hand as a print."""

from __future__ import annotations

from PySide6.QtGui import QImage

from drivers.printers.paper import Paper
from drivers.printers.preview import preview
from drivers.printers.profile import PrinterProfile


def picture_of(paper: Paper, profile: PrinterProfile) -> QImage:
    """One pixel a dot."""
    drawn = preview(paper, profile=profile).convert("RGB")
    stride = 3 * drawn.width
    # `copy`: the bytes belong to the picture that is dropped here.
    return QImage(drawn.tobytes(), drawn.width, drawn.height, stride, QImage.Format.Format_RGB888).copy()
