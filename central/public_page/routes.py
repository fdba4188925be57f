"""`/P/CODE`, the address on every paper, and `/P`, where a code is typed: pages, whatever happens."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from central.papers import Papers
from central.problems import Refused
from central.public_page import verdicts
from central.public_page.pages import Pages
from central.public_page.typed import CODE_FIELD, MAX_FORM_BYTES, NotACode, read_code, read_last_four
from kiosk.contract.region import RegionAnswer

_PATHS: Final = ("/P", "/P/{code:path}", "/p", "/p/{code:path}")
"""Papers carry capitals; who types an address types small letters."""


def page_routes(papers: Papers, region: RegionAnswer) -> Sequence[Route]:
    """For every method: what is not answered otherwise is a page too."""
    public = _PublicPages(papers, Pages(region))
    return [Route(path, public, include_in_schema=False) for path in _PATHS]


class _PublicPages:
    """ASGI application behind `_PATHS`."""

    def __init__(self, papers: Papers, pages: Pages) -> None:
        self._papers = papers
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(Request(scope, receive))
        except Exception:
            # Who asked gets a page; the centre's last resort logs it.
            await self._pages.failed()(scope, receive, send)
            raise
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        text = request.path_params.get("code", "")
        try:
            match request.method:
                case "GET" | "HEAD" if not text:
                    return self._ask(request)
                case "GET" | "HEAD":
                    return await self._paper(request, text)
                case "POST" if text:
                    return await self._details(request, text)
                case _:
                    allowed = "GET, HEAD, POST" if text else "GET, HEAD"
                    raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": allowed})
        except HTTPException as error:
            page = self._pages.refused(verdicts.of_status(HTTPStatus(error.status_code)), "")
            page.headers.update(error.headers or {})
            return page

    def _ask(self, request: Request) -> Response:
        text = request.query_params.get(CODE_FIELD, "")
        if not text.strip():
            return self._pages.ask()
        code = read_code(text)
        if isinstance(code, NotACode):
            return self._pages.wrong_code(code)
        headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return RedirectResponse(f"/P/{code}", HTTPStatus.SEE_OTHER, headers)

    async def _details(self, request: Request, text: str) -> Response:
        form = await request.body()
        if len(form) > MAX_FORM_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return await self._paper(request, text, form)

    async def _paper(self, request: Request, text: str, form: bytes | None = None) -> Response:
        """The paper; where a form came, its details, or why not."""
        code = read_code(text)
        if isinstance(code, NotACode):
            return self._pages.wrong_code(code)
        last_four = None
        if form is not None:
            last_four = read_last_four(form)
            if last_four is None:
                return self._pages.refused(verdicts.LAST_FOUR_MALFORMED, code)
        client = request.client.host if request.client is not None else "unknown"
        try:
            check = await run_in_threadpool(self._papers.check, code, last_four, client)
        except Refused as refused:
            return self._pages.refused(verdicts.of_refusal(refused), code)
        return self._pages.paper(code, check)
