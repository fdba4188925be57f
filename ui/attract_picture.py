"""`python -m ui.attract_picture FILE --first-page JSON`: the attract page as a PNG.

It lies on the X server's root window, so that nothing blank shows between two fronts.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from drivers.printers.paper import Paper
from kiosk.clock import clock_of
from kiosk.conversation.phase import Phase
from kiosk.conversation.view import Status, View
from kiosk.front_pipe import FirstPage
from ui.metrics import Screen
from ui.pages import first
from ui.window import KioskWindow


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="ui.attract_picture", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--first-page", required=True, help="what the page shows, as the supervisor tells it")
    given = parser.parse_args(arguments)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QApplication(["attract-picture"])
    page = FirstPage.from_argument(given.first_page)
    window = KioskWindow(
        Screen(page.width_px, page.height_px, page.width_mm, page.height_mm),
        send=lambda _: None,
        clock=clock_of(os.environ).now,
        paint_paper=_no_paper,
        pages=first.FirstPage(id_reader=page.id_reader),
        motion=False,
    )
    window.show_view(View(Phase.STARTING, Status(page.place)))
    window.show()
    application.processEvents()
    return 0 if window.grab().save(str(given.file), "PNG") else 1


def _no_paper(_paper: Paper) -> QImage:
    raise ValueError("the attract page shows no paper")


if __name__ == "__main__":
    sys.exit(main())
