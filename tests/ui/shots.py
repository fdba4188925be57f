"""Draws the gallery: `python tests/ui/shots.py OUT [NAME…]`, one PNG for each page, screen and appearance."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from gallery import EXAMPLES
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from drivers.printers.paper import Paper
from drivers.printers.preview import preview
from ui.appearance import Appearance
from ui.metrics import Screen, TextSize
from ui.pages.open import AllPages
from ui.theme import Contrast
from ui.window import KioskWindow

SCREENS = (
    Screen(1280, 1024, 338, 270),
    Screen(1080, 1920, 268, 476),
    Screen(1920, 1080, 476, 268),
)
APPEARANCES = {
    "standard": Appearance(),
    "largest": Appearance(TextSize.LARGEST),
    "contrast": Appearance(contrast=Contrast.HIGH),
    "largest-contrast": Appearance(TextSize.LARGEST, Contrast.HIGH),
}


def paint_paper(paper: Paper) -> QImage:
    drawn = preview(paper).convert("L")
    made = QImage(drawn.tobytes(), drawn.width, drawn.height, drawn.width, QImage.Format.Format_Grayscale8)
    return made.copy()


def window(screen: Screen, appearance: Appearance, *, id_reader: bool) -> KioskWindow:
    made = KioskWindow(
        screen,
        send=lambda _event: None,
        clock=lambda: datetime(2026, 11, 21, 10, 32),  # noqa: DTZ001 the wall clock
        pages=AllPages(id_reader=id_reader),
        paint_paper=paint_paper,
        motion=False,
    )
    made._appearance = appearance
    return made


def main(out: Path, names: list[str]) -> None:
    application = QApplication([])
    for screen in SCREENS:
        for looks, appearance in APPEARANCES.items():
            folder = out / f"{screen.width_px}x{screen.height_px}-{looks}"
            folder.mkdir(parents=True, exist_ok=True)
            for example in EXAMPLES:
                if names and example.name not in names:
                    continue
                made = window(screen, appearance, id_reader=example.id_reader)
                made.show_view(example.view)
                made.show()
                application.processEvents()
                made.grab().save(str(folder / f"{example.name}.png"))
                made.end()
                made.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
