"""What anyone needs to check seals without a network: `GET /v1/seal-keys`, `GET /v1/revocations`."""

# Annotations here name dependencies made at run time, so they must not be strings.

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from central.limits import Limiter
from central.problems import Refused
from central.revocations import RevocationBooks
from kiosk.contract.problems import ProblemType
from kiosk.contract.seals.keys import RevocationsAnswer, SealKey, SealKeyWire

_Have = Annotated[str | None, Query(max_length=64)]


def router(keys: Sequence[SealKey], revocations: RevocationBooks, asked: Limiter) -> APIRouter:
    """`asked` counts by client."""
    routes = APIRouter(prefix="/v1", tags=["seals"])
    published = tuple(SealKeyWire.of(key) for key in keys)

    @routes.get("/seal-keys")
    def seal_keys() -> tuple[SealKeyWire, ...]:
        """Public: the bureaus' keys."""
        return published

    @routes.get("/revocations")
    def revoked(request: Request, response: Response, have: _Have = None) -> RevocationsAnswer:
        """Public: every paper that was taken back in the last year, by digests of their codes; without them
        where the caller has this version."""
        wait = asked.take("unknown" if request.client is None else request.client.host)
        if wait is not None:
            raise Refused(ProblemType.TOO_MANY_REQUESTS, retry_after=wait)
        # It says itself until when it holds: an older answer of somebody between would say less.
        response.headers["Cache-Control"] = "no-store"
        current = revocations.current()
        return current.model_copy(update={"revoked": None}) if have == current.version else current

    return routes
