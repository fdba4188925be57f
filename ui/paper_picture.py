"""A paper as a picture for the screen: the printer's own bytes, drawn by the same hand as a print."""

from __future__ import annotations

from PySide6.QtGui import QImage

from drivers.printers.paper import Paper
from drivers.printers.preview import preview


def picture_of(paper: Paper, columns: int) -> QImage:
    """One pixel a dot."""
    drawn = preview(paper, columns=columns).convert("RGB")
    stride = 3 * drawn.width
    # `copy`: the bytes belong to the picture that is dropped here.
    return QImage(drawn.tobytes(), drawn.width, drawn.height, stride, QImage.Format.Format_RGB888).copy()
