"""The pages as HTML: no script, nothing from elsewhere, everything that is put in escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from central.public_page import typed, verdicts
from central.public_page.record import record_of
from central.public_page.typed import NotACode
from central.public_page.verdicts import (
    Form,
    Trouble,
    moment,
    of_paper,
    of_wrong_code,
    seal_words,
)
from kiosk.contract.papers import PaperCheck
from kiosk.contract.region import RegionAnswer

_STYLE: Final = "page.css"


class Pages:
    """Draws the pages of one region's centre."""

    def __init__(self, region: RegionAnswer) -> None:
        self._environment = Environment(
            loader=PackageLoader("central.public_page"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            region=region, code_field=typed.CODE_FIELD, last_four_field=typed.LAST_FOUR_FIELD, moment=moment
        )
        self._headers = _headers(self._environment.get_template(_STYLE).render())

    def ask(self) -> HTMLResponse:
        """A form for the code, for whom has no scanner."""
        return self._page("ask.html", HTTPStatus.OK)

    def wrong_code(self, wrong: NotACode) -> HTMLResponse:
        return self._trouble(of_wrong_code(wrong), wrong.typed)

    def paper(self, code: str, check: PaperCheck) -> HTMLResponse:
        """What anyone may learn; with the last four given, the content too."""
        facts = (
            ("种类", check.type.kind.title),
            ("出具单位", "\n".join(check.issuers)),
            ("姓名", check.masked_name),
            ("出具时间", moment(check.issued_at)),
            ("可核对到", moment(check.valid_until)),
            ("电子印章", seal_words(check)),
        )
        return self._page(
            "paper.html",
            HTTPStatus.OK,
            verdict=of_paper(check),
            code=code,
            void=check.revoked_since is not None,
            facts=facts,
            record=None if check.rights_record is None else record_of(check.rights_record),
        )

    def refused(self, trouble: Trouble, code: str) -> HTMLResponse:
        """Why there is no paper to show under this code."""
        return self._trouble(trouble, code)

    def failed(self) -> HTMLResponse:
        return self._trouble(verdicts.FAILED, "")

    def _trouble(self, trouble: Trouble, code: str) -> HTMLResponse:
        page = self._page(
            "trouble.html",
            trouble.status,
            verdict=trouble.verdict,
            code=code,
            asks_code=trouble.form is Form.CODE,
            asks_last_four=trouble.form is Form.LAST_FOUR,
            again=trouble.again,
        )
        if trouble.wait_s is not None:
            page.headers["Retry-After"] = str(trouble.wait_s)
        return page

    def _page(self, template: str, status: HTTPStatus, **shown: object) -> HTMLResponse:
        body = self._environment.get_template(template).render(**shown)
        return HTMLResponse(body, status, self._headers)


def _headers(style: str) -> Mapping[str, str]:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Cache-Control": "no-store",
        # An address holds the code.
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }
