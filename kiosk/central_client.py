"""The terminal's side of the central API: signed calls, time limits, typed errors.

`requests` carries; this module signs each call with the device key, bounds time and size, and turns every
way in which a centre can fail into one of three errors. Only reads are tried again, once. No error quotes
what was sent or answered.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar

import jwt
import requests
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import SecretStr, ValidationError
from urllib3.exceptions import HTTPError

from kiosk.clock import Clock
from kiosk.contract.device import (
    DEVICE_TOKEN_ALGORITHM,
    DEVICE_TOKEN_AUDIENCE,
    DEVICE_TOKEN_LIFE_S,
    SESSION_HEADER,
)
from kiosk.contract.ledger import ChangesAnswer, ContributionsAnswer, OverviewAnswer
from kiosk.contract.papers import PaperAnswer, PaperRequest
from kiosk.contract.problems import PROBLEM_JSON, Problem, ProblemType
from kiosk.contract.region import RegionAnswer
from kiosk.contract.residents import IdentifyAnswer, IdentifyRequest
from kiosk.contract.wire import WireModel

MAX_ANSWER_BYTES = 4 * 1024 * 1024
"""Forty years of eight kinds are about 1 MB."""
MAX_CALLS = 8
"""Under way at once: far more than a terminal makes, short of a centre that holds every one."""
_READS = frozenset({"GET"})

M = TypeVar("M", bound=WireModel)
T = TypeVar("T")


class CentreError(Exception):
    """The centre did not give what was asked."""


class CentreAway(CentreError):
    """网络不通: no connection, or silence beyond the limit. Nothing is known of what it did."""


class CentreFaulty(CentreError):
    """中心故障: it answered, but with a fault of its own or with something the contract does not know."""

    def __init__(self, why: str, status: int | None = None) -> None:
        super().__init__(why)
        self.status = status


class NotAdmitted(CentreFaulty):
    """本机登录不了: it refuses this terminal, whoever stands at it. Clock, key or enrolment are wrong, or it
    asks too often."""


class CentreRefused(CentreError):
    """It understood and refused: a problem of the contract."""

    def __init__(self, problem: ProblemType, sufficient: tuple[str, ...] = ()) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.sufficient = sufficient
        """With `EVIDENCE_INSUFFICIENT`: the evidence that would do."""


class DeviceKeyError(Exception):
    """The device key cannot be used; the message names the file and the remedy."""


def load_device_key(file: Path) -> Ed25519PrivateKey:
    """The terminal's private key from a PEM file. Raises `DeviceKeyError`."""
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except OSError as error:
        raise DeviceKeyError(f"device key {file}: {error.strerror}; enrol this terminal first") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise DeviceKeyError(
            f"device key {file}: not an unencrypted PEM key; enrol this terminal again"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise DeviceKeyError(f"device key {file}: not an Ed25519 key; enrol this terminal again")
    return key


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds until a connection stands, and between two bytes of an answer; together for a whole call."""

    connect_s: float = 2.0
    read_s: float = 5.0

    @property
    def whole_s(self) -> float:
        return self.connect_s + self.read_s


@dataclass(frozen=True, slots=True)
class RegionNews:
    """A region document and the ETag under which the centre knows it."""

    region: RegionAnswer
    etag: str | None


class CentralClient:
    """One terminal's line to the centre; may be used from several threads."""

    def __init__(
        self,
        url: str,
        terminal_id: str,
        key: Ed25519PrivateKey,
        clock: Clock,
        *,
        ca_file: Path | None = None,
        limits: Limits = Limits(),
        on_reached: Callable[[bool], None] = lambda _: None,
    ) -> None:
        """`on_reached` hears after every call, on its thread, whether the centre answered as it should."""
        self._url = url
        self._terminal_id = terminal_id
        self._key = key
        self._clock = clock
        self._limits = limits
        self._on_reached = on_reached
        self._places = threading.BoundedSemaphore(MAX_CALLS)
        self._http = requests.Session()
        # The terminal goes where its settings say, whatever proxies or .netrc the machine has.
        self._http.trust_env = False
        if ca_file is not None:
            self._http.verify = str(ca_file)

    def close(self) -> None:
        self._http.close()

    def identify(self, request: IdentifyRequest) -> IdentifyAnswer:
        """Raises `CentreRefused` with identity-conflict, not-found or card-revoked."""
        return self._ask(_read(IdentifyAnswer), "POST", "/v1/residents/identify", body=request)

    def end_session(self, token: SecretStr) -> None:
        self._ask(lambda _response, _body: None, "DELETE", "/v1/session", token=token)

    def overview(self, token: SecretStr) -> OverviewAnswer:
        return self._ask(_read(OverviewAnswer), "GET", "/v1/me/overview", token=token)

    def contributions(self, token: SecretStr) -> ContributionsAnswer:
        """Raises `CentreRefused` with evidence-insufficient."""
        return self._ask(_read(ContributionsAnswer), "GET", "/v1/me/contributions", token=token)

    def changes(self, token: SecretStr) -> ChangesAnswer:
        return self._ask(_read(ChangesAnswer), "GET", "/v1/me/changes", token=token)

    def issue_paper(self, token: SecretStr, request: PaperRequest) -> PaperAnswer:
        return self._ask(_read(PaperAnswer), "POST", "/v1/papers", token=token, body=request)

    def region(self, etag: str | None = None) -> RegionNews | None:
        """The region; None where the centre still has the version of `etag`."""
        headers = {"If-None-Match": etag} if etag is not None else {}
        return self._ask(_region_news, "GET", "/v1/region", headers=headers)

    def _ask(
        self,
        read: Callable[[requests.Response, bytes], T],
        method: str,
        path: str,
        *,
        token: SecretStr | None = None,
        body: WireModel | None = None,
        headers: Mapping[str, str] | None = None,
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
            response, answer = self._in_time(method, path, given, content)
            if response.status_code >= HTTPStatus.BAD_REQUEST:
                raise _refusal(response, answer)
            told = read(response, answer)
        except CentreError as error:
            self._on_reached(isinstance(error, CentreRefused))
            raise
        self._on_reached(True)  # noqa: FBT003 a callback with one meaning
        return told

    def _in_time(
        self, method: str, path: str, headers: Mapping[str, str], content: bytes | None
    ) -> tuple[requests.Response, bytes]:
        """One exchange on a thread of its own: the look-up of a name, and an answer that comes in drops,
        have no limit in `requests`."""
        if not self._places.acquire(blocking=False):
            raise CentreAway(f"{method} {path}: {MAX_CALLS} calls have no answer yet")
        answer: Future[tuple[requests.Response, bytes]] = Future()

        def carry() -> None:
            try:
                answer.set_result(self._carried(method, path, headers, content))
            except BaseException as error:  # noqa: BLE001 handed to whoever asked
                answer.set_exception(error)
            finally:
                self._places.release()

        threading.Thread(target=carry, name="centre-call", daemon=True).start()
        try:
            return answer.result(self._limits.whole_s)
        except TimeoutError:
            raise CentreAway(f"{method} {path}: no whole answer in time") from None

    def _carried(
        self, method: str, path: str, headers: Mapping[str, str], content: bytes | None
    ) -> tuple[requests.Response, bytes]:
        """One exchange; a read whose connection broke is sent once more."""
        try:
            try:
                return self._once(method, path, headers, content)
            except (requests.Timeout, requests.exceptions.SSLError):
                raise
            except requests.ConnectionError:
                # A kept connection that the centre closed meanwhile fails like this, once.
                if method not in _READS:
                    raise
                return self._once(method, path, headers, content)
        except requests.Timeout as error:
            raise CentreAway(f"{method} {path}: no answer in time") from error
        except requests.exceptions.SSLError as error:
            raise CentreAway(
                f"{method} {path}: its certificate is not accepted; look at [centre] ca_file and the clock"
            ) from error
        except requests.ConnectionError as error:
            raise CentreAway(f"{method} {path}: no connection") from error
        except (requests.RequestException, HTTPError, UnicodeError) as error:
            raise CentreFaulty(f"{method} {path}: {type(error).__name__}") from error
        except OSError as error:
            # What `requests` raises of a [centre] ca_file that is not there.
            raise CentreAway(f"{method} {path}: {error.strerror or error}") from error

    def _once(
        self, method: str, path: str, headers: Mapping[str, str], content: bytes | None
    ) -> tuple[requests.Response, bytes]:
        with self._http.request(
            method,
            self._url + path,
            data=content,
            headers={**headers, "Authorization": f"Bearer {self.device_token()}"},
            timeout=(self._limits.connect_s, self._limits.read_s),
            allow_redirects=False,
            stream=True,
        ) as response:
            answer = bytearray()
            for chunk in response.iter_content(64 * 1024):
                answer += chunk
                if len(answer) > MAX_ANSWER_BYTES:
                    raise CentreFaulty(f"{method} {path}: the answer is over {MAX_ANSWER_BYTES} bytes")
            return response, bytes(answer)

    def device_token(self) -> str:
        """A new token for one call; the centre takes each but once."""
        now = self._clock.now()
        claims = {
            "iss": self._terminal_id,
            "aud": DEVICE_TOKEN_AUDIENCE,
            "iat": now,
            "exp": now + timedelta(seconds=DEVICE_TOKEN_LIFE_S),
            "jti": secrets.token_urlsafe(12),
        }
        return jwt.encode(claims, self._key, algorithm=DEVICE_TOKEN_ALGORITHM)


def _read(model: type[M]) -> Callable[[requests.Response, bytes], M]:
    return lambda _response, body: _parsed(model, body)


def _region_news(response: requests.Response, body: bytes) -> RegionNews | None:
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        return None
    return RegionNews(_parsed(RegionAnswer, body), response.headers.get("ETag"))


def _parsed(model: type[M], body: bytes) -> M:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        # The faulty values themselves may be somebody's: only where they stood is told.
        places = sorted({".".join(str(part) for part in one["loc"]) for one in error.errors()})[:5]
        raise CentreFaulty(f"not a {model.__name__}: {', '.join(places)}") from None


def _refusal(response: requests.Response, body: bytes) -> CentreError:
    status = response.status_code
    if response.headers.get("Content-Type", "").partition(";")[0] != PROBLEM_JSON:
        return CentreFaulty(f"status {status} without a problem", status)
    try:
        problem = Problem.model_validate_json(body)
        kind = ProblemType(problem.type)
    except ValueError:
        return CentreFaulty(f"status {status} with a problem the contract does not know", status)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return CentreFaulty(f"status {status}", status)
    if kind in (ProblemType.DEVICE_UNKNOWN, ProblemType.TOO_MANY_REQUESTS):
        return NotAdmitted(f"status {status}: {kind}", status)
    return CentreRefused(kind, problem.sufficient)
