"""`POST /v1/residents/identify`, `DELETE /v1/session`."""

# Annotations here name dependencies made at run time, so they must not be strings.

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from central.auth import Session, Sessions, Terminal
from central.callers import Callers
from central.evidence import accepted
from central.identity import Unidentified, identify, surname
from central.limits import Limiter
from central.problems import Refused
from central.records import Person
from central.store.database import Database
from kiosk.contract.problems import ProblemType
from kiosk.contract.residents import (
    IdentifyAnswer,
    IdentifyRequest,
    ResidentAnswer,
    SessionAnswer,
)
from kiosk.domain.assurance import Evidence
from kiosk.domain.citizen_number import masked_name

_PROBLEM = {
    Unidentified.NOBODY: ProblemType.NOT_FOUND,
    Unidentified.CONFLICT: ProblemType.IDENTITY_CONFLICT,
    Unidentified.REVOKED: ProblemType.CARD_REVOKED,
}


def router(callers: Callers, database: Database, sessions: Sessions, misses: Limiter) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["resident"])

    @routes.post("/residents/identify")
    def identify_resident(
        terminal: Annotated[Terminal, Depends(callers.terminal)],
        request: IdentifyRequest,
        response: Response,
    ) -> IdentifyAnswer:
        """Whose card it is; opens a session. Says nothing of anybody the card does not fit."""
        response.headers["Cache-Control"] = "no-store"
        wait = misses.wait(terminal.id)
        if wait is not None:
            raise Refused(ProblemType.TOO_MANY_REQUESTS, retry_after=wait)
        said = request.card
        if said.card_id is None and (said.citizen_number is None or said.name is None):
            raise Refused(ProblemType.INVALID_REQUEST, "a card says its id, or its owner's number and name")
        with database.reading() as connection:
            found = identify(connection, said)
        match found:
            case Unidentified():
                misses.count(terminal.id)
                raise Refused(_PROBLEM[found])
            case Person():
                return _answer(sessions, terminal, found, accepted(request.evidence, said))

    @routes.delete("/session", status_code=204)
    def end_session(session: Annotated[Session, Depends(callers.session)]) -> None:
        """Ends the resident's session at once."""
        sessions.end(session)

    return routes


def _answer(sessions: Sessions, terminal: Terminal, person: Person, evidence: Evidence) -> IdentifyAnswer:
    token, ends_at = sessions.open(terminal, person.reference, evidence)
    return IdentifyAnswer(
        resident=ResidentAnswer(
            reference=person.reference,
            surname=surname(person.name),
            masked_name=masked_name(person.name),
            masked_number=person.number.masked(),
        ),
        session=SessionAnswer.model_validate({"token": token, "ends_at": ends_at}),
        evidence=evidence,
    )
