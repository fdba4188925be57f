"""What a resident is told: rows and changes, as recorded."""

from __future__ import annotations

import json

from fixtures.local_centre import NOW, LocalCentre

from central.county.builders import DemoResident
from kiosk.contract.ledger import ChangesAnswer, ContributionsAnswer, OverviewAnswer
from kiosk.domain.insurance import Kind
from kiosk.domain.ledger import Ledger, Mark, owed_of, runs_of
from kiosk.domain.money import ZERO
from kiosk.domain.months import Month, MonthSpan


def ledger_of(centre: LocalCentre, resident: DemoResident) -> Ledger:
    """Everything the centre tells, as a terminal reads it."""
    session = centre.open_session(resident)
    told = [
        centre.call("GET", f"/v1/me/{what}", session=session)
        for what in ("overview", "contributions", "changes")
    ]
    assert [one.headers["Cache-Control"] for one in told] == ["no-store"] * 3
    overview = OverviewAnswer.model_validate_json(told[0].content)
    rows = ContributionsAnswer.model_validate_json(told[1].content)
    changes = ChangesAnswer.model_validate_json(told[2].content)
    assert overview.as_of == rows.as_of == changes.as_of == NOW
    return Ledger(
        tuple(one.to_domain() for one in overview.standings),
        tuple(row.to_domain() for row in rows.rows),
        tuple(change.to_domain() for change in changes.changes),
    )


def test_everybodys_file_comes_over_the_wire_as_it_was_recorded(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    for resident in county.values():
        file, ledger = resident.file, ledger_of(standing_centre, resident)
        assert sorted(ledger.contributions, key=repr) == sorted(file.contributions, key=repr)
        assert ledger.changes == tuple(sorted(file.changes, key=lambda change: change.on))
        runs = runs_of(file.contributions)
        assert {one.kind: one.runs for one in ledger.standings} == {
            one.kind: runs.get(one.kind, ()) for one in file.participations
        }
        assert all(one.owed == owed_of(file.contributions, one.kind) for one in ledger.standings)


def test_the_gap_in_liu_guilans_medical_insurance_stands_beside_a_paid_pension(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    ledger = ledger_of(standing_centre, county["刘桂兰"])
    gap = MonthSpan(Month(2019, 1), Month(2019, 7))
    medical, pension = ledger.standing(Kind.MEDICAL_EMPLOYEE), ledger.standing(Kind.PENSION_EMPLOYEE)
    assert medical is not None
    assert pension is not None
    assert {medical.mark(month) for month in gap} == {Mark.OWED}
    assert {pension.mark(month) for month in gap} == {Mark.PAID}
    assert medical.owed != ZERO
    assert [(change.on.isoformat(), change.office) for change in ledger.changes if change.before] == [
        ("2019-01-09", "示例县医保中心"),
        ("2019-08-02", "示例县医保中心"),
    ]


def test_the_overview_tells_neither_bases_nor_names_nor_numbers(
    standing_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    resident = county["刘桂兰"]
    session = standing_centre.open_session(resident)
    text = standing_centre.call("GET", "/v1/me/overview", session=session).text
    assert resident.file.person.name not in text
    assert resident.file.person.number.text not in text
    assert all("base" not in key for one in json.loads(text)["standings"] for key in one)
