"""nexo on the wire: exact, strict when sent, lenient when read, and never anything but BadMessage."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pad_bench import SALE_ID

from drivers.pin_pads.exact_json import BadJson, read_json, write_json
from drivers.pin_pads.fields import BadMessage
from drivers.pin_pads.nexo import (
    AbortRequest,
    Amount,
    Aside,
    Card,
    DiagnosisRequest,
    DiagnosisResponse,
    ErrorCondition,
    GlobalStatus,
    HostStatus,
    Message,
    MessageCategory,
    MessageReference,
    PaymentRequest,
    PaymentResponse,
    RepeatedResponse,
    Response,
    Result,
    ReversalReason,
    ReversalRequest,
    ReversalResponse,
    TransactionStatusRequest,
    TransactionStatusResponse,
)
from drivers.pin_pads.outcomes import (
    Charged,
    NotCharged,
    NotFound,
    Unknown,
    charge_outcome,
    charge_status,
)
from drivers.pin_pads.reading import masked, read_message
from drivers.pin_pads.references import Charge, Reference, TransactionIdentification, major_units
from drivers.pin_pads.writing import write_message

VISIBLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)
SUMS = st.decimals(0, 10**9, places=2)
REFERENCES = st.builds(
    Reference, st.text(VISIBLE, min_size=1, max_size=20), st.text(VISIBLE, min_size=1, max_size=10)
)
TRANSACTIONS = st.builds(TransactionIdentification, WORDS, st.one_of(st.just(""), WORDS))
RESPONSES = st.builds(
    Response, st.sampled_from(Result), st.none() | st.sampled_from(ErrorCondition), st.none() | WORDS
)
AMOUNTS = st.builds(Amount, st.sampled_from(["CNY", "USD"]), SUMS)
CARDS = st.builds(
    Card,
    st.sampled_from([None, "621700******0015", "6217001234560015"]).map(lambda pan: pan and masked(pan)),
    st.none() | WORDS,
    st.lists(WORDS, max_size=2).map(tuple),
)
ABOUT = st.builds(MessageReference, st.sampled_from(MessageCategory), REFERENCES)
PAYMENT_RESPONSES = st.builds(
    PaymentResponse,
    RESPONSES,
    st.none() | TRANSACTIONS,
    st.none() | TRANSACTIONS,
    st.none() | AMOUNTS,
    CARDS,
    st.none() | TRANSACTIONS,
)
REVERSAL_RESPONSES = st.builds(ReversalResponse, RESPONSES, st.none() | TRANSACTIONS, st.none() | SUMS)
BODIES = st.one_of(
    st.builds(PaymentRequest, TRANSACTIONS, AMOUNTS),
    PAYMENT_RESPONSES,
    st.builds(ReversalRequest, TRANSACTIONS, st.sampled_from(ReversalReason), st.none() | SUMS),
    REVERSAL_RESPONSES,
    st.builds(AbortRequest, ABOUT, WORDS),
    st.builds(TransactionStatusRequest, ABOUT),
    st.builds(
        TransactionStatusResponse,
        RESPONSES,
        st.none() | st.builds(RepeatedResponse, REFERENCES, PAYMENT_RESPONSES | REVERSAL_RESPONSES),
    ),
    st.builds(DiagnosisRequest, st.booleans()),
    st.builds(
        DiagnosisResponse,
        RESPONSES,
        st.none() | st.sampled_from(GlobalStatus),
        st.lists(st.builds(HostStatus, st.none() | WORDS, st.none() | st.booleans()), max_size=2).map(tuple),
    ),
)
MESSAGES = st.builds(Message, REFERENCES, WORDS, BODIES)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)

CHARGE = Charge(Reference(SALE_ID, "0000000001"), "T-1", 40_000, datetime(2026, 11, 20, 9, 30, tzinfo=UTC))
PAYMENT_ANSWER: dict[str, Any] = {
    "SaleToPOIResponse": {
        "MessageHeader": {
            "ProtocolVersion": "3.0",
            "MessageClass": "Service",
            "MessageCategory": "Payment",
            "MessageType": "Response",
            "ServiceID": "0000000001",
            "SaleID": SALE_ID,
            "POIID": "PAD-1",
        },
        "PaymentResponse": {
            "Response": {"Result": "Success", "AdditionalResponse": "tid=47"},
            "SaleData": {"SaleTransactionID": {"TransactionID": "T-1", "TimeStamp": "2026-11-20T09:30:00Z"}},
            "POIData": {"POITransactionID": {"TransactionID": "P1", "TimeStamp": "2026-11-20T09:30:09Z"}},
            "PaymentReceipt": [{"DocumentQualifier": "CashierReceipt", "RequiredSignatureFlag": "false"}],
            "PaymentResult": {
                "OnlineFlag": "true",
                "AmountsResp": {"Currency": "CNY", "AuthorizedAmount": 400},
                "PaymentAcquirerData": {
                    "AcquirerPOIID": "PAD-1",
                    "AcquirerTransactionID": {"TransactionID": "AC-77"},
                    "MerchantID": "M",
                },
                "PaymentInstrumentData": {
                    "CardData": {"MaskedPan": "621700 **** 0015", "PaymentBrand": "cup", "EntryMode": ["ICC"]}
                },
            },
        },
    }
}


def read(content: object) -> Message:
    message = read_message(json.dumps(content).encode())
    assert isinstance(message, Message)
    return message


def changed(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """The answer above, changed in its PaymentResponse."""
    content = json.loads(json.dumps(PAYMENT_ANSWER))
    change(content["SaleToPOIResponse"]["PaymentResponse"])
    return content  # type: ignore[no-any-return]


def test_a_payment_request_is_written_as_the_protocol_has_it() -> None:
    request = PaymentRequest(
        TransactionIdentification("T-1", "2026-11-20T09:30:00+08:00"), Amount.cny(40_000)
    )
    written = write_message(Message(Reference("TERMINAL-7", "0000000001"), "PAD-1", request))

    assert written.decode() == (
        '{"SaleToPOIRequest":{"MessageHeader":{"ProtocolVersion":"3.0","MessageClass":"Service",'
        '"MessageCategory":"Payment","MessageType":"Request","ServiceID":"0000000001","SaleID":"TERMINAL-7",'
        '"POIID":"PAD-1"},"PaymentRequest":{"SaleData":{"SaleTransactionID":{"TransactionID":"T-1",'
        '"TimeStamp":"2026-11-20T09:30:00+08:00"}},"PaymentTransaction":{"AmountsReq":{"Currency":"CNY",'
        '"RequestedAmount":400.00}}}}}'
    )


def test_abort_status_and_reversal_are_written_as_the_protocol_has_them() -> None:
    about = MessageReference(MessageCategory.PAYMENT, Reference("S", "1"))
    reference = {"MessageCategory": "Payment", "SaleID": "S", "ServiceID": "1"}
    original = TransactionIdentification("P1", "2026-11-20T09:30:09Z")
    expected = {
        AbortRequest(about, "why"): {"AbortReason": "why", "MessageReference": reference},
        TransactionStatusRequest(about): {"ReceiptReprintFlag": False, "MessageReference": reference},
        DiagnosisRequest(hosts=True): {"HostDiagnosisFlag": True},
        ReversalRequest(original, ReversalReason.MERCHANT, Decimal("1.50")): {
            "OriginalPOITransaction": {
                "POITransactionID": {"TransactionID": "P1", "TimeStamp": "2026-11-20T09:30:09Z"}
            },
            "ReversalReason": "MerchantCancel",
            "ReversedAmount": 1.5,
        },
    }
    for body, content in expected.items():
        written = json.loads(write_message(Message(Reference("S", "2"), "PAD-1", body)))["SaleToPOIRequest"]
        category = written["MessageHeader"]["MessageCategory"]
        assert written[f"{category}Request"] == content


def test_an_answer_as_pads_give_it_is_a_charge() -> None:
    message = read(PAYMENT_ANSWER)
    assert isinstance(message.body, PaymentResponse)
    assert charge_outcome(CHARGE, message.body) == Charged(
        TransactionIdentification("P1", "2026-11-20T09:30:09Z"),
        40_000,
        Card("621700 **** 0015", "cup", ("ICC",)),
        "AC-77",
    )


@pytest.mark.parametrize("sum_", [400, 400.0, "400.00", "4E+2"])
def test_a_sum_may_be_a_number_or_a_text(sum_: object) -> None:
    body = read(changed(lambda r: r["PaymentResult"]["AmountsResp"].update(AuthorizedAmount=sum_))).body
    assert isinstance(body, PaymentResponse)
    assert isinstance(charge_outcome(CHARGE, body), Charged)


@pytest.mark.parametrize("sum_", [True, None, "much", "NaN", "1e99", -400, 400.0000001, [400], {"x": 1}])
def test_what_is_no_sum_is_no_charge(sum_: object) -> None:
    with pytest.raises(BadMessage):
        read(changed(lambda r: r["PaymentResult"]["AmountsResp"].update(AuthorizedAmount=sum_)))


@pytest.mark.parametrize("missing", ["SaleData", "PaymentReceipt"])
def test_a_charge_does_not_depend_on_what_only_decorates_it(missing: str) -> None:
    body = read(changed(lambda r: r.pop(missing))).body
    assert isinstance(body, PaymentResponse)
    assert isinstance(charge_outcome(CHARGE, body), Charged)

    def spoil(response: dict[str, Any]) -> None:
        response["PaymentResult"]["PaymentInstrumentData"]["CardData"] = {"MaskedPan": 7, "EntryMode": "ICC"}

    body = read(changed(spoil)).body
    assert isinstance(body, PaymentResponse)
    assert body.card == Card(None, None, ("ICC",))


@pytest.mark.parametrize("missing", ["POIData", "PaymentResult"])
def test_a_success_without_a_sum_or_a_transaction_is_unknown(missing: str) -> None:
    body = read(changed(lambda r: r.pop(missing))).body
    assert isinstance(body, PaymentResponse)
    assert isinstance(charge_outcome(CHARGE, body), Unknown)


def test_a_condition_that_the_protocol_does_not_have_is_still_a_failure() -> None:
    body = read(changed(lambda r: r.update(Response={"Result": "Failure", "ErrorCondition": "Tired"}))).body
    assert isinstance(body, PaymentResponse)
    assert isinstance(charge_outcome(CHARGE, replace_sum(body)), NotCharged)


def replace_sum(body: PaymentResponse) -> PaymentResponse:
    return PaymentResponse(body.response, body.sale_transaction, body.poi_transaction)


@pytest.mark.parametrize("condition", ErrorCondition)
def test_every_condition_is_an_outcome(condition: ErrorCondition) -> None:
    outcome = charge_outcome(CHARGE, PaymentResponse(Response(Result.FAILURE, condition)))
    assert isinstance(outcome, Unknown if condition is ErrorCondition.IN_PROGRESS else NotCharged)
    status = charge_status(CHARGE, TransactionStatusResponse(Response(Result.FAILURE, condition)))
    assert isinstance(status, NotFound if condition is ErrorCondition.NOT_FOUND else Unknown)


@pytest.mark.parametrize(
    ("text", "flag"), [("true", True), ("False", False), (True, True), ("perhaps", None)]
)
def test_booleans_may_be_texts(text: object, flag: bool | None) -> None:
    content = {
        "SaleToPOIResponse": {
            "MessageHeader": {
                "MessageCategory": "Diagnosis",
                "MessageType": "Response",
                "SaleID": "S",
                "ServiceID": "1",
                "POIID": "P",
            },
            "DiagnosisResponse": {
                "Response": {"Result": "Success"},
                "POIStatus": {"GlobalStatus": "OK"},
                "HostStatus": [{"AcquirerID": "A", "IsReachableFlag": text}],
            },
        }
    }
    body = read(content).body
    assert body == DiagnosisResponse(Response(Result.SUCCESS), GlobalStatus.OK, (HostStatus("A", flag),))


def test_a_message_of_another_service_is_an_aside() -> None:
    event = {
        "SaleToPOIRequest": {"MessageHeader": {"MessageCategory": "Event", "MessageType": "Notification"}}
    }
    assert read_message(json.dumps(event).encode()) == Aside("Event")


@given(MESSAGES)
def test_what_is_written_is_read_back(message: Message) -> None:
    assert read_message(write_message(message)) == message


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_garbage_is_a_bad_message(data: bytes) -> None:
    with pytest.raises(BadMessage):
        read_message(data)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b"1" * 5_000,
        b'{"SaleToPOIResponse":1e99999999999999999999}',
        b'{"SaleToPOIResponse":NaN}',
        b'{"SaleToPOIResponse":{},"SaleToPOIResponse":{}}',
        b'{"SaleToPOIResponse":"\\ud800"}',
    ],
    ids=["arrays", "objects", "digits", "exponent", "NaN", "twice", "surrogate"],
)
def test_hostile_json_is_a_bad_message(data: bytes) -> None:
    with pytest.raises(BadMessage):
        read_message(data)


@given(st.data())
def test_a_message_with_any_member_replaced_is_read_or_is_bad(data: st.DataObject) -> None:
    content = json.loads(write_message(data.draw(MESSAGES)))
    place: Any = content
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not (isinstance(place[key], dict | list) and place[key]) or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(JSON_VALUES)
    try:
        message = read_message(json.dumps(content).encode())
    except BadMessage:
        return
    if isinstance(message, Message):
        write_message(message)


@given(st.integers(0, 10_000), st.integers(1, 255), st.booleans())
def test_one_wrong_byte_never_turns_a_charge_into_none_nor_none_into_one(
    at: int, mask: int, charged: bool
) -> None:
    result = Result.SUCCESS if charged else Result.FAILURE
    body = PaymentResponse(
        Response(result, None if charged else ErrorCondition.REFUSAL),
        TransactionIdentification("T-1", "2026-11-20T09:30:00Z"),
        TransactionIdentification("P1", "2026-11-20T09:30:09Z"),
        Amount.cny(40_000) if charged else None,
    )
    raw = bytearray(write_message(Message(CHARGE.reference, "PAD-1", body)))
    raw[at % len(raw)] ^= mask
    try:
        message = read_message(bytes(raw))
    except BadMessage:
        return
    if isinstance(message, Message) and isinstance(message.body, PaymentResponse):
        outcome = charge_outcome(CHARGE, message.body)
        assert not isinstance(outcome, NotCharged if charged else Charged)


@given(st.integers(1, 10**12 - 1))
def test_money_is_exact(minor: int) -> None:
    assert Amount.cny(minor).minor == minor
    assert str(major_units(minor)) == f"{minor // 100}.{minor % 100:02}"
    assert read_json(write_json(major_units(minor)).encode()) == Decimal(minor) / 100


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15))
def test_numbers_come_back_exactly(number: Decimal) -> None:
    assert read_json(write_json({"n": [number, "号", True, None, 7]}).encode()) == {
        "n": [number, "号", True, None, 7]
    }


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
def test_no_number_is_not_written(number: str) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        write_json(Decimal(number))
    with pytest.raises(BadJson):
        read_json(number.encode())


@given(st.text("0123456789 *-", max_size=24))
def test_of_a_card_number_no_more_than_ten_digits_are_kept(pan: str) -> None:
    shown = masked(pan)
    assert sum(character.isdigit() for character in shown) <= 10
    assert len(shown) == len(pan)


def test_a_whole_card_number_is_masked() -> None:
    assert masked("6217001234560015") == "621700******0015"
    assert masked("621700******0015") == "621700******0015"
