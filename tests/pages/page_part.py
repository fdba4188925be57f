"""A part of the proof in a process of its own: `python tests/pages/page_part.py NUMBER OF OUT`.

Judges every `OF`th page, from `NUMBER` on, in every appearance there is, and writes what it found to OUT.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import structlog
from appearances import every_setting
from judge import faults
from PySide6.QtWidgets import QApplication

from demo.walk.walking import walk
from kiosk.languages.catalogue import other_languages

_ERROR = 40
MOST_TOLD = 200
"""Of many failures so many are told."""


def main(number: int, of: int, out: Path) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(_ERROR))
    application = QApplication([])
    languages = other_languages()
    with tempfile.TemporaryDirectory() as directory:
        pages = walk(Path(directory))
    cases, failures = 0, 0
    findings: list[str] = []
    for page in pages[number::of]:
        for setting in every_setting(languages):
            wrong = faults(page.view, setting, languages, id_reader=page.id_reader)
            cases += 1
            failures += bool(wrong)
            findings += [f"{page.name} {setting}: {one}" for one in wrong]
        application.processEvents()
    told = {"pages": len(pages), "cases": cases, "failures": failures, "findings": findings[:MOST_TOLD]}
    out.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
