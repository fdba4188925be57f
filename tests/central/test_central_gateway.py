"""The line to the gateway: what is signed is believed, nothing else; judged by a library of other hands."""

from __future__ import annotations

import json
import secrets
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from fixtures.centre import DEMO_REGION, run_central
from fixtures.gateway import RunningGateway, running_gateway
from fixtures.local_centre import HeldClock
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict
from wechatpayv3 import WeChatPay, WeChatPayType

from central.gateway import (
    GatewayRefused,
    GatewayUnsure,
    NotFromGateway,
    OrderAsked,
    Trade,
    TradeState,
)
from central.toml_file import BadToml
from central.virtual_gateway.control import GatewayControl
from central.virtual_gateway.faults import FaultKind
from central.virtual_gateway.keys import GatewayKeys, make_or_load
from central.wechatpay.client import WechatpayGateway
from central.wechatpay.config import CONFIG_NAME, Wechatpay, load_wechatpay
from central.wechatpay.messages import Notification, Resource, TradeStateCode, Transaction
from central.wechatpay.signing import (
    BadSignature,
    Signed,
    Verifier,
    authorization,
    check_authorization,
    opened,
    sealed,
    signature_headers,
)
from kiosk.clock import SystemClock, clock_of
from kiosk.domain.money import Money

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
PAID = Trade("ORDER0001", TradeState.PAID, Money(400_00), "4200000000000001")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[GatewayKeys, Wechatpay]:
    """Both halves."""
    directory = tmp_path_factory.mktemp("keys")
    return make_or_load(directory, "http://127.0.0.1:1"), load_wechatpay(directory / "centre")


def notification(keys: GatewayKeys, **other: object) -> bytes:
    """That ORDER0001 was paid; or something else."""
    told = Transaction(
        appid=keys.app_id,
        mchid=keys.merchant_id,
        out_trade_no="ORDER0001",
        trade_state=TradeStateCode.SUCCESS,
        transaction_id="4200000000000001",
        amount={"total": 400_00, "currency": "CNY"},
    ).model_copy(update=other)
    nonce, about = secrets.token_hex(6), "transaction"
    plain = told.model_dump_json(exclude_none=True).encode()
    return (
        Notification(
            id="1",
            create_time=NOW,
            event_type="TRANSACTION.SUCCESS",
            resource=Resource(
                ciphertext=sealed(keys.api_v3_key, plain, nonce, about), nonce=nonce, associated_data=about
            ),
        )
        .model_dump_json()
        .encode()
    )


def headers_of(keys: GatewayKeys, body: bytes, at: datetime = NOW) -> CaseInsensitiveDict[str]:
    return CaseInsensitiveDict(signature_headers(keys.platform, body, at))


def gateway_of(keys: tuple[GatewayKeys, Wechatpay]) -> WechatpayGateway:
    return WechatpayGateway(keys[1], HeldClock(NOW))


def test_a_signed_notification_is_believed(keys: tuple[GatewayKeys, Wechatpay]) -> None:
    body = notification(keys[0])
    assert gateway_of(keys).notified(headers_of(keys[0], body), body) == PAID


@given(at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_notification_with_any_bit_flipped_is_refused_by_its_signature(
    keys: tuple[GatewayKeys, Wechatpay], at: float, bit: int
) -> None:
    body = notification(keys[0])
    headers = headers_of(keys[0], body)
    place = int(at * len(body))
    broken = body[:place] + bytes([body[place] ^ 1 << bit]) + body[place + 1 :]
    with pytest.raises(NotFromGateway, match="the signature does not fit"):
        gateway_of(keys).notified(headers, broken)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Wechatpay-Timestamp", str(int(NOW.timestamp()) + 1)),
        ("Wechatpay-Timestamp", "yesterday"),
        ("Wechatpay-Timestamp", "١٢٣"),
        ("Wechatpay-Nonce", "another"),
        ("Wechatpay-Serial", "PUB_KEY_ID_1"),
        ("Wechatpay-Signature", ""),
        ("Wechatpay-Signature", "WECHATPAY/SIGNTEST/c2lnbmF0dXJl"),
        ("Wechatpay-Signature", "不"),
    ],
)
def test_a_header_that_is_another_one_is_refused(
    keys: tuple[GatewayKeys, Wechatpay], header: str, value: str
) -> None:
    body = notification(keys[0])
    headers = headers_of(keys[0], body)
    headers[header] = value
    with pytest.raises(NotFromGateway):
        gateway_of(keys).notified(headers, body)


def test_nothing_but_a_body_is_refused(keys: tuple[GatewayKeys, Wechatpay]) -> None:
    with pytest.raises(NotFromGateway, match="not at all"):
        gateway_of(keys).notified({}, notification(keys[0]))


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_signature_or_one_from_the_future_is_refused(
    keys: tuple[GatewayKeys, Wechatpay], minutes: int
) -> None:
    body = notification(keys[0])
    with pytest.raises(NotFromGateway, match="too old"):
        gateway_of(keys).notified(headers_of(keys[0], body, NOW + timedelta(minutes=minutes)), body)


@pytest.mark.parametrize("other", [{"mchid": "1900000109"}, {"appid": "wx0000000000000000"}])
def test_a_notification_for_another_merchant_is_refused(
    keys: tuple[GatewayKeys, Wechatpay], other: dict[str, object]
) -> None:
    body = notification(keys[0], **other)
    with pytest.raises(NotFromGateway, match="another merchant"):
        gateway_of(keys).notified(headers_of(keys[0], body), body)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"id": 1}', b"\xff"])
def test_what_is_signed_but_no_notification_is_refused(
    keys: tuple[GatewayKeys, Wechatpay], body: bytes
) -> None:
    with pytest.raises(NotFromGateway, match="not a notification"):
        gateway_of(keys).notified(headers_of(keys[0], body), body)


@given(plain=st.binary(max_size=200), nonce=st.text("0123456789abcdef", min_size=12, max_size=12))
def test_what_is_sealed_opens_with_its_key_alone(plain: bytes, nonce: str) -> None:
    key, other = b"k" * 32, b"o" * 32
    ciphertext = sealed(key, plain, nonce, "transaction")
    assert opened(key, ciphertext, nonce, "transaction") == plain
    for wrong in ((other, ciphertext, nonce, "transaction"), (key, ciphertext, nonce, "refund")):
        with pytest.raises(BadSignature):
            opened(*wrong)


@given(body=st.binary(max_size=100), other=st.binary(max_size=100))
def test_a_request_is_good_for_what_was_signed_alone(
    keys: tuple[GatewayKeys, Wechatpay], body: bytes, other: bytes
) -> None:
    gateway, centre = keys
    request = Signed("POST", "/v3/pay?a=b", body)
    header = authorization(request, centre.merchant_id, centre.signer, NOW)

    def check(of: Signed, by: Verifier = gateway.merchant, at: datetime = NOW) -> None:
        check_authorization(of, header, centre.merchant_id, by, at)

    check(request)
    wrong = [Signed("GET", "/v3/pay?a=b", body), Signed("POST", "/v3/pay?a=c", body)]
    for one in wrong + ([Signed("POST", "/v3/pay?a=b", other)] if other != body else []):
        with pytest.raises(BadSignature):
            check(one)
    with pytest.raises(BadSignature):
        check(request, at=NOW + timedelta(minutes=6))
    with pytest.raises(BadSignature):
        check(request, by=Verifier(centre.platform.key, gateway.merchant.key_id))


# Over real HTTP, against the gateway's process.


def asked(gateway: RunningGateway, order: str, fen: int = 400_00) -> OrderAsked:
    now = clock_of(gateway.environment).now()
    return OrderAsked(
        order,
        "城乡居民基本医疗保险 2027年",
        Money(fen),
        now + timedelta(minutes=2),
        "http://127.0.0.1:9/nowhere",
    )


def new_order() -> str:
    return secrets.token_hex(10).upper()


def test_an_order_is_placed_queried_paid_and_then_cannot_be_closed(
    gateway: RunningGateway, phone: GatewayControl
) -> None:
    line, order = gateway.adapter(), new_order()
    assert line.query(order) == Trade(order, TradeState.ABSENT)
    code = line.place(asked(gateway, order))
    assert line.query(order).state is TradeState.UNPAID
    phone.arm(FaultKind.NO_NOTIFICATION)
    phone.pay(code_url=code)
    paid = line.query(order)
    assert (paid.state, paid.amount) == (TradeState.PAID, Money(400_00))
    assert paid.number is not None
    with pytest.raises(GatewayRefused, match="ORDERPAID"):
        line.close(order)


def test_an_order_is_placed_again_with_the_same_words_only(gateway: RunningGateway) -> None:
    line, order = gateway.adapter(), new_order()
    first = asked(gateway, order)
    assert line.place(first) == line.place(first)
    with pytest.raises(GatewayRefused, match="INVALID_REQUEST"):
        line.place(asked(gateway, order, fen=1))


def test_a_closed_order_can_be_closed_again_and_placed_no_more(gateway: RunningGateway) -> None:
    line, order = gateway.adapter(), new_order()
    first = asked(gateway, order)
    line.place(first)
    line.close(order)
    line.close(order)
    assert line.query(order).state is TradeState.CLOSED
    with pytest.raises(GatewayRefused, match="ORDER_CLOSED"):
        line.place(first)


@pytest.mark.parametrize("kind", [FaultKind.LOST_ANSWER, FaultKind.FLIPPED_BYTE, FaultKind.UNSIGNED])
@pytest.mark.parametrize("known", [True, False])
def test_an_answer_that_cannot_be_believed_says_nothing_not_even_that_it_is_absent(
    gateway: RunningGateway, phone: GatewayControl, kind: FaultKind, known: bool
) -> None:
    line, order = gateway.adapter(), new_order()
    if known:
        line.place(asked(gateway, order))
    phone.arm(kind, path=order)
    with pytest.raises(GatewayUnsure):
        line.query(order)


def test_a_gateway_that_is_slow_is_not_waited_for_beyond_the_limit(
    gateway: RunningGateway, phone: GatewayControl, tmp_path: Path
) -> None:
    config = tmp_path / "impatient"
    config.mkdir()
    for file in gateway.config.iterdir():
        (config / file.name).write_bytes(file.read_bytes())
    with (config / CONFIG_NAME).open("a", encoding="utf-8") as out:
        out.write("read_s = 0.2\n")
    line = WechatpayGateway(load_wechatpay(config), clock_of(gateway.environment))
    phone.arm(FaultKind.SLOW, seconds=1)
    with pytest.raises(GatewayUnsure, match="Timeout"):
        line.query("ORDER0001")


def test_who_signs_with_another_key_is_refused_by_the_gateway(
    gateway: RunningGateway, keys: tuple[GatewayKeys, Wechatpay]
) -> None:
    target = "/v3/pay/transactions/out-trade-no/ORDER0001?mchid=1900080010"
    now = clock_of(gateway.environment).now()
    header = authorization(Signed("GET", target, b""), "1900080010", keys[1].signer, now)
    url = f"http://127.0.0.1:{gateway.port}{target}"
    answer = requests.get(url, headers={"Authorization": header}, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (401, "SIGN_ERROR")


def test_a_gateway_killed_and_started_again_knows_its_trades_and_its_keys(tmp_path: Path) -> None:
    order, other = new_order(), new_order()
    with running_gateway(tmp_path) as first, first.control() as phone:
        line = first.adapter()
        line.place(asked(first, order))
        line.place(asked(first, other))
        line.close(other)
        phone.arm(FaultKind.NO_NOTIFICATION)
        phone.pay(order=order)
        first.process.send_signal(signal.SIGKILL)
        first.process.wait(10)
    with running_gateway(tmp_path, first.port, first.environment):
        assert line.query(order).state is TradeState.PAID
        assert line.query(other).state is TradeState.CLOSED


# The judge: it knows nothing of our signing, and was written against the real gateway.


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningGateway, WeChatPay]]:
    """A gateway by the machine's own clock, for the library reads no other; and the library."""
    with running_gateway(tmp_path_factory.mktemp("judged"), environment={"PATH": "/usr/bin:/bin"}) as running:
        merchant = load_wechatpay(running.config)
        judge = WeChatPay(
            wechatpay_type=WeChatPayType.NATIVE,
            mchid=merchant.merchant_id,
            private_key=(running.config / "merchant_private_key.pem").read_text(),
            cert_serial_no=merchant.signer.key_id,
            apiv3_key=merchant.api_v3_key.decode(),
            appid=merchant.app_id,
            notify_url="http://127.0.0.1:9/nowhere",
            timeout=(2, 5),
            public_key=(running.config / "platform_public_key.pem").read_text(),
            public_key_id=merchant.platform.key_id,
        )
        judge._core._gate_way = merchant.base_url
        yield running, judge


def test_the_judge_pays_queries_and_closes_at_our_gateway(
    judged: tuple[RunningGateway, WeChatPay],
) -> None:
    _, judge = judged
    expires = (SystemClock().now() + timedelta(minutes=2)).isoformat(timespec="seconds")
    amount = {"total": 1, "currency": "CNY"}
    status, answer = judge.pay(
        description="演示", out_trade_no="JUDGE0001", amount=amount, time_expire=expires
    )
    assert status == 200
    assert json.loads(answer)["code_url"].startswith("weixin://wxpay/bizpayurl?pr=")
    assert json.loads(judge.query(out_trade_no="JUDGE0001")[1])["trade_state"] == "NOTPAY"
    assert judge.close(out_trade_no="JUDGE0001")[0] == 204
    assert json.loads(judge.query(out_trade_no="JUDGE0001")[1])["trade_state"] == "CLOSED"
    status, answer = judge.query(out_trade_no="JUDGE0002")
    assert (status, json.loads(answer)["code"]) == (404, "ORDER_NOT_EXIST")


def test_the_judge_believes_our_notifications_and_no_tampered_one(
    judged: tuple[RunningGateway, WeChatPay],
) -> None:
    running, judge = judged
    keys = make_or_load(running.config.parent, load_wechatpay(running.config).base_url)
    body = notification(keys)
    headers = headers_of(keys, body)
    told = judge.callback(headers, body)
    assert told["event_type"] == "TRANSACTION.SUCCESS"
    assert told["resource"]["out_trade_no"] == "ORDER0001"
    assert judge.callback(headers, body.replace(b"TRANSACTION.SUCCESS", b"TRANSACTION.SUCCES5")) is None


# The merchant's directory.


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ("app_id", "appid", ["appid: unknown key; allowed: api_v3_key, app_id", "app_id: missing"]),
        ('"1900080010"', '"19"', ["merchant_id: ", "match pattern"]),
        ('"http://', '"ftp://', ["line 2, base_url: "]),
        ("platform_public_key.pem", "nothing.pem", ["nothing.pem: cannot be read: No such file"]),
        ("platform_public_key.pem", "api_v3_key.txt", ["api_v3_key.txt: is no public key in PEM"]),
        ("api_v3_key.txt", "wechatpay.toml", ["an API v3 key has 32 characters"]),
    ],
)
def test_a_faulty_directory_is_told_and_the_centre_does_not_start(
    tmp_path: Path, old: str, new: str, faults: list[str]
) -> None:
    make_or_load(tmp_path, "http://127.0.0.1:1")
    file = tmp_path / "centre" / CONFIG_NAME
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BadToml) as bad:
        load_wechatpay(tmp_path / "centre")
    for fault in faults:
        assert fault in str(bad.value)


def test_a_gateway_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    database = ("--database-url", f"sqlite:///{tmp_path / 'c.sqlite3'}")
    options = ("--port", "0", "--region", str(DEMO_REGION), "--gateway-config", str(tmp_path))
    ended = run_central("serve", *options, *database)
    assert ended.returncode == 2
    assert "wechatpay.toml: cannot be read" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_keys_are_their_owners_alone(tmp_path: Path) -> None:
    make_or_load(tmp_path / "keys", "http://127.0.0.1:1")
    for file in (tmp_path / "keys").rglob("*"):
        assert file.stat().st_mode & 0o077 == 0, file
