"""What is known of a resident: from the centre, or from the last snapshot when the centre is away.

A snapshot is kept of exactly what a resident looked at, no more; it lies under what his own card gives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

import structlog
from pydantic import SecretStr, ValidationError

from kiosk.central_client import CentralClient
from kiosk.centre_line import CentreAway, CentreFaulty, CentreRefused
from kiosk.clock import Clock
from kiosk.contract.bills import BillsAnswer
from kiosk.contract.ledger import (
    ChangesAnswer,
    ContributionsAnswer,
    ContributionWire,
    OverviewAnswer,
    StandingWire,
)
from kiosk.contract.papers import PaperAnswer, PaperRequest, PaperType, RightsRecordContent
from kiosk.contract.past_payments import PaymentsAnswer
from kiosk.contract.payees import PayeeRequest
from kiosk.contract.problems import ProblemType
from kiosk.contract.residents import CardSaid, IdentifyRequest, ResidentAnswer
from kiosk.contract.wire import WireModel
from kiosk.domain.assurance import Evidence
from kiosk.domain.bills import Bill
from kiosk.domain.citizen_number import CitizenNumber, NotACitizenNumber, Sex, tidied
from kiosk.domain.ledger import Ledger
from kiosk.domain.past_payments import PastPayment
from kiosk.domain.resident import Resident
from kiosk.seal_books import IssuedPapers

T = TypeVar("T")
M = TypeVar("M", bound=WireModel)

SNAPSHOTS = ("resident", "overview", "contributions", "changes", "bills", "payments")
"""Every name that a snapshot is kept by."""
REFUSALS_OF_IDENTITY = frozenset(
    {ProblemType.IDENTITY_CONFLICT, ProblemType.NOT_FOUND, ProblemType.CARD_REVOKED}
)


@dataclass(frozen=True, slots=True)
class CardIdentity:
    """What the card gave of its owner; a card may give its id, the number, or both."""

    evidence: Evidence
    card_id: str | None = field(repr=False)
    """卡识别码 in hex"""
    card_number: str | None = field(repr=False)
    citizen_number: str | None = field(repr=False)
    name: str | None = field(repr=False)
    """In Chinese; in Latin letters where the card has no other."""
    fingerprint: str | None = field(default=None, repr=False)
    """Over the text in an ID card's chip, which is printed on it: the number alone does not give it, a
    photocopy of both sides does."""
    latin_name: str | None = field(default=None, repr=False)
    """英文姓名 beside a Chinese name, of a foreign resident"""
    sex_on_card: Sex | None = field(default=None, repr=False)
    """None where the card does not say, or was not asked."""

    @property
    def number(self) -> CitizenNumber | None:
        """None where the card did not give one, or gave what is none."""
        if self.citizen_number is None:
            return None
        try:
            return CitizenNumber.parse(self.citizen_number)
        except NotACitizenNumber:
            return None

    @property
    def sex(self) -> Sex | None:
        """As the number tells; where it tells nothing (a foreign resident's of 2017), as the card does."""
        told = None if self.number is None else self.number.sex
        return told or self.sex_on_card

    @property
    def subjects(self) -> tuple[bytes, ...]:
        """What a snapshot of the owner lies under: the card's id, which nobody guesses, or an ID card's
        fingerprint; the number only where the card gives nothing else (docs/facts/offline.md, on what
        guessing a subject costs)."""
        given = (("card", self.card_id), ("id card", self.fingerprint), ("number", self.citizen_number))
        return tuple(f"{what}:{value}".encode() for what, value in given if value is not None)[:1]


@dataclass(frozen=True, slots=True)
class Visitor:
    """The session's owner: his card, and what the centre makes of it."""

    card: CardIdentity
    resident: Resident
    token: SecretStr | None
    """The centre's session; None while the centre is away."""


@dataclass(frozen=True, slots=True)
class IdentityRefused:
    """The centre knows better than to let this card in."""

    problem: ProblemType


@dataclass(frozen=True, slots=True)
class UnknownHere:
    """The centre is away, and this terminal keeps nothing under this card."""

    away: bool
    """True: no connection; False: the centre itself is faulty."""


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """Something known, as of a time; `live` where the centre said it now."""

    value: T
    as_of: datetime
    live: bool


@dataclass(frozen=True, slots=True)
class RightsRecord:
    """个人权益记录 ready to be printed: issued under a code, or an unsealed copy of the snapshot."""

    content: RightsRecordContent
    issued: PaperAnswer | None
    """None: no code stands behind it, the centre was away."""
    demo: bool = False
    """Whether its seals are 演示: worth nothing."""


class SnapshotStore(Protocol):
    """Where snapshots lie; the vault's thread stands behind it."""

    def put(
        self, subjects: tuple[bytes, ...], name: str, payload: bytes, taken: datetime, until: datetime
    ) -> None:
        """Keeps `payload` until then, in the place of an older one of that name."""

    def forget(self, subjects: tuple[bytes, ...], names: tuple[str, ...]) -> None:
        """Erases what lies under the subjects by these names; done when it returns."""

    def get(self, subjects: tuple[bytes, ...], name: str, now: datetime) -> tuple[bytes, datetime] | None:
        """The payload and when it was taken; None where there is none or it has expired."""


class Records:
    """Reads for services; every method may run in a worker thread, and again."""

    def __init__(
        self,
        client: CentralClient,
        snapshots: SnapshotStore,
        clock: Clock,
        keep: timedelta,
        papers: IssuedPapers,
    ) -> None:
        self._client = client
        self._snapshots = snapshots
        self._clock = clock
        self._keep = keep
        self._papers = papers
        self._token: SecretStr | None = None
        """The last session opened: one process serves one resident."""

    def identify(self, card: CardIdentity) -> Visitor | IdentityRefused | UnknownHere:
        """Who the card's owner is. Raises `CentreRefused` for any refusal that is not about identity."""
        try:
            said = CardSaid(
                card_id=card.card_id,
                card_number=card.card_number,
                citizen_number=None if card.citizen_number is None else tidied(card.citizen_number),
                name=card.name,
                latin_name=card.latin_name,
            )
        except ValidationError:
            # A number of another shape is on no record: a clerk has to see the card.
            return IdentityRefused(ProblemType.IDENTITY_CONFLICT)
        try:
            answer = self._client.identify(IdentifyRequest(card=said, evidence=card.evidence))
        except CentreRefused as refused:
            if refused.problem in REFUSALS_OF_IDENTITY:
                # Else the centre's line need only be cut to see what it has just refused.
                self._snapshots.forget(card.subjects, SNAPSHOTS)
                return IdentityRefused(refused.problem)
            raise
        except (CentreAway, CentreFaulty) as trouble:
            return self._from_snapshot(card, away=isinstance(trouble, CentreAway))
        self._token = answer.session.token
        self._store(card, "resident", answer.resident)
        return Visitor(card, answer.to_resident(), answer.session.token)

    def overview(self, visitor: Visitor) -> Dated[Ledger]:
        """Every insurance of the visitor. Raises `CentreError` where neither centre nor snapshot has it."""
        known = self._live_or_kept(visitor, "overview", OverviewAnswer, self._client.overview)
        standings = tuple(standing.to_domain() for standing in known.value.standings)
        return replace_value(known, Ledger(standings, booked_to=known.value.booked))

    def contributions(self, visitor: Visitor, overview: Dated[Ledger]) -> Dated[Ledger]:
        """The overview's ledger with rows and changes. Raises `CentreError` as `overview` does."""
        rows = self._live_or_kept(visitor, "contributions", ContributionsAnswer, self._client.contributions)
        # A centre that has just not answered is not waited for again.
        asking = visitor if rows.live else replace(visitor, token=None)
        changes = self._live_or_kept(asking, "changes", ChangesAnswer, self._client.changes)
        ledger = Ledger(
            overview.value.standings,
            tuple(row.to_domain() for row in rows.value.rows),
            tuple(change.to_domain() for change in changes.value.changes),
            overview.value.booked_to,
        )
        parts = (overview, rows, changes)
        return Dated(ledger, min(part.as_of for part in parts), all(part.live for part in parts))

    def rights_record(self, visitor: Visitor, years: tuple[int, ...], whole_number: bool) -> RightsRecord:  # noqa: FBT001 an input of a look is positional
        """Issues the paper at the centre. Raises `CentreError`, also where the centre is away,
        `SealDoesNotHold` and `VAULT_TROUBLE`."""
        if visitor.token is None:
            raise CentreAway("no session with the centre")
        request = PaperRequest(type=PaperType.RIGHTS_RECORD, years=years, whole_number=whole_number)
        issued = self._client.issue_paper(visitor.token, request)
        answer = issued.answer
        return RightsRecord(answer.rights_record, answer, demo=self._papers.is_demo(issued))

    def unsealed_copy(
        self,
        visitor: Visitor,
        overview: Dated[Ledger],
        years: tuple[int, ...],
        whole_number: bool,  # noqa: FBT001 an input of a look is positional
    ) -> RightsRecord:
        """What the snapshots have, without a code; raises `CentreError` where they have nothing."""
        dated = self.contributions(visitor, overview)
        ledger = dated.value
        employers = [one.employer for one in ledger.standings if one.employer is not None]
        number = visitor.card.number
        content = RightsRecordContent(
            name=visitor.card.name or visitor.resident.masked_name,
            number=number.text if whole_number and number is not None else visitor.resident.masked_number,
            sex=visitor.card.sex,
            place=employers[0] if employers else "—",
            years=tuple(sorted(years)),
            standings=tuple(StandingWire.of(one) for one in ledger.standings),
            rows=tuple(ContributionWire.of(row) for row in ledger.contributions if row.month.year in years),
            accounts=(),
            cut_off=dated.as_of,
        )
        return RightsRecord(content, None)

    def bills(self, visitor: Visitor) -> Dated[tuple[Bill, ...]]:
        """应缴 of the visitor and his dependants. Raises `CentreError` as `overview` does."""
        known = self._live_or_kept(visitor, "bills", BillsAnswer, self._client.bills)
        return replace_value(known, tuple(bill.to_domain() for bill in known.value.bills))

    def bills_of(self, visitor: Visitor, number: str) -> tuple[Bill, ...]:
        """What is due for somebody else, by number; nothing is kept of it. Raises `CentreError`, and
        `ValueError` for what is no number."""
        if visitor.token is None:
            raise CentreAway("no session with the centre")
        answer = self._client.payee(visitor.token, PayeeRequest(number=tidied(number)))
        return tuple(bill.to_domain() for bill in answer.bills)

    def payments(self, visitor: Visitor) -> Dated[tuple[PastPayment, ...]]:
        """缴费记录 of the visitor and his dependants, newest first. Raises `CentreError` as `overview`."""
        known = self._live_or_kept(visitor, "payments", PaymentsAnswer, self._client.payments)
        return replace_value(known, tuple(one.to_domain() for one in known.value.payments))

    def close(self) -> None:
        """Tells the centre that the session is over. Raises `CentreError`."""
        token, self._token = self._token, None
        if token is not None:
            self._client.end_session(token)

    def _live_or_kept(
        self, visitor: Visitor, name: str, model: type[M], ask: Callable[[SecretStr], M]
    ) -> Dated[M]:
        try:
            if visitor.token is None:
                raise CentreAway("no session with the centre")
            answer = ask(visitor.token)
        except (CentreAway, CentreFaulty):
            kept = self._kept(visitor.card, name, model)
            if kept is None:
                raise
            return kept
        self._store(visitor.card, name, answer)
        return Dated(answer, self._clock.now(), live=True)

    def _from_snapshot(self, card: CardIdentity, *, away: bool) -> Visitor | UnknownHere:
        kept = self._kept(card, "resident", ResidentAnswer)
        if kept is None:
            return UnknownHere(away)
        one = kept.value
        # Offline nothing counts above what the card alone shows.
        resident = Resident(
            one.reference, Evidence.CARD_READ, one.surname, one.masked_name, one.masked_number
        )
        return Visitor(card, resident, None)

    def _kept(self, card: CardIdentity, name: str, model: type[M]) -> Dated[M] | None:
        found = self._snapshots.get(card.subjects, name, self._clock.now())
        if found is None:
            return None
        payload, taken = found
        try:
            return Dated(model.model_validate_json(payload), taken, live=False)
        except ValidationError:
            # Kept by a program with another contract: as good as nothing, and no reason to fail.
            structlog.get_logger().warning("snapshot of another contract", name=name)
            return None

    def _store(self, card: CardIdentity, name: str, answer: WireModel) -> None:
        now = self._clock.now()
        self._snapshots.put(card.subjects, name, answer.model_dump_json().encode(), now, now + self._keep)


def replace_value(dated: Dated[M], value: T) -> Dated[T]:
    return Dated(value, dated.as_of, dated.live)
