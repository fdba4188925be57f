"""What anyone needs to check seals without a network: `GET /v1/seal-keys`, `GET /v1/revocations`."""

# Annotations here name dependencies made at run time, so they must not be strings.

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Header, Response

from central.etags import unchanged
from central.revocations import RevocationBooks
from kiosk.contract.seals.keys import RevocationsWire, SealKey, SealKeyWire

_CACHED = "public, max-age=300"


def router(keys: Sequence[SealKey], revocations: RevocationBooks) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["seals"])
    published = tuple(SealKeyWire.of(key) for key in keys)

    @routes.get("/seal-keys")
    def seal_keys(response: Response) -> tuple[SealKeyWire, ...]:
        """Public: the bureaus' keys."""
        response.headers["Cache-Control"] = _CACHED
        return published

    @routes.get(
        "/revocations",
        response_model=RevocationsWire,
        responses={304: {"description": "Nothing was revoked since the version named in If-None-Match"}},
    )
    def revoked(
        response: Response, if_none_match: Annotated[str | None, Header()] = None
    ) -> RevocationsWire | Response:
        """Public: every paper that was taken back in the last year, by digests of their codes."""
        current = revocations.current()
        headers = {"ETag": f'"{current.version}"', "Cache-Control": _CACHED}
        if if_none_match is not None and unchanged(if_none_match, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        response.headers.update(headers)
        return current.wire

    return routes
