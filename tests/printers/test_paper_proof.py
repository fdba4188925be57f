"""Whatever befalls a printer, and whenever: what the driver says is so, or it says that it does not know.

No paper comes out twice by itself, and nothing of it in front of the next. Each control is a driver that
breaks one of these promises.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from fixtures.proofs import OUT, Tally
from proof_paper_controls import CONTROLS
from proof_paper_faults import FAULTS, Moment
from proof_paper_matrix import Report, cases, slice_of, work_off, work_off_share

prove = pytest.mark.prove

PAPER = "rights-record-copy"
MANY_PIECES = "transfer-certificate"
FIND_OUT = ("paper out", "silence", "connection dropped", "stray, paper out", "nothing")
LIMIT_S = 1500


@pytest.fixture(scope="module")
def tally() -> Iterator[Tally]:
    """What the whole proof tried; written down where any of it ran."""
    one = Tally()
    yield one
    one.write("paper")


def test_no_fault_in_the_middle_of_a_paper_makes_the_driver_say_what_is_not_so() -> None:
    report = work_off(list(slice_of(PAPER, Moment.AT_50)))
    assert report.findings == []
    assert report.cases == len(list(slice_of(PAPER, Moment.AT_50)))


def found_out(control: str, paper: str, faults: tuple[str, ...] | None = None) -> list[str]:
    """What is found wrong with a driver that is."""
    wrong = CONTROLS[control]
    share = [
        case
        for case in slice_of(paper, wrong.moment)
        if case.completion is wrong.completion and (faults is None or case.fault.name in faults)
    ]
    return [finding for finding in work_off(share, control).findings if wrong.found_by in finding]


@pytest.mark.parametrize("control", CONTROLS)
def test_a_driver_that_breaks_a_promise_is_found_out(control: str) -> None:
    assert found_out(control, PAPER, FIND_OUT) != []


@prove
@pytest.mark.timeout(LIMIT_S)
def test_no_fault_at_any_moment_of_any_paper_makes_the_driver_say_what_is_not_so(tally: Tally) -> None:
    """The cases are shared out among the cores: they do not depend on one another."""
    workers = min(os.cpu_count() or 1, 4)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        shares = [pool.submit(work_off_share, number, workers) for number in range(workers)]
        total = Report()
        for share in shares:
            total.add(share.result(LIMIT_S))
    tally.many(total.cases, total.failures, total.findings)
    OUT.mkdir(exist_ok=True)
    (OUT / "paper-table.md").write_text(total.table(), encoding="utf-8")
    assert total.findings == []
    assert total.cases == len(list(cases()))
    due = {(fault.name, moment) for fault in FAULTS for moment in Moment if moment is not Moment.BEFORE}
    assert due - set(total.struck) == set(), "these never struck: nothing is proven of them"


@prove
@pytest.mark.timeout(300)
def test_every_driver_that_breaks_a_promise_is_found_out(tally: Tally) -> None:
    passed = []
    for control in CONTROLS:
        found = found_out(control, MANY_PIECES)
        tally.control(found)
        passed += [] if found else [control]
    assert passed == []
