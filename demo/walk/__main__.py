"""`python -m demo.walk`: walks through every page, counts them, and writes them for a person to read."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import structlog

from demo.walk.pages import Walked
from demo.walk.shapes import texts_in
from demo.walk.unsaid import coverage
from demo.walk.walking import tour


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.walk", description=__doc__)
    parser.add_argument("--out", type=Path, metavar="FILE", help="where names, ways and texts are written")
    given = parser.parse_args()
    # What goes wrong on a walk is meant to.
    logging.disable()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bianmin-walk-") as directory:
        found = tour(Path(directory))
    took = time.monotonic() - began
    if given.out is not None:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        told = [_told(page) for page in found.pages]
        given.out.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{len(found.pages)} pages in {took:.1f} s")
    _print_counts("service", (page.name.partition("/")[0] for page in found.pages))
    _print_counts("step", (type(page.view.due).__name__ for page in found.pages if page.view.due is not None))
    _print_counts("phase", (page.view.phase for page in found.pages))
    measured = coverage(found.pages)
    print(f"{measured.sentences - len(measured.unsaid)} of {measured.sentences} sentences said")
    for one in measured.unsaid:
        print(f"  never said: {one.module}.py:{one.line} {one.template}")
    for broken in sorted(found.breaks):
        print(f"  breaks: {broken.service} at {broken.step}: {broken.circumstance}")
    return 0


def _told(page: Walked) -> dict[str, object]:
    view = page.view
    return {
        "name": page.name,
        "path": page.path,
        "phase": view.phase,
        "step": None if view.due is None else type(view.due).__name__,
        "where": [str(name) for name in view.where],
        "texts": list(dict.fromkeys(str(text) for text in texts_in(view.due))),
    }


def _print_counts(what: str, names: Iterable[str]) -> None:
    counted = ", ".join(f"{name} {count}" for name, count in Counter(names).most_common())
    print(f"by {what}: {counted}")


if __name__ == "__main__":
    sys.exit(main())
