"""`make prove`: every page in every appearance, and the judge's controls; `prove-out/pages.json`."""

import json
import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from controls import CONTROLS
from fixtures.proofs import OUT, Tally
from judge import faults
from pytestqt.qtbot import QtBot
from test_every_page import LANGUAGES, PLAIN, USUAL

PARTS = 2
"""Processes; the machine that proves has two cores."""
LIMIT_S = 3 * 3600
HERE = Path(__file__).parent


@pytest.mark.prove
@pytest.mark.timeout(LIMIT_S + 60)
def test_every_page_in_every_appearance(qtbot: QtBot, tmp_path: Path) -> None:
    tally = Tally()
    outs = [tmp_path / f"part-{part}.json" for part in range(PARTS)]
    running = [
        subprocess.Popen(
            [sys.executable, str(HERE / "page_part.py"), str(part), str(PARTS), str(out)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (*HERE.parents[:2], HERE)))},
        )
        for part, out in enumerate(outs)
    ]
    try:
        for spoil, words in CONTROLS.values():
            found = faults(PLAIN, USUAL, LANGUAGES, id_reader=False, spoil=spoil)
            tally.control([one for one in found if words in one])
        assert [process.wait(LIMIT_S) for process in running] == [0] * PARTS
    finally:
        for process in running:
            if process.poll() is None:
                process.kill()
                process.wait(10)
    for out in outs:
        told = json.loads(out.read_text(encoding="utf-8"))
        tally.many(told["cases"], told["failures"], told["findings"])
    tally.write("pages", OUT)
    assert tally.failures == 0, tally.findings[:20]
    assert tally.controls_failed == tally.controls == len(CONTROLS)
