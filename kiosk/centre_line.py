"""One exchange with the centre: signed with the device key, bounded in time and size, or a typed error.

`requests` carries. What is asked and what an answer means is `kiosk.central_client`'s. No error quotes a
body or a header.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import jwt
import requests
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from urllib3.exceptions import HTTPError

from kiosk.clock import Clock
from kiosk.contract.device import DEVICE_TOKEN_ALGORITHM, DEVICE_TOKEN_AUDIENCE, DEVICE_TOKEN_LIFE_S
from kiosk.contract.problems import ProblemType

MAX_ANSWER_BYTES = 4 * 1024 * 1024
"""Forty years of eight kinds are about 1 MB."""
MAX_CALLS = 8
"""Under way at once: far more than a terminal makes, short of a centre that holds every one."""


class CentreError(Exception):
    """The centre did not give what was asked."""

    retry_after_s: float | None = None
    """Seconds for which it asks to be left alone (`Retry-After` of a 429 or 503), an hour at most."""


class CentreAway(CentreError):
    """网络不通: no connection, or silence beyond the limit. Nothing is known of what it did."""


class CentreFaulty(CentreError):
    """中心故障: it answered, but with a fault of its own or with something the contract does not know."""

    def __init__(self, why: str, status: int | None = None, retry_after_s: float | None = None) -> None:
        super().__init__(why)
        self.status = status
        self.retry_after_s = retry_after_s


class NotAdmitted(CentreFaulty):
    """本机登录不了: it refuses this terminal, whoever stands at it. Clock, key or enrolment are wrong."""


class AskedTooOften(NotAdmitted):
    """问得太频繁: a rate of docs/facts/central-api.md §6, of this terminal or of the session. The line is
    well."""


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


USUAL_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the contract."""

    method: str
    path: str
    repeatable: bool = False
    """Made twice, it does no more than made once: a read, or what carries an idempotency key."""
    shown: str = ""
    """In errors and logs, in the place of a path that tells too much."""

    def __str__(self) -> str:
        return f"{self.method} {self.shown or self.path}"


class CentreLine:
    """One terminal's line; may be used from several threads."""

    def __init__(
        self,
        url: str,
        terminal_id: str,
        key: Ed25519PrivateKey,
        clock: Clock,
        *,
        ca_file: Path | None,
        limits: Limits,
    ) -> None:
        self._url = url
        self._terminal_id = terminal_id
        self._key = key
        self._clock = clock
        self._limits = limits
        self._places = threading.BoundedSemaphore(MAX_CALLS)
        self._http = requests.Session()
        # The terminal goes where its settings say, whatever proxies or .netrc the machine has.
        self._http.trust_env = False
        if ca_file is not None:
            self._http.verify = str(ca_file)

    def close(self) -> None:
        self._http.close()

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

    def exchange(
        self, call: Call, headers: Mapping[str, str], content: bytes | None, limits: Limits | None = None
    ) -> tuple[requests.Response, bytes]:
        """The answer, whatever its status, and its body; within the line's own limits, or those given.

        Raises `CentreAway`, `CentreFaulty`. On a thread of its own: the look-up of a name, and an answer that
        comes in drops, have no limit in `requests`.
        """
        if not self._places.acquire(blocking=False):
            raise CentreAway(f"{call}: {MAX_CALLS} calls have no answer yet")
        within = self._limits if limits is None else limits
        answer: Future[tuple[requests.Response, bytes]] = Future()

        def carry() -> None:
            try:
                answer.set_result(self._carried(call, headers, content, within))
            except BaseException as error:  # noqa: BLE001 handed to whoever asked
                answer.set_exception(error)
            finally:
                self._places.release()

        threading.Thread(target=carry, name="centre-call", daemon=True).start()
        try:
            return answer.result(within.whole_s)
        except TimeoutError:
            raise CentreAway(f"{call}: no whole answer in time") from None

    def _carried(
        self, call: Call, headers: Mapping[str, str], content: bytes | None, limits: Limits
    ) -> tuple[requests.Response, bytes]:
        """One exchange; a repeatable call whose connection broke is sent once more."""
        try:
            try:
                return self._once(call, headers, content, limits)
            except (requests.Timeout, requests.exceptions.SSLError):
                raise
            except requests.ConnectionError:
                # A kept connection that the centre closed meanwhile fails like this, once.
                if not call.repeatable:
                    raise
                return self._once(call, headers, content, limits)
        except requests.Timeout as error:
            raise CentreAway(f"{call}: no answer in time") from error
        except requests.exceptions.SSLError as error:
            raise CentreAway(
                f"{call}: its certificate is not accepted; look at [centre] ca_file and the clock"
            ) from error
        except requests.ConnectionError as error:
            raise CentreAway(f"{call}: no connection") from error
        except (requests.RequestException, HTTPError, UnicodeError) as error:
            raise CentreFaulty(f"{call}: {type(error).__name__}") from error
        except OSError as error:
            # What `requests` raises of a [centre] ca_file that is not there.
            raise CentreAway(f"{call}: {error.strerror or error}") from error

    def _once(
        self, call: Call, headers: Mapping[str, str], content: bytes | None, limits: Limits
    ) -> tuple[requests.Response, bytes]:
        with self._http.request(
            call.method,
            self._url + call.path,
            data=content,
            headers={**headers, "Authorization": f"Bearer {self.device_token()}"},
            timeout=(limits.connect_s, limits.read_s),
            allow_redirects=False,
            stream=True,
        ) as response:
            answer = bytearray()
            for chunk in response.iter_content(64 * 1024):
                answer += chunk
                if len(answer) > MAX_ANSWER_BYTES:
                    raise CentreFaulty(f"{call}: the answer is over {MAX_ANSWER_BYTES} bytes")
            return response, bytes(answer)
