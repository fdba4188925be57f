"""A proof counts only where it was run, tried enough, found nothing, and its controls were found out."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.proofs import Tally, complaints, main

NEEDED = {"sales": 3}


def proof(cases: int = 3, *, failing: bool = False, controls: tuple[bool, ...] = (True, True)) -> Tally:
    tally = Tally()
    for number in range(cases):
        tally.case(f"case {number}", ["one was lost"] if failing and number == 1 else [])
    for found in controls:
        tally.control(["it was found out"] if found else [])
    return tally


def test_a_proof_that_holds_is_not_complained_about(tmp_path: Path) -> None:
    proof().write("sales", tmp_path)
    assert complaints(tmp_path, NEEDED) == []


@pytest.mark.parametrize(
    ("tally", "words"),
    [
        (proof(2), "2 cases; at least 3"),
        (proof(failing=True), "case 1: one was lost"),
        (proof(controls=(True, False)), "1 of 2 controls"),
        (proof(controls=()), "0 of 0 controls"),
    ],
)
def test_a_proof_that_does_not_hold_is_complained_about(tmp_path: Path, tally: Tally, words: str) -> None:
    tally.write("sales", tmp_path)
    [complaint] = complaints(tmp_path, NEEDED)
    assert words in complaint


def test_a_proof_that_was_not_run_or_not_written_whole_is_complained_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "is missing" in complaints(tmp_path, NEEDED)[0]
    (tmp_path / "sales.json").write_text('{"cases": 3', encoding="utf-8")
    assert "is not understood" in complaints(tmp_path, NEEDED)[0]
    assert main([str(tmp_path)]) == 1
    assert "payments" in capsys.readouterr().err
