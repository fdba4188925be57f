"""Every page on one sheet, as thumbnails: `python -m demo.contact_sheet --out DIR`.

The pages are those that a walk through all services comes to (`demo.walk`), one of each step, drawn by the
terminal's own window: first as everybody finds them, then in large letters and high contrast.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog

from demo.walk import Walked, walk
from kiosk.domain.text import Text
from ui.measure.sheet import save_sheet

FILE: Final = "contact-sheet.png"


_SAME_STEP: Final = frozenset({"printed", "not-paid:#", "confirmed", "waiting"})
"""Steps that end in different ways under one name."""


def one_of_each(pages: Sequence[Walked]) -> list[Walked]:
    """The first page of each step of each service: a refusal for one more reason looks like the others."""
    first: dict[str, Walked] = {}
    for page in pages:
        service, step, _ = page.name.split("/", 2)
        stage = "" if page.view.paying is None else page.view.paying.stage
        title = getattr(page.view.due, "title", None)
        told = title.template if step in _SAME_STEP and isinstance(title, Text) else ""
        first.setdefault(f"{service}/{step}/{stage}/{told}/{page.id_reader}", page)
    return list(first.values())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.contact_sheet", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the directory for the sheet")
    given = parser.parse_args()
    # What goes wrong on a walk is meant to.
    logging.disable()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory(prefix="bianmin-walk-") as directory:
        pages = walk(Path(directory))
    shown = one_of_each(pages)
    save_sheet(shown, given.out / FILE)
    print(f"contact sheet: {len(shown)} of {len(pages)} pages, one of each step: {given.out / FILE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
