"""`POST /v1/papers` for the session's resident; `GET /v1/papers/{code}` for anyone."""

# Annotations here name dependencies made at run time, so they must not be strings.

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from central.auth import Session
from central.callers import Callers
from central.papers import Papers
from kiosk.contract.papers import PaperAnswer, PaperCheck, PaperRequest
from kiosk.domain.assurance import Disclosure

_Code = Annotated[str, Path(max_length=40)]
_LastFour = Annotated[str | None, Query(alias="last4", pattern="^[0-9]{3}[0-9Xx]$")]


def router(callers: Callers, papers: Papers) -> APIRouter:
    routes = APIRouter(tags=["papers"])
    papers_given = callers.resident(Disclosure.PAPERS)

    @routes.post("/v1/papers", status_code=201)
    def issue(session: Annotated[Session, Depends(papers_given)], request: PaperRequest) -> PaperAnswer:
        """Issues a paper of the session's resident under a new code."""
        return papers.issue(session.reference, request)

    @routes.get("/v1/papers/{code}")
    def check(request: Request, code: _Code, last_four: _LastFour = None) -> PaperCheck:
        """Public: whether a paper is genuine. Its details need the last four of its owner's number."""
        client = request.client.host if request.client is not None else "unknown"
        return papers.check(code, last_four, client)

    return routes
