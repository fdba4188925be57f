"""Errors as `application/problem+json` (RFC 9457): the types that the contract names."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

PROBLEM_JSON = "application/problem+json"


class ProblemType(StrEnum):
    """The `type` of a problem; relative references, resolved against the API's base."""

    IDENTITY_CONFLICT = "/problems/identity-conflict"
    """身份冲突: card and record disagree, or two people stand behind one number. Shows nothing of either."""
    NOT_FOUND = "/problems/not-found"
    """查无此人: no record for this card."""
    CARD_REVOKED = "/problems/card-revoked"
    """卡已挂失或注销"""
    EVIDENCE_INSUFFICIENT = "/problems/evidence-insufficient"
    """The proof given is too weak for what was asked; `sufficient` lists what would do."""
    SESSION_OVER = "/problems/session-over"
    """The session token is unknown, idle too long, or bound to another device key."""
    DEVICE_UNKNOWN = "/problems/device-unknown"
    """The device token is missing, stale, or signed by no enrolled key."""
    NO_SUCH_PAPER = "/problems/no-such-paper"
    PAPER_EXPIRED = "/problems/paper-expired"
    """The paper was genuine; the time in which its code can be checked is over."""
    PAPER_REVOKED = "/problems/paper-revoked"
    """The paper was taken back, and the time in which its code can be checked is over too."""
    LAST_FOUR_WRONG = "/problems/last-four-wrong"
    """The four characters given are not the last of the owner's number."""
    NO_SUCH_BILL = "/problems/no-such-bill"
    NOT_DUE = "/problems/not-due"
    """The bill was paid, or its window is not open."""
    BILL_BUSY = "/problems/bill-busy"
    """Another payment of the bill is not yet known to have been made or not."""
    NO_SUCH_ORDER = "/problems/no-such-order"
    KEY_REUSED = "/problems/key-reused"
    """The key is known with another payload. Nothing was done."""
    NO_GATEWAY = "/problems/no-gateway"
    """This centre takes no payments by QR code through that channel."""
    NOTIFICATION_REFUSED = "/problems/notification-refused"
    """The signature, the age or the content of a gateway's notification is wrong."""
    TOO_MANY_REQUESTS = "/problems/too-many-requests"
    INVALID_REQUEST = "/problems/invalid-request"
    INTERNAL = "/problems/internal"


class Problem(BaseModel):
    """The body of an error. Unknown members and unknown types are allowed, as RFC 9457 asks of clients."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: str
    title: str
    status: int
    detail: str | None = None
    sufficient: tuple[str, ...] = ()
    """With `evidence-insufficient`: the evidence that would be enough."""
