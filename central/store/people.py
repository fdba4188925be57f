"""Reading and filing what is known of people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, Row, Table, exists, insert, select

from central.records import Card, Participation, Person, PersonalFile
from central.store.tables import (
    accounts,
    cards,
    changes,
    contributions,
    guardians,
    participations,
    people,
)
from kiosk.contract.papers import AccountOfYear
from kiosk.domain.citizen_number import CitizenNumber
from kiosk.domain.ledger import AccountChange, Contribution, Standing, owed_of, runs_of

_ROW = [column for column in contributions.c if column.name not in ("id", "reference")]


def _person(row: Row[tuple[object, ...]]) -> Person:
    return Person(row.reference, CitizenNumber(row.number), row.name, row.household)


def with_number(connection: Connection, number: CitizenNumber) -> tuple[Person, ...]:
    """Everybody recorded under a number; more than one is a conflict for the caller to see."""
    found = connection.execute(select(people).where(people.c.number == number.text).limit(2))
    return tuple(_person(row) for row in found)


def with_reference(connection: Connection, reference: str) -> Person:
    """Raises `sqlalchemy.exc.NoResultFound`: references come from our own rows."""
    return _person(connection.execute(select(people).where(people.c.reference == reference)).one())


def dependants_of(connection: Connection, guardian: str) -> tuple[Person, ...]:
    """被监护人, the eldest first; those whose number does not tell last."""
    found = connection.execute(
        select(people)
        .join(guardians, guardians.c.dependant == people.c.reference)
        .where(guardians.c.guardian == guardian)
    )
    return tuple(sorted(map(_person, found), key=lambda one: (one.number.born or date.max, one.reference)))


def card(connection: Connection, card_id: str) -> tuple[Card, str] | None:
    """The card and its owner's reference."""
    row = connection.execute(select(cards).where(cards.c.card_id == card_id)).one_or_none()
    return None if row is None else (Card(row.card_id, row.card_number, row.state), row.reference)


def contributions_of(connection: Connection, reference: str) -> tuple[Contribution, ...]:
    """All rows, by month and kind."""
    found = connection.execute(
        select(*_ROW)
        .where(contributions.c.reference == reference)
        .order_by(contributions.c.month, contributions.c.kind, contributions.c.id)
    )
    return tuple(Contribution(*row) for row in found.all())


def book(connection: Connection, reference: str, rows: Sequence[Contribution]) -> None:
    """Adds rows to an account."""
    connection.execute(
        insert(contributions),
        [
            {"reference": reference} | {column.name: getattr(row, column.name) for column in _ROW}
            for row in rows
        ],
    )


def changes_of(connection: Connection, reference: str) -> tuple[AccountChange, ...]:
    """The account's history, by date."""
    found = connection.execute(
        select(changes).where(changes.c.reference == reference).order_by(changes.c.on, changes.c.id)
    )
    return tuple(
        AccountChange(row.on, row.kind, row.what, row.office, row.before, row.after) for row in found
    )


def participations_of(connection: Connection, reference: str) -> tuple[Participation, ...]:
    found = connection.execute(
        select(participations).where(participations.c.reference == reference).order_by(participations.c.kind)
    )
    return tuple(Participation(row.kind, row.state, row.since, row.employer) for row in found)


def standings_of(participated: Sequence[Participation], rows: Sequence[Contribution]) -> tuple[Standing, ...]:
    """Each kind's standing, told by its rows."""
    runs = runs_of(rows)
    return tuple(
        Standing(
            one.kind, one.state, one.since, runs.get(one.kind, ()), owed_of(rows, one.kind), one.employer
        )
        for one in participated
    )


def accounts_of(connection: Connection, reference: str, years: Sequence[int]) -> tuple[AccountOfYear, ...]:
    """个人账户 of the years asked for, by kind and year."""
    found = connection.execute(
        select(accounts)
        .where(accounts.c.reference == reference, accounts.c.year.in_(years))
        .order_by(accounts.c.kind, accounts.c.year)
    )
    return tuple(
        AccountOfYear(
            kind=row.kind,
            year=row.year,
            before_fen=row.before,
            principal_fen=row.principal,
            interest_fen=row.interest,
            paid_out_fen=row.paid_out,
            total_fen=row.total,
        )
        for row in found
    )


def nobody_is_recorded(connection: Connection) -> bool:
    return not connection.execute(select(exists(select(people.c.reference)))).scalar_one()


def file_all(connection: Connection, files: Sequence[PersonalFile]) -> None:
    """Records people who are not recorded yet."""
    batches: dict[Table, list[dict[str, object]]] = {
        people: [
            {
                "reference": one.person.reference,
                "number": one.person.number.text,
                "name": one.person.name,
                "household": one.person.household,
            }
            for one in files
        ],
        cards: [
            {"card_id": c.card_id, "reference": ref, "card_number": c.card_number, "state": c.state}
            for ref, one in _by_reference(files)
            for c in one.cards
        ],
        participations: [
            {"reference": ref, "kind": p.kind, "state": p.state, "since": p.since, "employer": p.employer}
            for ref, one in _by_reference(files)
            for p in one.participations
        ],
        contributions: [
            {"reference": ref} | {column.name: getattr(row, column.name) for column in _ROW}
            for ref, one in _by_reference(files)
            for row in one.contributions
        ],
        changes: [
            {"reference": ref, "on": c.on, "kind": c.kind, "what": c.what}
            | {"office": c.office, "before": c.before, "after": c.after}
            for ref, one in _by_reference(files)
            for c in one.changes
        ],
        guardians: [
            {"guardian": ref, "dependant": dependant}
            for ref, one in _by_reference(files)
            for dependant in one.dependants
        ],
        accounts: [
            {"reference": ref, "kind": a.kind, "year": a.year, "before": a.before_fen}
            | {"principal": a.principal_fen, "interest": a.interest_fen}
            | {"paid_out": a.paid_out_fen, "total": a.total_fen}
            for ref, one in _by_reference(files)
            for a in one.accounts
        ],
    }
    for table, rows in batches.items():
        if rows:
            connection.execute(insert(table), rows)


def _by_reference(files: Sequence[PersonalFile]) -> list[tuple[str, PersonalFile]]:
    return [(one.person.reference, one) for one in files]
