"""Whatever bytes come from a card, a decoder ends in an outcome or in its own exception; and true cards, with
unlucky bytes in every field, are read as they are. The controls are decoders as vendors have written them."""

from __future__ import annotations

import os
from itertools import pairwise

import pytest
from fixtures.proofs import Tally
from proof_child import ProofChild, together
from proof_controls import FOUND_BY
from proof_fuzz import SEED

prove = pytest.mark.prove

FUZZ = "proof_fuzz.py"
CASES = 1_000_000
FEW_CASES = 6_000
CONTROL_CASES = 400
SOME_CONTROLS = ["finds tags by substring", "strips every 00", "trusts lengths"]


def test_mutated_answers_end_in_an_outcome_and_true_cards_are_read() -> None:
    report = ProofChild(FUZZ, "--first", 0, "--last", FEW_CASES).found(60)
    assert report["findings"] == []
    assert report["cases"] == FEW_CASES
    assert report["true_cards"] > FEW_CASES // 25


@prove
@pytest.mark.timeout(900)
def test_a_million_mutated_answers_end_in_an_outcome(card_tally: Tally) -> None:
    """The cases are shared out among the cores: they do not depend on one another."""
    workers = min(os.cpu_count() or 1, 4)
    bounds = [CASES * number // workers for number in range(workers + 1)]
    children = [ProofChild(FUZZ, "--first", first, "--last", last) for first, last in pairwise(bounds)]
    reports = together(children, 800)
    card_tally.seed = SEED
    for report in reports:
        card_tally.many(report["cases"] + report["true_cards"], report["failures"], report["findings"])
    print(f"seed {SEED}: {[(report['by_decoder'], report['seconds']) for report in reports]}")
    assert [report["findings"] for report in reports] == [[] for _ in reports]
    assert sum(report["cases"] for report in reports) == CASES


def found_out(control: str) -> list[str]:
    """What is found wrong with a decoder that is."""
    report = ProofChild(FUZZ, "--first", 0, "--last", CONTROL_CASES, "--control", control).found(60)
    return [finding for finding in report["findings"] if FOUND_BY[control] in finding]


@pytest.mark.parametrize("control", SOME_CONTROLS)
def test_a_decoder_that_is_wrong_is_found_out(control: str) -> None:
    assert found_out(control) != []


@prove
@pytest.mark.timeout(300)
def test_every_decoder_that_is_wrong_is_found_out(card_tally: Tally) -> None:
    passed = []
    for control in FOUND_BY:
        found = found_out(control)
        card_tally.control(found)
        passed += [] if found else [control]
    assert passed == []
