"""nexo messages → JSON, strictly as the protocol has them. `docs/facts/pin-pads.md` §3."""

from drivers.pin_pads.exact_json import Json, write_json
from drivers.pin_pads.nexo import (
    AbortRequest,
    Amount,
    DiagnosisRequest,
    DiagnosisResponse,
    Message,
    MessageCategory,
    MessageReference,
    PaymentRequest,
    PaymentResponse,
    RepeatedResponse,
    Reply,
    Request,
    Response,
    ReversalRequest,
    ReversalResponse,
    TransactionStatusRequest,
    TransactionStatusResponse,
)
from drivers.pin_pads.references import Reference, TransactionIdentification

_PROTOCOL_VERSION = "3.0"


def write_message(message: Message) -> bytes:
    """One message as UTF-8, without its length."""
    category, message_type = _kind(message.body)
    content: Json = {
        "MessageHeader": _header(category, message_type, message.reference, message.poi_id),
        f"{category.value}{message_type}": _body(message.body),
    }
    return write_json({f"SaleToPOI{message_type}": content}).encode()


def _kind(body: Request | Reply) -> tuple[MessageCategory, str]:
    match body:
        case PaymentRequest():
            return MessageCategory.PAYMENT, "Request"
        case PaymentResponse():
            return MessageCategory.PAYMENT, "Response"
        case ReversalRequest():
            return MessageCategory.REVERSAL, "Request"
        case ReversalResponse():
            return MessageCategory.REVERSAL, "Response"
        case AbortRequest():
            return MessageCategory.ABORT, "Request"
        case TransactionStatusRequest():
            return MessageCategory.TRANSACTION_STATUS, "Request"
        case TransactionStatusResponse():
            return MessageCategory.TRANSACTION_STATUS, "Response"
        case DiagnosisRequest():
            return MessageCategory.DIAGNOSIS, "Request"
        case DiagnosisResponse():
            return MessageCategory.DIAGNOSIS, "Response"


def _body(body: Request | Reply) -> dict[str, Json]:
    match body:
        case PaymentRequest():
            return _payment_request(body)
        case PaymentResponse():
            return _payment_response(body)
        case ReversalRequest(original, reason, amount):
            return {
                "OriginalPOITransaction": _transaction("POITransactionID", original),
                "ReversalReason": reason.value,
                **({} if amount is None else {"ReversedAmount": amount}),
            }
        case ReversalResponse():
            return _reversal_response(body)
        case AbortRequest(about, reason):
            return {"AbortReason": reason, "MessageReference": _message_reference(about)}
        case TransactionStatusRequest(about):
            return {"ReceiptReprintFlag": False, "MessageReference": _message_reference(about)}
        case TransactionStatusResponse(response, repeated):
            return {"Response": _response(response), **(_repeated(repeated) if repeated else {})}
        case DiagnosisRequest(hosts):
            return {"HostDiagnosisFlag": hosts}
        case DiagnosisResponse():
            return _diagnosis_response(body)


def _header(
    category: MessageCategory, message_type: str, reference: Reference, poi_id: str | None
) -> dict[str, Json]:
    return {
        "ProtocolVersion": _PROTOCOL_VERSION,
        "MessageClass": "Service",
        "MessageCategory": category.value,
        "MessageType": message_type,
        "ServiceID": reference.service_id,
        "SaleID": reference.sale_id,
        **({} if poi_id is None else {"POIID": poi_id}),
    }


def _message_reference(about: MessageReference) -> dict[str, Json]:
    return {
        "MessageCategory": about.category.value,
        "SaleID": about.reference.sale_id,
        "ServiceID": about.reference.service_id,
    }


def _response(response: Response) -> dict[str, Json]:
    return _present(
        Result=response.result.value,
        ErrorCondition=response.condition.value if response.condition else None,
        AdditionalResponse=response.additional,
    )


def _transaction(name: str, transaction: TransactionIdentification | None) -> dict[str, Json] | None:
    if transaction is None:
        return None
    members = _present(TransactionID=transaction.transaction_id, TimeStamp=transaction.timestamp or None)
    return {name: members}


def _payment_request(body: PaymentRequest) -> dict[str, Json]:
    return {
        "SaleData": _transaction("SaleTransactionID", body.sale_transaction),
        "PaymentTransaction": {
            "AmountsReq": {"Currency": body.amount.currency, "RequestedAmount": body.amount.units}
        },
    }


def _payment_response(body: PaymentResponse) -> dict[str, Json]:
    card = _present(
        MaskedPan=body.card.masked_pan,
        PaymentBrand=body.card.brand,
        EntryMode=list(body.card.entry_modes) or None,
    )
    result = _present(
        AmountsResp=_amounts(body.authorised) if body.authorised else None,
        PaymentAcquirerData=_transaction("AcquirerTransactionID", body.acquirer_transaction),
        PaymentInstrumentData={"PaymentInstrumentType": "Card", "CardData": card} if card else None,
    )
    return _present(
        Response=_response(body.response),
        SaleData=_transaction("SaleTransactionID", body.sale_transaction),
        POIData=_transaction("POITransactionID", body.poi_transaction),
        PaymentResult=result or None,
    )


def _amounts(authorised: Amount) -> dict[str, Json]:
    return {"Currency": authorised.currency, "AuthorizedAmount": authorised.units}


def _reversal_response(body: ReversalResponse) -> dict[str, Json]:
    return _present(
        Response=_response(body.response),
        POIData=_transaction("POITransactionID", body.poi_transaction),
        ReversedAmount=body.amount,
    )


def _repeated(repeated: RepeatedResponse) -> dict[str, Json]:
    category, message_type = _kind(repeated.body)
    about = MessageReference(category, repeated.reference)
    return {
        "MessageReference": _message_reference(about),
        "RepeatedMessageResponse": {
            "MessageHeader": _header(category, message_type, repeated.reference, None),
            "RepeatedResponseMessageBody": {f"{category.value}{message_type}": _body(repeated.body)},
        },
    }


def _diagnosis_response(body: DiagnosisResponse) -> dict[str, Json]:
    hosts: list[Json] = [
        _present(AcquirerID=host.acquirer_id, IsReachableFlag=host.reachable) for host in body.hosts
    ]
    return _present(
        Response=_response(body.response),
        POIStatus={"GlobalStatus": body.status.value} if body.status else None,
        HostStatus=hosts or None,
    )


def _present(**members: Json) -> dict[str, Json]:
    """The members that are there."""
    return {name: value for name, value in members.items() if value is not None}
