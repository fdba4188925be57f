"""验真: whether a paper is genuine. Its seal says so here, its code at the centre."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

import structlog

from kiosk.central_client import CentralClient, CentreError, CentreRefused, Limits
from kiosk.contract.papers import PaperCheck
from kiosk.contract.problems import ProblemType
from kiosk.contract.seals.verdicts import Checked, Expired, UnknownKey, Valid
from kiosk.seal_books import SealBooks

_SOON: Final = Limits(connect_s=1.0, read_s=2.0)


class NoPaper(Enum):
    """Why the centre says nothing of a code."""

    NO_SUCH = auto()
    """查无此码: no paper has it; most are typed wrongly."""
    OUTDATED = auto()
    """It was issued, and its time is over; nothing more is kept of it."""
    VOID = auto()
    """作废: it was taken back, and its time is over too."""


class PaperChecks:
    """What a terminal can find out of a paper. Each call raises `VAULT_TROUBLE`."""

    def __init__(self, books: SealBooks, client: CentralClient) -> None:
        self._books = books
        self._client = client

    def by_seal(self, text: str) -> Checked:
        """By keys and list as they are here. Where the centre answers soon, what the verdict still hangs on
        is renewed: the keys for a seal whose key is not here, the list for one that holds."""
        checked = self._books.check(text)
        try:
            if isinstance(checked.verdict, UnknownKey):
                self._books.renew_keys(self._client, limits=_SOON)
                checked = self._books.check(text)
            if isinstance(checked.verdict, Valid | Expired):
                self._books.renew_revocations(self._client, limits=_SOON)
                checked = self._books.check(text)
        except CentreError as error:
            # What is here does too; it says until when its list is known.
            structlog.get_logger().info("a seal is checked without the centre", why=str(error))
        return checked

    def by_code(self, code: str) -> PaperCheck | NoPaper:
        """What the centre says of a code. Raises `CentreError`."""
        return known_by_code(self._client, code)


def known_by_code(client: CentralClient, code: str) -> PaperCheck | NoPaper:
    """What the centre says of a code. Raises `CentreError`."""
    try:
        return client.check_paper(code)
    except CentreRefused as refused:
        match refused.problem:
            case ProblemType.NO_SUCH_PAPER:
                return NoPaper.NO_SUCH
            case ProblemType.PAPER_EXPIRED:
                return NoPaper.OUTDATED
            case ProblemType.PAPER_REVOKED:
                return NoPaper.VOID
            case _:
                raise
