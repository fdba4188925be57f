"""The front's entry: `python -m ui.main --config FILE`, started by the supervisor."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from kiosk.clock import BadStart, clock_of
from kiosk.front_pipe import FirstPage, FrontExit
from ui.garbage import Collector
from ui.start import Start, Told
from ui.typeface import TypefaceMissing


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="ui.main", description="便民: one session's screen.")
    parser.add_argument("--config", type=Path, required=True, help="the terminal's settings")
    parser.add_argument("--first-page", required=True, help="what the first page shows (the supervisor's)")
    parser.add_argument("--card-forgotten", action="store_true", help="the last session's card is still in")
    given = parser.parse_args(arguments)
    # A technician's Ctrl-C is the supervisor's: it closes our stdin.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    application = QApplication(["bianmin"])
    Collector(application)
    try:
        told = Told(given.config, FirstPage.from_argument(given.first_page), given.card_forgotten)
        start = Start(told, clock_of(os.environ))
    except (BadStart, TypefaceMissing) as error:
        print(f"front: {error}", file=sys.stderr)
        return FrontExit.CONFIGURATION
    start.begin()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
