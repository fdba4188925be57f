"""The papers that were issued, each under its code."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from central.store.tables import papers
from kiosk.contract.papers import PaperType, RightsRecordContent


@dataclass(frozen=True, slots=True)
class StoredPaper:
    """What was certified."""

    code: str
    type: PaperType
    issuers: tuple[str, ...]
    issued_at: datetime
    valid_until: datetime
    sealed: bool
    last_four: str = field(repr=False)
    """Of the owner's citizen number."""
    masked_name: str = field(repr=False)
    content: RightsRecordContent
    demo: bool = False
    """演示: its seals are worth nothing."""
    revoked_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExpiredPaper:
    """A paper whose code can be checked no longer; what it certified may have been erased."""

    valid_until: datetime
    revoked_since: datetime | None


def add(connection: Connection, paper: StoredPaper) -> None:
    connection.execute(
        insert(papers).values(
            code=paper.code,
            type=paper.type,
            issuers=list(paper.issuers),
            issued_at=paper.issued_at,
            valid_until=paper.valid_until,
            sealed=paper.sealed,
            demo=paper.demo,
            wrong_last_four=0,
            last_four=paper.last_four,
            masked_name=paper.masked_name,
            content=paper.content.model_dump_json(),
        )
    )


def find(connection: Connection, code: str, now: datetime) -> StoredPaper | ExpiredPaper | None:
    row = connection.execute(select(papers).where(papers.c.code == code)).one_or_none()
    if row is None:
        return None
    if row.valid_until <= now:
        return ExpiredPaper(row.valid_until, row.revoked_since)
    return StoredPaper(
        row.code,
        row.type,
        tuple(row.issuers),
        row.issued_at,
        row.valid_until,
        row.sealed,
        row.last_four,
        row.masked_name,
        RightsRecordContent.model_validate_json(row.content),
        row.demo,
        row.revoked_since,
    )


def revoke(connection: Connection, code: str, now: datetime) -> datetime | None:
    """Since when the paper is void: now, or since it was first revoked; None where there is no such paper."""
    connection.execute(
        update(papers)
        .where(papers.c.code == code, papers.c.revoked_since.is_(None))
        .values(revoked_since=now)
    )
    return connection.execute(
        select(papers.c.revoked_since).where(papers.c.code == code)
    ).scalar_one_or_none()


def revoked_after(
    connection: Connection, earliest: datetime, now: datetime, most: int
) -> dict[str, datetime]:
    """Codes of papers that were revoked then or later, and since when. Of more than `most`, those whose time
    is not over come first, then the latest."""
    found = connection.execute(
        select(papers.c.code, papers.c.revoked_since)
        .where(papers.c.revoked_since >= earliest)
        .order_by((papers.c.valid_until > now).desc(), papers.c.revoked_since.desc(), papers.c.code)
        .limit(most)
    )
    return {row.code: row.revoked_since for row in found}


def count_try(connection: Connection, code: str, most: int) -> bool:
    """Counts a guess at the last four before it is looked at, so that guesses made at once count each.
    False: `most` wrong ones were made already."""
    counted = connection.execute(
        update(papers)
        .where(papers.c.code == code, papers.c.wrong_last_four < most)
        .values(wrong_last_four=papers.c.wrong_last_four + 1)
    )
    return counted.rowcount == 1


def take_back_try(connection: Connection, code: str) -> None:
    """The guess was right: it counts for nothing."""
    connection.execute(
        update(papers).where(papers.c.code == code).values(wrong_last_four=papers.c.wrong_last_four - 1)
    )


def erase_expired(connection: Connection, now: datetime) -> None:
    """Erases what expired papers certified (PIPL Art. 47); code and dates stay."""
    connection.execute(
        update(papers)
        .where(papers.c.valid_until <= now, papers.c.content.is_not(None))
        .values(content=None, masked_name=None, last_four=None)
    )
