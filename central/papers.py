"""Papers: issued and sealed under a code that anyone can check (docs/facts/central-api.md §6)."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from central.codes import random_code
from central.limits import Limiter, Limits
from central.problems import Refused
from central.seals.sealing import NoSealKey, Sealer
from central.store import papers as stored
from central.store import people
from central.store.database import Database
from kiosk.clock import Clock
from kiosk.contract.ledger import ContributionWire, StandingWire
from kiosk.contract.papers import (
    PaperAnswer,
    PaperCheck,
    PaperRequest,
    RightsRecordContent,
    SealWire,
)
from kiosk.contract.problems import ProblemType
from kiosk.contract.region import RegionAnswer
from kiosk.contract.seals.claims import SealIssuer, decode_claims
from kiosk.contract.seals.sealed import read_seal
from kiosk.domain.citizen_number import masked_name
from kiosk.domain.ledger import Standing
from kiosk.domain.region import Issuer

_CODE_GROUPS: Final = 5
"""100 bits."""
PAPER_LIFE: Final = timedelta(days=30)

_log = logging.getLogger(__name__)


class Papers:
    """Issues papers and answers who asks about one."""

    def __init__(
        self,
        database: Database,
        region: RegionAnswer,
        clock: Clock,
        limits: Limits,
        *,
        public_url: str,
        sealer: Sealer | None,
    ) -> None:
        self._database = database
        self._region = region
        self._clock = clock
        self._public_url = public_url
        self._sealer = sealer
        self._checks = Limiter(limits.paper_checks, clock)
        self._most_wrong = limits.wrong_last_four

    def issue(self, reference: str, request: PaperRequest) -> PaperAnswer:
        """Certifies what the ledger says now, under the seal of each bureau that answers for a part of it."""
        now = self._clock.now()
        code = random_code(_CODE_GROUPS)
        with self._database.writing() as connection:
            person = people.with_reference(connection, reference)
            rows = people.contributions_of(connection, reference)
            standings = people.standings_of(people.participations_of(connection, reference), rows)
            years = tuple(sorted(set(request.years)))
            content = RightsRecordContent(
                name=person.name,
                number=person.number.text if request.whole_number else person.number.masked(),
                sex=person.number.sex,
                place=_place(standings, person.household),
                years=years,
                standings=tuple(StandingWire.of(one) for one in standings),
                rows=tuple(ContributionWire.of(row) for row in rows if row.month.year in years),
                accounts=people.accounts_of(connection, reference, years),
                cut_off=now,
            )
            bureaus = _bureaus(standings)
            paper = stored.StoredPaper(
                code=code,
                type=request.type,
                issuers=tuple(self._region.issuers[bureau] for bureau in bureaus),
                issued_at=now,
                valid_until=now + PAPER_LIFE,
                sealed=False,
                last_four=person.number.text[-4:],
                masked_name=masked_name(person.name),
                content=content,
            )
            seals = self._seals(paper, bureaus)
            stored.erase_expired(connection, now)
            demo = any(decode_claims(read_seal(one.text).payload).demo for one in seals)
            stored.add(connection, replace(paper, sealed=bool(seals), demo=demo))
        return PaperAnswer(
            code=code,
            url=f"{self._public_url}/P/{code}".upper(),
            issued_at=paper.issued_at,
            valid_until=paper.valid_until,
            issuers=paper.issuers,
            seals=seals,
            rights_record=content,
        )

    def check(self, code: str, last_four: str | None, client: str) -> PaperCheck:
        """What anyone may learn. Raises `Refused`."""
        wait = self._checks.wait(client)
        if wait is not None:
            raise Refused(ProblemType.TOO_MANY_REQUESTS, retry_after=wait)
        self._checks.count(client)
        with self._database.reading() as connection:
            paper = stored.find(connection, code.upper(), self._clock.now())
        if paper is None:
            raise Refused(ProblemType.NO_SUCH_PAPER)
        if isinstance(paper, stored.ExpiredPaper) and paper.revoked_since is not None:
            raise Refused(ProblemType.PAPER_REVOKED, f"it is void since {_day(paper.revoked_since)}")
        if isinstance(paper, stored.ExpiredPaper):
            raise Refused(ProblemType.PAPER_EXPIRED, f"it could be checked until {_day(paper.valid_until)}")
        details = last_four is not None and self._opens(paper, last_four.upper())
        return PaperCheck(
            type=paper.type,
            issuers=paper.issuers,
            issued_at=paper.issued_at,
            valid_until=paper.valid_until,
            sealed=paper.sealed,
            demo=paper.demo,
            revoked_since=paper.revoked_since,
            masked_name=paper.masked_name,
            rights_record=paper.content if details else None,
        )

    def _opens(self, paper: stored.StoredPaper, last_four: str) -> bool:
        with self._database.writing() as connection:
            counted = stored.count_try(connection, paper.code, self._most_wrong)
        if not counted:
            raise Refused(
                ProblemType.TOO_MANY_REQUESTS, "too many wrong tries: the details of this paper stay closed"
            )
        if not secrets.compare_digest(last_four.encode(), paper.last_four.encode()):
            raise Refused(ProblemType.LAST_FOUR_WRONG)
        with self._database.writing() as connection:
            stored.take_back_try(connection, paper.code)
        return True

    def _seals(self, paper: stored.StoredPaper, bureaus: Sequence[Issuer]) -> tuple[SealWire, ...]:
        """One of each bureau; none at all where one of them cannot: half a seal is no seal at a counter."""
        if self._sealer is None:
            return ()
        try:
            return tuple(self._seal(self._sealer, paper, bureau) for bureau in bureaus)
        except NoSealKey as error:
            _log.error("a paper is issued without a seal: %s", error)
            return ()

    def _seal(self, sealer: Sealer, paper: stored.StoredPaper, bureau: Issuer) -> SealWire:
        text = sealer.seal(
            issuer=SealIssuer(self._region.code, bureau),
            kind=paper.type.kind,
            code=paper.code,
            issued_at=paper.issued_at,
            expires=paper.valid_until,
            masked_name=paper.masked_name,
            last_four=paper.last_four,
            content=paper.content,
        )
        return SealWire(issuer=self._region.issuers[bureau], text=text)


def _bureaus(standings: Sequence[Standing]) -> tuple[Issuer, ...]:
    involved = {Issuer.of(one.kind) for one in standings}
    return tuple(issuer for issuer in Issuer if issuer in involved)


def _place(standings: Sequence[Standing], household: str) -> str:
    """The employer where there is one, else the household's place."""
    return next((one.employer for one in standings if one.employer is not None), household)


def _day(instant: datetime) -> str:
    return instant.date().isoformat()
