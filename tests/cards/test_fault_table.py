"""Cards × faults: whatever goes wrong at whichever command ends in a typed outcome, without a traceback or a
thread that is left, and the next card reads. The controls are reader loops that break one promise each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from fixtures.proofs import OUT, Tally
from proof_child import ProofChild, together
from proof_loops import ID_LOOPS, LOOPS, OURS

prove = pytest.mark.prove

TABLE = "fault_table.py"
ID_TABLE = "id_fault_table.py"
SHARES = 5
"""The work is mostly waiting for readers to notice."""
FEW_S = 60
MANY_S = 1500

Report = Mapping[str, Any]


def findings(report: Report) -> list[str]:
    """What is wrong, the cases' findings first."""
    found = [f"{came['name']}: {one}" for came in report["came"] for one in came["findings"]]
    found += [f"a traceback: {one}" for one in report["tracebacks"]]
    return found + [f"a thread is left: {one}" for one in report["threads"]]


def table(reports: Iterable[Report]) -> str:
    """Cards × faults, with how often it came to what."""
    cells: dict[str, dict[str, Counter[str]]] = {}
    for came in (came for report in reports for came in report["came"]):
        row = cells.setdefault(came["errand"], {})
        row.setdefault(came["column"], Counter())[came["outcome"]] += 1
    columns = list(dict.fromkeys(column for row in cells.values() for column in row))
    lines = [f"| card, what is done | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for errand, row in sorted(cells.items()):
        counts = (_counted(row.get(column, Counter())) for column in columns)
        lines.append(f"| {errand} | {' | '.join(counts)} |")
    return "\n".join(lines)


def _counted(outcomes: Counter[str]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())


def test_a_cross_section_of_cards_and_faults_ends_in_typed_outcomes() -> None:
    report = ProofChild(TABLE, "--some").found(FEW_S)
    assert findings(report) == []
    assert len(report["came"]) >= 90


def test_a_cross_section_of_id_cards_and_faults_ends_in_typed_outcomes() -> None:
    report = ProofChild(ID_TABLE, "--some").found(FEW_S)
    assert findings(report) == []
    assert len(report["came"]) >= 30


@prove
@pytest.mark.timeout(MANY_S + 60)
def test_every_fault_of_every_card_ends_in_a_typed_outcome(card_tally: Tally) -> None:
    shares = [ProofChild(TABLE, "--share", share, "--of", SHARES) for share in range(SHARES)]
    # Not beside the others: a module's answers are waited for by the clock.
    reports = [*together(shares, MANY_S), ProofChild(ID_TABLE).found(MANY_S)]
    for report in reports:
        for came in report["came"]:
            card_tally.case(came["name"], came["findings"])
        card_tally.case("tracebacks and threads", findings({**report, "came": []}))
    printed = table(reports)
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "cards-table.md").write_text(printed + "\n", encoding="utf-8")
    print(printed)
    assert [finding for report in reports for finding in findings(report)] == []


CONTROLS = [
    *((TABLE, name) for name in LOOPS if name != OURS),
    *((ID_TABLE, name) for name in ID_LOOPS if name != OURS),
]


def test_a_reader_loop_that_breaks_a_promise_is_found_out() -> None:
    program, variant = CONTROLS[0]
    assert findings(ProofChild(program, "--some", "--of", 3, "--variant", variant).found(FEW_S)) != []


@prove
@pytest.mark.timeout(len(CONTROLS) * FEW_S)
def test_every_reader_loop_that_breaks_a_promise_is_found_out(card_tally: Tally) -> None:
    passed = []
    for program, variant in CONTROLS:
        found = findings(ProofChild(program, "--some", "--variant", variant).found(FEW_S))
        card_tally.control(found)
        passed += [] if found else [variant]
    assert passed == []


def test_the_table_counts_what_each_card_came_to() -> None:
    came = [
        {"errand": "first", "column": column, "outcome": outcome}
        for column, outcome in [("pulled", "CardPulled"), ("pulled", "CardPulled"), ("slow", "CardRead")]
    ]
    assert table([{"came": came[:1]}, {"came": came[1:]}]).splitlines()[2:] == [
        "| first | 2 CardPulled | 1 CardRead |"
    ]
