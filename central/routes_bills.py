"""`GET /v1/me/bills`, `POST /v1/payees`: what can be paid, and for whom."""

# Annotations here name dependencies made at run time, so they must not be strings.

from typing import Annotated

from fastapi import APIRouter, Depends

from central.auth import Session, Terminal
from central.bills import Bills
from central.callers import Callers
from central.limits import Limiter, Limits
from central.problems import Refused
from kiosk.clock import Clock
from kiosk.contract.bills import BillsAnswer, BillWire
from kiosk.contract.payees import PayeeAnswer, PayeeRequest
from kiosk.contract.problems import ProblemType
from kiosk.domain.assurance import Disclosure
from kiosk.domain.citizen_number import CitizenNumber, NotACitizenNumber


def router(callers: Callers, bills: Bills, clock: Clock, limits: Limits) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["bills"])
    shown = callers.resident(Disclosure.OVERVIEW)
    by_session = Limiter(limits.payees_of_session, clock)
    by_terminal = Limiter(limits.payees_of_terminal, clock)

    @routes.get("/me/bills")
    def my_bills(session: Annotated[Session, Depends(shown)]) -> BillsAnswer:
        """应缴: what the session's resident can pay, for himself and his dependants."""
        found = bills.of_resident(session.reference)
        return BillsAnswer(as_of=clock.now(), bills=tuple(BillWire.of(bill) for bill in found))

    @routes.post("/payees")
    def payee(
        terminal: Annotated[Terminal, Depends(callers.terminal)],
        session: Annotated[Session, Depends(shown)],
        request: PayeeRequest,
    ) -> PayeeAnswer:
        """代缴: what is due for somebody else. Nobody, and nothing due, are one answer."""
        for limiter, key in ((by_session, session.token_hash.hex()), (by_terminal, terminal.id)):
            wait = limiter.take(key)
            if wait is not None:
                raise Refused(ProblemType.TOO_MANY_REQUESTS, retry_after=wait)
        try:
            number = CitizenNumber.parse(request.number, clock.now().date())
        except NotACitizenNumber:
            return PayeeAnswer(bills=())
        return PayeeAnswer(bills=tuple(BillWire.of(bill) for bill in bills.of_number(number)))

    return routes
