"""JSON → nexo messages: strict in what money depends on, lenient in the rest. `docs/facts/pin-pads.md` §3."""

import enum
import re
from collections.abc import Callable
from typing import TypeVar

from drivers.pin_pads.exact_json import BadJson, read_json
from drivers.pin_pads.fields import BadMessage, Fields
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
    Reply,
    Request,
    Response,
    Result,
    ReversalReason,
    ReversalRequest,
    ReversalResponse,
    TransactionStatusRequest,
    TransactionStatusResponse,
)
from drivers.pin_pads.references import BadReference, Reference, TransactionIdentification

_E = TypeVar("_E", bound=enum.Enum)

_ENVELOPES = {"SaleToPOIRequest": "Request", "SaleToPOIResponse": "Response"}
_SHOWN_FIRST, _SHOWN_LAST = 6, 4


def read_message(data: bytes) -> Message | Aside:
    """Read one message, a request or a response.

    Raises:
        BadMessage: it is none, or what it must carry is missing or wrong.
    """
    try:
        root = Fields(read_json(data), "message")
    except BadJson as error:
        raise BadMessage("message", str(error)) from error
    envelope = next((name for name in _ENVELOPES if root.has(name)), None)
    if envelope is None:
        raise BadMessage("message", "neither a request nor a response")
    content, message_type = root.object(envelope), _ENVELOPES[envelope]
    header = content.object("MessageHeader")
    category = header.text("MessageCategory")
    reader = _READERS.get(f"{category}{message_type}")
    if reader is None or header.text("MessageType") != message_type:
        return Aside(category)
    body = reader(content.object(f"{category}{message_type}"))
    return Message(_reference(header), header.text("POIID"), body)


def masked(pan: str) -> str:
    """A card number with at most its six first and four last characters shown; what is masked stays so."""
    if sum(character.isdigit() for character in pan) <= _SHOWN_FIRST + _SHOWN_LAST:
        return pan
    hidden = re.sub(r"\d", "*", pan[_SHOWN_FIRST:-_SHOWN_LAST])
    return pan[:_SHOWN_FIRST] + hidden + pan[-_SHOWN_LAST:]


def _member(kind: type[_E], fields: Fields, name: str) -> _E:
    """A member of an enumeration. Raises BadMessage."""
    found = _known(kind, fields.text(name))
    if found is None:
        raise fields.bad(name, f"no {kind.__name__}")
    return found


def _known(kind: type[_E], text: str | None) -> _E | None:
    return next((member for member in kind if member.value == text), None)


def _reference(fields: Fields) -> Reference:
    try:
        return Reference(fields.text("SaleID"), fields.text("ServiceID"))
    except BadReference as error:
        raise BadMessage(fields.path, str(error)) from error


def _message_reference(fields: Fields) -> MessageReference:
    inner = fields.object("MessageReference")
    return MessageReference(_member(MessageCategory, inner, "MessageCategory"), _reference(inner))


def _response(fields: Fields) -> Response:
    inner = fields.object("Response")
    return Response(
        _member(Result, inner, "Result"),
        _known(ErrorCondition, inner.hint("ErrorCondition")),
        inner.hint("AdditionalResponse"),
    )


def _transaction(fields: Fields, name: str) -> TransactionIdentification:
    inner = fields.object(name)
    return TransactionIdentification(inner.text("TransactionID"), inner.hint("TimeStamp") or "")


def _optional_transaction(fields: Fields | None, name: str) -> TransactionIdentification | None:
    return _transaction(fields, name) if fields and fields.has(name) else None


def _amount(fields: Fields, name: str) -> Amount:
    return Amount(fields.text("Currency"), fields.major_units(name))


def _payment_request(fields: Fields) -> PaymentRequest:
    sale = fields.object("SaleData")
    amounts = fields.object("PaymentTransaction").object("AmountsReq")
    return PaymentRequest(_transaction(sale, "SaleTransactionID"), _amount(amounts, "RequestedAmount"))


def _payment_response(fields: Fields) -> PaymentResponse:
    result = fields.optional_object("PaymentResult")
    amounts = result.optional_object("AmountsResp") if result else None
    acquirer = result.optional_object("PaymentAcquirerData") if result else None
    return PaymentResponse(
        _response(fields),
        _optional_transaction(fields.optional_object("SaleData"), "SaleTransactionID"),
        _optional_transaction(fields.optional_object("POIData"), "POITransactionID"),
        _amount(amounts, "AuthorizedAmount") if amounts else None,
        _card(result) if result else Card(),
        _optional_transaction(acquirer, "AcquirerTransactionID"),
    )


def _card(result: Fields) -> Card:
    instrument = result.optional_object("PaymentInstrumentData")
    card = instrument.optional_object("CardData") if instrument else None
    if card is None:
        return Card()
    pan = card.hint("MaskedPan")
    return Card(masked(pan) if pan else None, card.hint("PaymentBrand"), card.hints("EntryMode"))


def _reversal_request(fields: Fields) -> ReversalRequest:
    return ReversalRequest(
        _transaction(fields.object("OriginalPOITransaction"), "POITransactionID"),
        _member(ReversalReason, fields, "ReversalReason"),
        fields.major_units("ReversedAmount") if fields.has("ReversedAmount") else None,
    )


def _reversal_response(fields: Fields) -> ReversalResponse:
    return ReversalResponse(
        _response(fields),
        _optional_transaction(fields.optional_object("POIData"), "POITransactionID"),
        fields.major_units("ReversedAmount") if fields.has("ReversedAmount") else None,
    )


def _abort_request(fields: Fields) -> AbortRequest:
    return AbortRequest(_message_reference(fields), fields.text("AbortReason"))


def _status_request(fields: Fields) -> TransactionStatusRequest:
    return TransactionStatusRequest(_message_reference(fields))


def _status_response(fields: Fields) -> TransactionStatusResponse:
    repeated = fields.optional_object("RepeatedMessageResponse")
    return TransactionStatusResponse(_response(fields), _repeated(repeated) if repeated else None)


def _repeated(fields: Fields) -> RepeatedResponse:
    body = fields.object("RepeatedResponseMessageBody")
    reference = _reference(fields.object("MessageHeader"))
    if body.has("ReversalResponse"):
        return RepeatedResponse(reference, _reversal_response(body.object("ReversalResponse")))
    return RepeatedResponse(reference, _payment_response(body.object("PaymentResponse")))


def _diagnosis_request(fields: Fields) -> DiagnosisRequest:
    return DiagnosisRequest(bool(fields.flag("HostDiagnosisFlag")))


def _diagnosis_response(fields: Fields) -> DiagnosisResponse:
    status = fields.optional_object("POIStatus")
    return DiagnosisResponse(
        _response(fields),
        _known(GlobalStatus, status.hint("GlobalStatus")) if status else None,
        tuple(
            HostStatus(host.hint("AcquirerID"), host.flag("IsReachableFlag"))
            for host in fields.objects("HostStatus")
        ),
    )


_READERS: dict[str, Callable[[Fields], Request | Reply]] = {
    "AbortRequest": _abort_request,
    "DiagnosisRequest": _diagnosis_request,
    "DiagnosisResponse": _diagnosis_response,
    "PaymentRequest": _payment_request,
    "PaymentResponse": _payment_response,
    "ReversalRequest": _reversal_request,
    "ReversalResponse": _reversal_response,
    "TransactionStatusRequest": _status_request,
    "TransactionStatusResponse": _status_response,
}
