"""The line to the centre: whatever comes over it is an answer or one of three errors, in a bounded time."""

from __future__ import annotations

import gc
import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fixtures.centre import Centre
from fixtures.premiums import entry, new_key
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from kiosk.central_client import (
    AskedTooOften,
    CentralClient,
    CentreAway,
    CentreError,
    CentreFaulty,
    CentreRefused,
    DeviceKeyError,
    Limits,
    NotAdmitted,
    load_device_key,
)
from kiosk.centre_line import MAX_ANSWER_BYTES, MAX_CALLS
from kiosk.clock import SystemClock, clock_of
from kiosk.contract.payees import PayeeRequest
from kiosk.contract.payments import OrderRequest
from kiosk.contract.problems import ProblemType
from kiosk.contract.residents import CardSaid, IdentifyRequest
from kiosk.contract.transactions import TransactionsRequest
from kiosk.domain.assurance import Evidence
from kiosk.domain.tenders import QrChannel

NUMBER = "800100198103120242"
TOKEN = SecretStr("a-token-that-nobody-may-read")
LIU = CardSaid(
    card_id="800100D15600000500BF0101815A67E6",
    card_number="S10007919",
    citizen_number=NUMBER,
    name="刘桂兰",
)
IDENTIFY = IdentifyRequest(card=LIU, evidence=Evidence.CARD_READ)
QUICK = Limits(connect_s=0.3, read_s=0.3)
# `http.client` leaves the socket of an answer that is no HTTP to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
KEY = Ed25519PrivateKey.generate()
Serve = Callable[[socket.socket], None]


class RawCentre:
    """Something that listens where the centre should, and answers each call as the test says."""

    def __init__(self, serve: Serve) -> None:
        self.calls = 0
        self._serve = serve
        self._lines: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._run, name="raw-centre", daemon=True).start()

    def close(self) -> None:
        self._listener.close()
        for line in self._lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self.calls += 1
            self._lines.append(line)
            threading.Thread(target=self._one, args=(line,), daemon=True).start()

    def _one(self, line: socket.socket) -> None:
        with line:
            try:
                line.recv(65536)
                self._serve(line)
            except OSError:
                return  # the client has had enough


RawServe = Callable[[Serve], RawCentre]


@pytest.fixture
def raw() -> Iterator[RawServe]:
    opened: list[RawCentre] = []

    def open_(serve: Serve) -> RawCentre:
        opened.append(RawCentre(serve))
        return opened[-1]

    yield open_
    for one in opened:
        one.close()
    for thread in threading.enumerate():
        if thread.name == "centre-call":
            thread.join(5)


@pytest.fixture(scope="module", autouse=True)
def nothing_left_for_other_tests() -> Iterator[None]:
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def client_of(url: str, heard: list[bool] | None = None, limits: Limits = QUICK) -> CentralClient:
    on_reached = heard.append if heard is not None else lambda _: None
    return CentralClient(url, "T001", KEY, SystemClock(), limits=limits, on_reached=on_reached)


def said(status: str, body: bytes, *headers: str, length: int | None = None) -> bytes:
    head = (
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body) if length is None else length}",
        "Connection: close",
        *headers,
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def sends(data: bytes) -> Serve:
    return lambda line: line.sendall(data)


def whole_story(error: BaseException | None) -> str:
    """The error and all that it came from, as a log would tell them."""
    told = ""
    while error is not None:
        told += f"{error} {error!r} {error.args} "
        error = error.__cause__
    return told


def drips(head: bytes, pause_s: float = 0.05) -> Serve:
    """One byte now and then, for ever: each wait is short, the whole never ends."""

    def serve(line: socket.socket) -> None:
        line.sendall(head)
        for _ in range(round(20 / pause_s)):
            line.sendall(b" ")
            time.sleep(pause_s)

    return serve


def endless(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    for _ in range(1000):
        line.sendall(b" " * 65536)


HTML = "Content-Type: text/html"
PROBLEM = "Content-Type: application/problem+json"
BAD_ANSWERS: dict[str, tuple[Serve, type[CentreError]]] = {
    "hangs up at once": (lambda _: None, CentreAway),
    "truncated body": (sends(said("200 OK", b'{"as_of": "2026', length=4000)), CentreError),
    "a body over the limit": (sends(said("200 OK", b" " * (MAX_ANSWER_BYTES + 1))), CentreFaulty),
    "a body without an end": (endless, CentreFaulty),
    "a redirect": (sends(said("302 Found", b"", "Location: http://127.0.0.1:1/login")), CentreFaulty),
    "a portal's page": (
        sends(said("200 OK", b"<html>login</html>", HTML)),
        CentreFaulty,
    ),
    "JSON of another kind": (sends(said("200 OK", b'{"hello": 1}')), CentreFaulty),
    "an empty answer": (sends(said("200 OK", b"")), CentreFaulty),
    "not modified, without an ETag": (sends(said("304 Not Modified", b"")), CentreFaulty),
    "an error without a problem": (
        sends(said("404 Not Found", b"nope", HTML)),
        CentreFaulty,
    ),
    "a problem that is none": (sends(said("400 Bad", b"[]", PROBLEM)), CentreFaulty),
    "a problem of another world": (
        sends(said("400 Bad", b'{"type":"/x","title":"","status":400}', PROBLEM)),
        CentreFaulty,
    ),
    "a server's problem": (
        sends(said("503 No", b'{"type":"/problems/not-found","title":"","status":503}', PROBLEM)),
        CentreFaulty,
    ),
    "gzip that is none": (sends(said("200 OK", b"plain", "Content-Encoding: gzip")), CentreFaulty),
    "two lengths": (sends(said("200 OK", b"{}", "Content-Length: 7")), CentreError),
    "no HTTP at all": (sends(b"SSH-2.0-OpenSSH_9.9\r\n"), CentreAway),
    "a header without an end": (sends(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000), CentreAway),
    "silence": (lambda _: time.sleep(3), CentreAway),
    "a body in drops": (drips(said("200 OK", b"", length=4000)), CentreAway),
    "a header in drops": (drips(b"HTTP/1.1 200 OK\r\nX: "), CentreAway),
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_bad_answer_is_a_typed_error_in_a_bounded_time(raw: RawServe, name: str, method: str) -> None:
    serve, kind = BAD_ANSWERS[name]
    heard: list[bool] = []
    client = client_of(raw(serve).url, heard)
    began = time.monotonic()
    call = (lambda: client.overview(TOKEN)) if method == "GET" else (lambda: client.identify(IDENTIFY))
    with pytest.raises(CentreError) as caught:
        call()
    took = time.monotonic() - began
    assert isinstance(caught.value, kind)
    assert not isinstance(caught.value, CentreRefused)
    assert heard == [False], "the line is not well"
    assert took < 2.5, "a test that hangs has found a wait without a limit"
    told = whole_story(caught.value)
    assert TOKEN.get_secret_value() not in told
    assert NUMBER not in told
    assert "桂兰" not in told
    client.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    answer=st.one_of(
        st.binary(max_size=400),
        st.binary(max_size=200).map(lambda rest: b"HTTP/1.1 200 OK\r\n" + rest),
        st.tuples(st.integers(100, 999), st.binary(max_size=100)).map(
            lambda given_: said(f"{given_[0]} X", given_[1], "Content-Type: application/json")
        ),
        st.binary(max_size=60).map(
            lambda rest: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + rest
        ),
    )
)
def test_no_bytes_whatever_raise_anything_else(raw: RawServe, answer: bytes) -> None:
    served = raw(sends(answer))
    client = client_of(served.url)
    with pytest.raises(CentreError):
        client.overview(TOKEN)
    client.close()
    served.close()


def test_a_refusal_of_the_contract_means_that_the_line_is_well(raw: RawServe) -> None:
    body = b'{"type":"/problems/evidence-insufficient","title":"t","status":403,"sufficient":["sam_id"]}'
    heard: list[bool] = []
    with pytest.raises(CentreRefused) as caught:
        client_of(raw(sends(said("403 No", body, PROBLEM))).url, heard).contributions(TOKEN)
    assert caught.value.problem is ProblemType.EVIDENCE_INSUFFICIENT
    assert caught.value.sufficient == ("sam_id",)
    assert heard == [True]


ENTRY = entry("b1")
BATCH = TransactionsRequest(entries=(ENTRY,))
ORDER = OrderRequest(key=new_key(), bill="b1", channel=QrChannel.WECHATPAY)
TIMES_SENT: dict[str, tuple[Callable[[CentralClient], object], int]] = {
    "region": (lambda client: client.region(), 2),
    "overview": (lambda client: client.overview(TOKEN), 2),
    "bills": (lambda client: client.bills(TOKEN), 2),
    "payments": (lambda client: client.payments(TOKEN), 2),
    "entries": (lambda client: client.post_transactions(BATCH), 2),
    "a new order": (lambda client: client.create_order(ORDER), 2),
    "an order": (lambda client: client.order("20261120ABCD"), 2),
    "closing it": (lambda client: client.close_order("20261120ABCD"), 2),
    "identify": (lambda client: client.identify(IDENTIFY), 1),
    "a payee": (lambda client: client.payee(TOKEN, PayeeRequest(number=NUMBER)), 1),
    "the session's end": (lambda client: client.end_session(TOKEN), 1),
}


@pytest.mark.parametrize("name", TIMES_SENT)
def test_where_the_connection_breaks_reads_and_what_has_a_key_are_sent_once_more(
    raw: RawServe, name: str
) -> None:
    call, times = TIMES_SENT[name]
    broken = raw(lambda _: None)
    with pytest.raises(CentreAway):
        call(client_of(broken.url))
    assert broken.calls == times


def test_an_answer_to_other_entries_is_no_answer(raw: RawServe) -> None:
    other = b'{"entries": [{"key": "%s", "result": "failed"}]}' % new_key().encode()
    with pytest.raises(CentreFaulty, match="not for its entries"):
        client_of(raw(sends(said("200 OK", other))).url).post_transactions(BATCH)


TOO_MANY = b'{"type":"/problems/too-many-requests","title":"","status":429}'
NO_PROBLEM = b"<html>busy</html>"


@pytest.mark.parametrize(
    ("answer", "wait", "kind", "seconds"),
    [
        (("429 Slow Down", TOO_MANY, PROBLEM), "17", AskedTooOften, 17),
        (("429 Slow Down", TOO_MANY, PROBLEM), "soon", AskedTooOften, None),
        (("429 Slow Down", NO_PROBLEM, HTML), "17", CentreFaulty, 17),
        (("503 Busy", NO_PROBLEM, HTML), "17", CentreFaulty, 17),
        (("503 Busy", NO_PROBLEM, HTML), "99999999999", CentreFaulty, 3600),
        (("503 Busy", NO_PROBLEM, HTML), "Fri, 20 Nov 2020 01:30:00 GMT", CentreFaulty, 0),
        (("503 Busy", NO_PROBLEM, HTML), "Thu, 20 Nov 2200 01:30:00 GMT", CentreFaulty, 3600),
        (("500 Broken", NO_PROBLEM, HTML), "17", CentreFaulty, None),
    ],
)
def test_a_centre_that_asks_for_time_is_heard(
    raw: RawServe, answer: tuple[str, bytes, str], wait: str, kind: type[CentreError], seconds: float | None
) -> None:
    heard: list[bool] = []
    client = client_of(raw(sends(said(*answer, f"Retry-After: {wait}"))).url, heard)
    with pytest.raises(kind) as caught:
        client.post_transactions(BATCH)
    assert caught.value.retry_after_s == seconds
    assert heard == [kind is AskedTooOften], "a line on which one asks too often is well"


def test_nobody_there_is_away() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(CentreAway, match="GET /v1/me/overview: no connection"):
            client_of(f"http://127.0.0.1:{taken.getsockname()[1]}").overview(TOKEN)


def test_a_name_that_nobody_knows_is_away() -> None:
    with pytest.raises(CentreAway):
        client_of("https://centre.invalid").region()


def test_calls_that_never_end_do_not_pile_up(raw: RawServe) -> None:
    # A machine that is busy must not make a gap between two bytes longer than the limit.
    client = client_of(raw(drips(b"HTTP/1.1 200 OK\r\nX: ", 0.01)).url, limits=Limits(0.05, 0.5))
    for _ in range(MAX_CALLS):
        with pytest.raises(CentreAway, match="no whole answer in time"):
            client.region()
    with pytest.raises(CentreAway, match=f"{MAX_CALLS} calls have no answer yet"):
        client.region()


@pytest.mark.parametrize("call", [CentralClient.region, CentralClient.revocations])
def test_what_is_asked_for_soon_and_does_not_come_says_nothing_of_the_line(
    raw: RawServe, call: Callable[..., object]
) -> None:
    heard: list[bool] = []
    client = client_of(raw(drips(b"HTTP/1.1 200 OK\r\nX: ")).url, heard, Limits(0.2, 0.2))
    with pytest.raises(CentreAway):
        call(client, limits=Limits(0.1, 0.1))
    assert heard == []
    with pytest.raises(CentreAway):
        call(client)
    assert heard == [False]


def test_a_certificate_that_is_not_accepted_says_where_to_look(raw: RawServe, tmp_path: Path) -> None:
    plain = raw(sends(b"this is no TLS\r\n"))
    with pytest.raises(CentreAway, match=r"certificate is not accepted; look at .*ca_file"):
        client_of(plain.url.replace("http://", "https://")).region()


def test_an_authority_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "no-such-ca.pem"
    client = CentralClient("https://127.0.0.1:1", "T001", KEY, SystemClock(), ca_file=missing, limits=QUICK)
    with pytest.raises(CentreAway, match=r"no-such-ca\.pem"):
        client.region()


def test_proxies_and_netrc_of_the_machine_are_not_used(
    raw: RawServe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with pytest.raises(CentreFaulty):
        client_of(raw(sends(said("200 OK", b"{}"))).url).region()


@pytest.mark.parametrize(
    ("fault", "kind"), [("500", CentreFaulty), ("garbage", CentreFaulty), ("hang", CentreAway)]
)
def test_the_real_centre_failing_is_an_error_and_then_it_works_again(
    centre: Centre, fault: str, kind: type[CentreError]
) -> None:
    heard: list[bool] = []
    client = CentralClient(
        centre.base_url,
        centre.terminal,
        load_device_key(centre.key_file),
        clock_of(centre.environment),
        limits=Limits(1.0, 1.0),
        on_reached=heard.append,
    )
    centre.arm(fault, "/v1/residents/")
    with pytest.raises(kind):
        client.identify(IDENTIFY)
    answer = client.identify(IDENTIFY)
    assert answer.resident.masked_name == "刘*兰"
    assert TOKEN.get_secret_value() not in repr(answer)
    assert answer.session.token.get_secret_value() not in repr(answer)
    assert heard == [False, True]
    news = client.region()
    assert news is not None
    assert client.region(news.etag) is None
    client.end_session(answer.session.token)
    with pytest.raises(CentreRefused) as refused:
        client.overview(answer.session.token)
    assert refused.value.problem is ProblemType.SESSION_OVER
    client.close()


def test_a_terminal_that_is_not_enrolled_is_not_admitted(centre: Centre) -> None:
    """That is no refusal of a resident, and no line that is well."""
    heard: list[bool] = []
    client = CentralClient(
        centre.base_url, "T001", KEY, clock_of(centre.environment), on_reached=heard.append
    )
    with pytest.raises(NotAdmitted, match="401: /problems/device-unknown"):
        client.region()
    assert heard == [False]
    client.close()


def test_a_device_key_that_cannot_be_used_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    with pytest.raises(DeviceKeyError, match=r"key\.pem.*enrol this terminal first"):
        load_device_key(file)
    file.write_text("nonsense")
    with pytest.raises(DeviceKeyError, match="not an unencrypted PEM key"):
        load_device_key(file)
    other = X25519PrivateKey.generate()
    file.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(DeviceKeyError, match="not an Ed25519 key"):
        load_device_key(file)
