"""The pages of 验真, as the terminal makes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from gallery_cards import DESK

from central.seals.signers import new_key
from kiosk.clock import CHINA
from kiosk.contract.papers import PaperCheck, PaperType
from kiosk.contract.seals.algorithms import Algorithm
from kiosk.contract.seals.claims import PaperKind, SealClaims, SealIssuer
from kiosk.contract.seals.keys import SealKey
from kiosk.contract.seals.verdicts import (
    Altered,
    Checked,
    DemoKey,
    Expired,
    Revoked,
    UnknownKey,
    Unreadable,
    Valid,
    Verdict,
    WrongIssuer,
)
from kiosk.conversation.steps import Inform
from kiosk.domain.region import Issuer
from kiosk.services.verify_pages import (
    asked_too_often,
    books_closed,
    centre_needed,
    known_page,
    no_such_code,
    not_in_time,
    outdated,
    seal_page,
    void,
)

_ISSUED = datetime(2026, 11, 20, 9, 31, tzinfo=CHINA)
_CLAIMS = SealClaims(
    issuer=SealIssuer(DESK.region.code, Issuer.HRSS),
    kind=PaperKind.TRANSFER_CERTIFICATE,
    code="7KQM-2XRA-9PWE-HV4C-TB8N",
    issued_at=_ISSUED,
    expires=_ISSUED + timedelta(days=30),
    masked_name="欧阳*兰",
    last_four=bytes(8),
    content=bytes(32),
    demo=False,
)
_CHECK = PaperCheck(
    type=PaperType.RIGHTS_RECORD,
    issuers=tuple(DESK.region.issuers.values()),
    issued_at=_ISSUED,
    valid_until=_ISSUED + timedelta(days=30),
    sealed=True,
    masked_name="欧阳*兰",
)


_KEY = SealKey(
    kid=bytes(8),
    algorithm=Algorithm.EDDSA,
    issuer=_CLAIMS.issuer,
    kinds=frozenset(PaperKind),
    public_key=new_key(Algorithm.EDDSA).public_key,
    valid_from=_ISSUED - timedelta(days=300),
    valid_to=_ISSUED - timedelta(days=1),
    demo=False,
)
_OTHERS = SealIssuer("330100", Issuer.NHSA)


def _sealed(verdict: Verdict) -> Inform:
    return seal_page(DESK, Checked(verdict, None, _ISSUED))


def verify_pages() -> Iterator[tuple[str, Inform]]:
    yield "verify-valid", _sealed(Valid(_CLAIMS))
    yield "verify-list-unknown", seal_page(DESK, Checked(Valid(_CLAIMS), None, None))
    yield "verify-expired", _sealed(Expired(_CLAIMS, _CLAIMS.expires))
    yield "verify-revoked", _sealed(Revoked(_CLAIMS, _ISSUED))
    yield "verify-demo", _sealed(DemoKey(Valid(_CLAIMS)))
    yield "verify-altered", _sealed(Altered(_KEY))
    yield "verify-wrong-issuer", _sealed(WrongIssuer(replace(_CLAIMS, issuer=_OTHERS), _KEY))
    yield "verify-wrong-paper", _sealed(WrongIssuer(_CLAIMS, replace(_KEY, kinds=frozenset())))
    yield "verify-wrong-time", _sealed(WrongIssuer(_CLAIMS, _KEY))
    yield "verify-unknown", _sealed(UnknownKey(bytes(8)))
    yield "verify-unreadable", _sealed(Unreadable("it is no base45"))
    yield "verify-known", known_page(DESK, _CHECK)
    yield "verify-unsealed", known_page(DESK, _CHECK.model_copy(update={"sealed": False}))
    yield "verify-outdated", outdated(DESK)
    yield "verify-void", void(DESK)
    yield "verify-no-such-code", no_such_code(DESK, typed=True)
    yield "verify-not-issued-here", no_such_code(DESK, typed=False)
    yield "verify-centre-needed", centre_needed(DESK, scanner=True, typed=True)
    yield "verify-too-often", asked_too_often(DESK, typed=True)
    yield "verify-not-in-time", not_in_time(DESK)
    yield "verify-books-closed", books_closed(DESK)
