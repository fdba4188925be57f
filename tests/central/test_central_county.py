"""The demo county: deterministic, plausible, and each story in the data."""

from __future__ import annotations

from pathlib import Path

from fixtures.centre import DEMO_REGION

from central.county.builders import COUNTY_CODE, DemoResident
from central.county.loader import fill_if_empty
from central.county.people import everybody
from central.county.rates import AVERAGE_WAGE
from central.region import load_region
from central.store import people
from central.store.database import Database
from kiosk.domain.citizen_number import CitizenNumber, Sex
from kiosk.domain.insurance import Kind
from kiosk.domain.ledger import Mark
from kiosk.domain.money import ZERO, Money, total
from kiosk.domain.months import Month

MADE_UP = ("810000190402290", "980840", "FRA8001")
"""Of those who are no citizens: the whole number but sex and check, or the province 80."""


def test_the_county_is_always_the_same() -> None:
    assert everybody() == everybody()


def test_every_number_is_valid_and_of_a_region_that_nobody_has() -> None:
    for one in everybody():
        number = one.file.person.number
        assert CitizenNumber.parse(number.text) == number
        assert number.text.startswith((COUNTY_CODE, *MADE_UP))


def test_card_ids_and_references_are_everybodys_own(county: dict[str, DemoResident]) -> None:
    assert len({one.card.card_id for one in everybody()}) == len(everybody())
    assert len({one.card.card_number for one in everybody()}) == len(everybody())
    assert len({one.file.person.reference for one in everybody()}) == len(everybody())
    assert all(len(one.card.card_number) == 9 for one in everybody())
    assert county["刘桂兰"].card.card_id.startswith("800100D156000005")
    assert len(county["刘桂兰"].card.card_id) == 32
    assert county["刘桂兰"].file.person.number.sex is Sex.FEMALE


def test_names_fit_the_cards_record() -> None:
    assert all(len(one.card_name.encode("gb18030")) <= 30 for one in everybody())


def test_bases_lie_within_the_regions_limits_but_for_the_one_that_is_the_story() -> None:
    limits = load_region(DEMO_REGION).base_limits
    outside = {
        (one.file.person.name, row.month.year)
        for one in everybody()
        for row in one.file.contributions
        if row.base and row.month.year in limits and row.kind.of_employees
        if not limits[row.month.year].floor_fen <= row.base <= limits[row.month.year].ceiling_fen
    }
    assert outside == {("高峰", 2025)}
    assert all(
        (limits[year].floor_fen, limits[year].ceiling_fen)
        == (Money(AVERAGE_WAGE[year] * 60), Money(AVERAGE_WAGE[year] * 300))
        for year in limits
    )


def test_a_year_of_a_farmer_adds_up_to_what_he_paid(county: dict[str, DemoResident]) -> None:
    rows = county["黄满仓"].file.contributions
    for kind, paid in ((Kind.PENSION_RESIDENT, 500_00), (Kind.MEDICAL_RESIDENT, 400_00)):
        year = [row for row in rows if row.kind is kind and row.month.year == 2026]
        assert len(year) == 12
        assert total(tuple(row.personal for row in year)) == Money(paid)


def test_accounts_carry_on_from_year_to_year() -> None:
    for one in everybody():
        for earlier, later in zip(one.file.accounts, one.file.accounts[1:], strict=False):
            assert (
                later.total_fen
                == later.before_fen + later.principal_fen + later.interest_fen - later.paid_out_fen
            )
            if earlier.kind is later.kind:
                assert (later.before_fen, later.year) == (earlier.total_fen, earlier.year + 1)


def test_the_stories_are_in_the_rows(county: dict[str, DemoResident]) -> None:
    def rows(name: str, kind: Kind, *months: Month) -> list[tuple[Mark, bool]]:
        return [
            (row.mark, row.credited != ZERO)
            for row in county[name].file.contributions
            if row.kind is kind and row.month in months
        ]

    assert rows("刘桂兰", Kind.MEDICAL_EMPLOYEE, Month(2019, 7), Month(2019, 8)) == [
        (Mark.OWED, False),
        (Mark.PAID, True),
    ]
    assert rows("郑国庆", Kind.PENSION_EMPLOYEE, Month(2025, 4)) == [(Mark.PAID, False)]
    assert rows("马晓燕", Kind.PENSION_EMPLOYEE, Month(2017, 12)) == [(Mark.TRANSFERRED, True)]
    assert rows("林小雨", Kind.PENSION_EMPLOYEE, Month(2021, 6), Month(2021, 9)) == []
    assert rows("吴海燕", Kind.MEDICAL_RESIDENT, Month(2024, 6)) == [(Mark.PAID, False)]
    assert rows("吴海燕", Kind.MEDICAL_EMPLOYEE, Month(2024, 6)) == [(Mark.PAID, True)]
    assert county["孙丽花"].card_name == "孙丽华"
    assert county["王秀英"].file.person.number == county["王秀英2"].file.person.number


def test_an_empty_database_is_filled_once(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'central.sqlite3'}")
    database.create_tables()
    assert fill_if_empty(database)
    assert not fill_if_empty(database)
    with database.reading() as connection:
        for one in everybody():
            file = one.file
            kept = people.contributions_of(connection, file.person.reference)
            assert sorted(kept, key=repr) == sorted(file.contributions, key=repr)
            years = [account.year for account in file.accounts]
            assert people.accounts_of(connection, file.person.reference, years) == tuple(
                sorted(file.accounts, key=lambda account: (account.kind, account.year))
            )
    database.close()
