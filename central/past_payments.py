"""What was paid before, as its payee or his guardian is told of it."""

from __future__ import annotations

from sqlalchemy import Connection

from central.store import people, transactions
from kiosk.contract.past_payments import MAX_PAYMENTS
from kiosk.domain.bills import ForWhom
from kiosk.domain.citizen_number import masked_name
from kiosk.domain.past_payments import PastPayment


def past_payments(connection: Connection, reference: str) -> tuple[PastPayment, ...]:
    """缴费记录 of a resident and his dependants, newest first."""
    own = people.with_reference(connection, reference)
    payees = {one.reference: one for one in (own, *people.dependants_of(connection, reference))}
    return tuple(
        PastPayment(
            bill=one.bill,
            kind=one.kind,
            year=one.year,
            amount=one.amount,
            payee=masked_name(payees[one.person].name),
            whom=ForWhom.SELF if one.person == reference else ForWhom.DEPENDANT,
            paid_at=one.paid_at,
            posted=one.posted,
            receipt=one.receipt,
            tender=one.tender,
            terminal=one.terminal,
        )
        for one in transactions.posted_for(connection, list(payees), MAX_PAYMENTS)
    )
