"""What is due: bills drawn up from the region's data and what stands in the accounts."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import Connection

from central.records import Participation, Person
from central.store import bills as stored
from central.store import people
from central.store.database import Database
from kiosk.clock import Clock
from kiosk.domain.bills import Bill, BillState, ForWhom
from kiosk.domain.citizen_number import CitizenNumber, masked_name
from kiosk.domain.insurance import Kind
from kiosk.domain.insurance import ParticipationState as State
from kiosk.domain.region import Region


class Bills:
    """Tells what can be paid for whom."""

    def __init__(self, database: Database, region: Region, clock: Clock) -> None:
        self._database = database
        self._premiums = region.resident_medical
        self._clock = clock

    def of_resident(self, reference: str) -> tuple[Bill, ...]:
        """Those of a resident and of his dependants, his own first."""
        with self._database.reading() as connection:
            own = people.with_reference(connection, reference)
            dependants = people.dependants_of(connection, reference)
        return self._of((own,), ForWhom.SELF) + self._of(dependants, ForWhom.DEPENDANT)

    def of_number(self, number: CitizenNumber) -> tuple[Bill, ...]:
        """What is due for the one person behind a number; nothing where there is nobody, or are two."""
        with self._database.reading() as connection:
            behind = people.with_number(connection, number)
        found = self._of(behind, ForWhom.OTHER) if len(behind) == 1 else ()
        return tuple(bill for bill in found if bill.state is BillState.DUE)

    def _of(self, payees: Sequence[Person], whom: ForWhom) -> tuple[Bill, ...]:
        if not payees:
            return ()
        today = self._clock.now().date()
        with self._database.reading() as connection:
            missing = tuple(self._not_drawn_up(connection, payees, today))
        if missing:
            with self._database.writing() as connection:
                for bill in missing:
                    stored.draw_up(connection, bill)
        with self._database.reading() as connection:
            found = stored.of_people(connection, [one.reference for one in payees])
        return tuple(
            _told(bill, payee, whom)
            for payee in payees
            for bill in found
            if bill.person == payee.reference and (today in bill.window or bill.state is BillState.PENDING)
        )

    def _not_drawn_up(
        self, connection: Connection, payees: Sequence[Person], today: date
    ) -> Iterator[stored.StoredBill]:
        references = [one.reference for one in payees]
        drawn = {(one.person, one.year) for one in stored.of_people(connection, references)}
        collected = [(year, one) for year, one in self._premiums.items() if today in one.window]
        for payee in payees:
            due = [(year, one) for year, one in collected if (payee.reference, year) not in drawn]
            if not due or not _in_resident_medical(people.participations_of(connection, payee.reference)):
                continue
            booked = {
                row.month.year
                for row in people.contributions_of(connection, payee.reference)
                if row.kind is Kind.MEDICAL_RESIDENT
            }
            for year, premium in due:
                if year not in booked:
                    yield stored.StoredBill(
                        secrets.token_hex(16),
                        payee.reference,
                        Kind.MEDICAL_RESIDENT,
                        year,
                        premium.amount,
                        premium.window,
                    )


def _in_resident_medical(participations: Sequence[Participation]) -> bool:
    """Nobody is to hold residents' and employees' medical insurance at once."""
    paying = {one.kind for one in participations if one.state is State.PAYING}
    return Kind.MEDICAL_RESIDENT in paying and Kind.MEDICAL_EMPLOYEE not in paying


def _told(bill: stored.StoredBill, payee: Person, whom: ForWhom) -> Bill:
    return Bill(
        reference=bill.bill,
        kind=bill.kind,
        year=bill.year,
        amount=bill.amount,
        window=bill.window,
        state=bill.state,
        payee=masked_name(payee.name),
        whom=whom,
    )
