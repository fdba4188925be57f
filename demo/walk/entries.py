"""What is typed and scanned on a walk: papers of every worth, and what no paper has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from demo.walk.centre import PUBLIC_URL, Sealing, StandingClock, WalkCentre
from demo.walk.terminal import Circumstances, WalkTerminal
from kiosk.central_client import IssuedPaper
from kiosk.clock import CHINA
from kiosk.contract.papers import PaperRequest, PaperType
from kiosk.contract.seals.claims import PaperKind, SealClaims, SealIssuer
from kiosk.contract.seals.keys import key_id_of
from kiosk.contract.seals.sealed import sign
from kiosk.conversation.steps import Enter, Scanned, Typed
from kiosk.domain.region import Issuer
from kiosk.records import Visitor

NOBODYS_CODE: Final = "2222-3333-4444-5555-6666"
_URL: Final = f"{PUBLIC_URL}/P/".upper()
_BEFORE_ALL_KEYS: Final = datetime(1999, 12, 1, tzinfo=CHINA)


@dataclass(frozen=True, slots=True)
class EntryToMake:
    """One entry; `name` tells it from the others."""

    name: str
    given: Typed | Scanned = field(repr=False)


class NoEntry(Exception):
    """Nothing is known that this step would take: `demo.walk.entries` needs an entry for its service."""

    def __init__(self, service: str, step: Enter) -> None:
        super().__init__(
            f"nothing is known that {service!r} takes at {step.key!r}; add it to demo.walk.entries"
        )


class Entries:
    """What can be entered, by service."""

    def __init__(self, by_service: Mapping[str, tuple[EntryToMake, ...]]) -> None:
        self._by_service = by_service

    def of(self, service: str, step: Enter) -> tuple[EntryToMake, ...]:
        """What this step takes. Raises `NoEntry`."""
        known = (*self._by_service.get(service, ()), *_of_one_sign(step))
        taken = tuple(one for one in known if _takes(step, one.given))
        if not taken:
            raise NoEntry(service, step)
        return taken


def _takes(step: Enter, given: Typed | Scanned) -> bool:
    return step.scans if isinstance(given, Scanned) else step.takes(given.text)


def _of_one_sign(step: Enter) -> Iterator[EntryToMake]:
    """The plainest that fits: for steps of which nothing else is known, mostly wrong and still taken."""
    yield from (EntryToMake(f"all-{sign}", Typed(sign * step.form.length)) for sign in step.form.signs[:1])


def entries_of(terminal: WalkTerminal, centre: WalkCentre, visitor: Visitor, clock: StandingClock) -> Entries:
    """Papers that were issued to `visitor`, and what somebody might make of them."""
    papers = {sealing: _issue(terminal, visitor, sealing) for sealing in (*Sealing,)}
    void = _issue(terminal, visitor, Sealing.GENUINE)
    centre.books.revoke(void.answer.code)
    codes = {
        "demo": papers[Sealing.DEMO].answer.code,
        "genuine": papers[Sealing.GENUINE].answer.code,
        "unsealed": papers[Sealing.NONE].answer.code,
        "void": void.answer.code,
        "nobodys": NOBODYS_CODE,
    }
    seals = {
        "genuine": papers[Sealing.GENUINE].answer.seals[0].text,
        "demo": papers[Sealing.DEMO].answer.seals[0].text,
        "void": void.answer.seals[0].text,
        "strange": papers[Sealing.STRANGE].answer.seals[0].text,
        **_made_up(centre, clock.now()),
    }
    verify = (
        *(EntryToMake(f"type-{name}", Typed(code.replace("-", ""))) for name, code in codes.items()),
        *(EntryToMake(f"scan-url-{name}", Scanned(f"{_URL}{code}")) for name, code in codes.items()),
        *(EntryToMake(f"scan-seal-{name}", Scanned(text)) for name, text in seals.items()),
        EntryToMake("scan-something-else", Scanned("https://example.org/menu")),
        EntryToMake("scan-a-part", Scanned("BM1:ABC")),
    )
    return Entries({"verify": verify})


def _issue(terminal: WalkTerminal, visitor: Visitor, sealing: Sealing) -> IssuedPaper:
    terminal.set(Circumstances(sealing=sealing))
    if visitor.token is None:
        raise ValueError("papers are issued to a visitor whom the centre knows")
    years = (terminal.now().year, terminal.now().year - 1)
    request = PaperRequest(type=PaperType.RIGHTS_RECORD, years=years, whole_number=False)
    return terminal.client.issue_paper(visitor.token, request)


def _made_up(centre: WalkCentre, now: datetime) -> Mapping[str, str]:
    """Seals by the region's own keys that no centre would make."""
    keys = {key.public.issuer.bureau: key for key in centre.genuine_keys}
    hrss, nhsa = keys[Issuer.HRSS], keys[Issuer.NHSA]
    plain = SealClaims(
        issuer=hrss.public.issuer,
        kind=PaperKind.RIGHTS_RECORD,
        code=NOBODYS_CODE,
        issued_at=now - timedelta(days=2),
        expires=now + timedelta(days=28),
        masked_name="刘*兰",
        last_four=bytes(8),
        content=bytes(32),
        demo=False,
    )
    past = replace(plain, issued_at=now - timedelta(days=40), expires=now - timedelta(days=10))
    elsewhere = replace(plain, issuer=SealIssuer("330100", Issuer.HRSS))
    early = replace(plain, issued_at=_BEFORE_ALL_KEYS)
    slip = replace(plain, issuer=nhsa.public.issuer, kind=PaperKind.CASE_SLIP)
    hrss_id, nhsa_id = (key_id_of(key.signer.public_key) for key in (hrss, nhsa))
    return {
        "expired": sign(past, hrss.signer, hrss_id),
        "altered": sign(plain, nhsa.signer, hrss_id),
        "of-another-bureau": sign(plain, nhsa.signer, nhsa_id),
        "of-elsewhere": sign(elsewhere, hrss.signer, hrss_id),
        "of-another-kind": sign(slip, nhsa.signer, nhsa_id),
        "before-its-key": sign(early, hrss.signer, hrss_id),
    }
