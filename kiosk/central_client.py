"""The terminal's side of the central API: its calls, and what their answers and refusals mean.

`kiosk.centre_line` carries them. Every way in which a centre can fail becomes one of three errors, which
quote nothing of what was sent or answered.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr, ValidationError

from kiosk.centre_line import (
    USUAL_LIMITS,
    AskedTooOften,
    Call,
    CentreAway,
    CentreError,
    CentreFaulty,
    CentreLine,
    CentreRefused,
    DeviceKeyError,
    Limits,
    NotAdmitted,
    load_device_key,
)
from kiosk.clock import Clock
from kiosk.contract.bills import BillsAnswer
from kiosk.contract.device import SESSION_HEADER
from kiosk.contract.ledger import ChangesAnswer, ContributionsAnswer, OverviewAnswer
from kiosk.contract.papers import PaperAnswer, PaperCheck, PaperRequest
from kiosk.contract.past_payments import PaymentsAnswer
from kiosk.contract.payees import PayeeAnswer, PayeeRequest
from kiosk.contract.payments import OrderAnswer, OrderRequest
from kiosk.contract.problems import PROBLEM_JSON, Problem, ProblemType
from kiosk.contract.region import RegionAnswer
from kiosk.contract.residents import IdentifyAnswer, IdentifyRequest
from kiosk.contract.retry_after import retry_after_s
from kiosk.contract.seals.claims import members_digest
from kiosk.contract.seals.keys import RevocationsAnswer
from kiosk.contract.transactions import TransactionsHeard, TransactionsRequest
from kiosk.contract.wire import WireModel

# Whoever talks to the centre finds its errors here too.
__all__ = [
    "AskedTooOften",
    "CentralClient",
    "CentreAway",
    "CentreError",
    "CentreFaulty",
    "CentreRefused",
    "DeviceKeyError",
    "IssuedPaper",
    "Limits",
    "NotAdmitted",
    "RegionNews",
    "load_device_key",
]

M = TypeVar("M", bound=WireModel)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class IssuedPaper:
    """A paper as the centre issued it."""

    answer: PaperAnswer
    content: bytes
    """`members_digest` of its content as it came, with what this program does not know of it."""


@dataclass(frozen=True, slots=True)
class RegionNews:
    """A region document and the ETag under which the centre knows it."""

    region: RegionAnswer
    etag: str | None


class CentralClient:
    """What one terminal may ask; may be used from several threads. Every call raises `CentreError`."""

    def __init__(
        self,
        url: str,
        terminal_id: str,
        key: Ed25519PrivateKey,
        clock: Clock,
        *,
        ca_file: Path | None = None,
        limits: Limits = USUAL_LIMITS,
        on_reached: Callable[[bool], None] = lambda _: None,
    ) -> None:
        """`on_reached` hears after every call, on its thread, whether the centre answered as it should."""
        self._clock = clock
        self._line = CentreLine(url, terminal_id, key, clock, ca_file=ca_file, limits=limits)
        self._on_reached = on_reached

    def close(self) -> None:
        self._line.close()

    def device_token(self) -> str:
        """A new token for one call that somebody else makes."""
        return self._line.device_token()

    def region(self, etag: str | None = None, *, limits: Limits | None = None) -> RegionNews | None:
        """The region; None where the centre still has the version of `etag`."""
        headers = {"If-None-Match": etag} if etag is not None else {}
        call = Call("GET", "/v1/region", repeatable=True)
        # What does not come within limits of its own says nothing of the line.
        return self._ask(_region_news, call, headers=headers, limits=limits, tells=limits is None)

    def revocations(self, have: str | None = None, *, limits: Limits | None = None) -> RevocationsAnswer:
        """Which papers are void; without them where the list is still that of the version `have`."""
        path = "/v1/revocations" if have is None else f"/v1/revocations?have={quote(have, safe='')}"
        call = Call("GET", path, repeatable=True)
        return self._ask(_read(RevocationsAnswer), call, limits=limits, tells=limits is None)

    def check_paper(self, code: str) -> PaperCheck:
        """验真: what anyone may learn of a paper. Raises `CentreRefused` with no-such-paper, paper-expired or
        paper-revoked, `AskedTooOften`."""
        path = f"/v1/papers/{quote(code, safe='')}"
        call = Call("GET", path, repeatable=True, shown="/v1/papers/{code}")
        return self._ask(_read(PaperCheck), call)

    def identify(self, request: IdentifyRequest) -> IdentifyAnswer:
        """Raises `CentreRefused` with identity-conflict, not-found or card-revoked."""
        return self._ask(_read(IdentifyAnswer), Call("POST", "/v1/residents/identify"), body=request)

    def end_session(self, token: SecretStr) -> None:
        self._ask(lambda _response, _body: None, Call("DELETE", "/v1/session"), token=token)

    def overview(self, token: SecretStr) -> OverviewAnswer:
        return self._mine(OverviewAnswer, "overview", token)

    def contributions(self, token: SecretStr) -> ContributionsAnswer:
        """Raises `CentreRefused` with evidence-insufficient."""
        return self._mine(ContributionsAnswer, "contributions", token)

    def changes(self, token: SecretStr) -> ChangesAnswer:
        return self._mine(ChangesAnswer, "changes", token)

    def bills(self, token: SecretStr) -> BillsAnswer:
        """应缴: what the resident can pay, for himself and his dependants."""
        return self._mine(BillsAnswer, "bills", token)

    def payments(self, token: SecretStr) -> PaymentsAnswer:
        """缴费记录, newest first. Raises `CentreRefused` with evidence-insufficient."""
        return self._mine(PaymentsAnswer, "payments", token)

    def payee(self, token: SecretStr, request: PayeeRequest) -> PayeeAnswer:
        """代缴: what is due for somebody else. Each look-up counts, so none is sent twice; raises
        `AskedTooOften` where they are used up."""
        return self._ask(_read(PayeeAnswer), Call("POST", "/v1/payees"), token=token, body=request)

    def issue_paper(self, token: SecretStr, request: PaperRequest) -> IssuedPaper:
        return self._ask(_issued_paper, Call("POST", "/v1/papers"), token=token, body=request)

    def post_transactions(
        self, request: TransactionsRequest, *, limits: Limits | None = None
    ) -> TransactionsHeard:
        """入账: an answer for each entry, in their order; nobody's session is needed. Raises `CentreRefused`
        with key-reused for a batch of one."""
        call = Call("POST", "/v1/transactions", repeatable=True)
        return self._ask(_answer_of(request), call, body=request, limits=limits)

    def create_order(self, request: OrderRequest) -> OrderAnswer:
        """扫码支付: asked again with the same key, the same order. Raises `CentreRefused` with no-gateway,
        no-such-bill, not-due, bill-busy or key-reused."""
        call = Call("POST", "/v1/payment-orders", repeatable=True)
        return self._ask(_read(OrderAnswer), call, body=request)

    def order(self, order_id: str) -> OrderAnswer:
        """支付结果查询. Raises `CentreRefused` with no-such-order."""
        return self._ask(_read(OrderAnswer), Call("GET", _order_path(order_id), repeatable=True))

    def close_order(self, order_id: str) -> OrderAnswer:
        """关单. The order may come back paid, or still pending. Raises `CentreRefused` with no-such-order."""
        return self._ask(_read(OrderAnswer), Call("POST", f"{_order_path(order_id)}/close", repeatable=True))

    def _mine(self, model: type[M], what: str, token: SecretStr) -> M:
        return self._ask(_read(model), Call("GET", f"/v1/me/{what}", repeatable=True), token=token)

    def _ask(
        self,
        read: Callable[[requests.Response, bytes], T],
        call: Call,
        *,
        token: SecretStr | None = None,
        body: WireModel | None = None,
        headers: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        tells: bool = True,
    ) -> T:
        """What `read` makes of the answer. Raises `CentreError`."""
        given = {"Accept": f"application/json, {PROBLEM_JSON}", **(headers or {})}
        if token is not None:
            given[SESSION_HEADER] = token.get_secret_value()
        content = None
        if body is not None:
            content = body.model_dump_json().encode()
            given["Content-Type"] = "application/json"
        try:
            response, answer = self._line.exchange(call, given, content, limits)
            if response.status_code >= HTTPStatus.BAD_REQUEST:
                raise _refusal(response, answer, self._clock.now())
            told = read(response, answer)
        except CentreError as error:
            if tells:
                self._on_reached(isinstance(error, CentreRefused | AskedTooOften))
            raise
        self._on_reached(True)  # noqa: FBT003 a callback with one meaning
        return told


def _order_path(order_id: str) -> str:
    return f"/v1/payment-orders/{quote(order_id, safe='')}"


def _read(model: type[M]) -> Callable[[requests.Response, bytes], M]:
    return lambda _response, body: _parsed(model, body)


def _answer_of(request: TransactionsRequest) -> Callable[[requests.Response, bytes], TransactionsHeard]:
    """Whoever reads an answer to a batch goes by place: one that answers other keys is none."""

    def read(_response: requests.Response, body: bytes) -> TransactionsHeard:
        answer = _parsed(TransactionsHeard, body)
        if [one.key for one in answer.entries] != [one.key for one in request.entries]:
            raise CentreFaulty("the answer to a batch is not for its entries")
        return answer

    return read


def _region_news(response: requests.Response, body: bytes) -> RegionNews | None:
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        return None
    return RegionNews(_parsed(RegionAnswer, body), response.headers.get("ETag"))


def _issued_paper(_response: requests.Response, body: bytes) -> IssuedPaper:
    answer = _parsed(PaperAnswer, body)
    return IssuedPaper(answer, members_digest(json.loads(body)["rights_record"]))


def _parsed(model: type[M], body: bytes) -> M:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        # The faulty values themselves may be somebody's: only where they stood is told.
        places = sorted({".".join(str(part) for part in one["loc"]) for one in error.errors()})[:5]
        raise CentreFaulty(f"not a {model.__name__}: {', '.join(places)}") from None


def _refusal(response: requests.Response, body: bytes, now: datetime) -> CentreError:
    status = response.status_code
    wait = None
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        wait = retry_after_s(response.headers.get("Retry-After", ""), now)
    if response.headers.get("Content-Type", "").partition(";")[0] != PROBLEM_JSON:
        return CentreFaulty(f"status {status} without a problem", status, wait)
    try:
        problem = Problem.model_validate_json(body)
        kind = ProblemType(problem.type)
    except ValueError:
        return CentreFaulty(f"status {status} with a problem the contract does not know", status, wait)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return CentreFaulty(f"status {status}", status, wait)
    match kind:
        case ProblemType.DEVICE_UNKNOWN:
            return NotAdmitted(f"status {status}: {kind}", status)
        case ProblemType.TOO_MANY_REQUESTS:
            return AskedTooOften(f"status {status}: {kind}", status, wait)
        case _:
            return CentreRefused(kind, problem.sufficient)
