"""应缴: what the centre says is due, and what this terminal itself knows of it since."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import structlog

from kiosk.centre_line import CentreError
from kiosk.domain.bills import Bill, BillState
from kiosk.domain.ledger import Ledger
from kiosk.domain.sales import Premium
from kiosk.payments.here import PaidHere
from kiosk.payments.made_by import Made
from kiosk.payments.till import Till
from kiosk.records import Dated, Records, Visitor
from kiosk.vault_jobs import VAULT_TROUBLE


@dataclass(frozen=True, slots=True)
class Due:
    """A bill. `here` None: nothing was paid of it at this terminal that counts."""

    bill: Bill
    here: PaidHere | None

    def payable_on(self, day: date) -> bool:
        """The centre tells nothing that is not collected that day; a snapshot may be older than that."""
        return self.bill.state is BillState.DUE and self.here is None and day in self.bill.window


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What the first page shows. `dues` None: nobody says what is due."""

    ledger: Dated[Ledger]
    dues: Dated[tuple[Due, ...]] | None
    made: tuple[Made, ...] = ()
    """What was paid here of these bills, or by this resident."""


class Premiums:
    """Reads for services; every method may run in a worker thread, and again."""

    def __init__(self, records: Records, till: Till) -> None:
        self._records = records
        self._till = till

    def front_page(self, visitor: Visitor) -> FrontPage:
        """Insurances and bills, asked at once. Raises `CentreError` where nobody knows of the insurances."""
        with ThreadPoolExecutor(1, thread_name_prefix="bills") as beside:
            asking = beside.submit(self.dues, visitor)
            ledger = self._records.overview(visitor)
        try:
            made = self._till.made_by(visitor.resident.reference)
            dues = asking.result()
        except (CentreError, *VAULT_TROUBLE) as error:
            # The insurances are worth showing without them.
            structlog.get_logger().warning("no bills for the first page", why=str(error))
            return FrontPage(ledger, None)
        of_bills = [Made(Premium.of(due.bill), due.here) for due in dues.value if due.here is not None]
        told = {one.premium.bill for one in of_bills}
        return FrontPage(ledger, dues, (*of_bills, *(one for one in made if one.premium.bill not in told)))

    def dues(self, visitor: Visitor) -> Dated[tuple[Due, ...]]:
        """Of the visitor and his dependants. Raises `CentreError`, and the vault's errors."""
        known = self._records.bills(visitor)
        return Dated(self._with_here(known.value), known.as_of, known.live)

    def dues_of(self, visitor: Visitor, number: str) -> tuple[Due, ...]:
        """Of somebody else, by number. Raises `CentreError`, `ValueError` for what is no number, and the
        vault's errors."""
        return self._with_here(self._records.bills_of(visitor, number))

    def _with_here(self, bills: Sequence[Bill]) -> tuple[Due, ...]:
        here = self._till.paid_here(bill.reference for bill in bills)
        return tuple(Due(bill, here.get(bill.reference)) for bill in bills)
