"""验真: whether a paper is genuine, by its seal here or by its code at the centre. Asks nobody who he is."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.central_client import AskedTooOften, CentreError, CentreRefused, NotAdmitted
from kiosk.contract.seals.claims import CODE_GROUP, CODE_LENGTH, CODE_SIGNS, grouped
from kiosk.conversation.desk import Desk
from kiosk.conversation.steps import Enter, EntryForm, Inform, LookTimedOut, Scanned, Typed
from kiosk.domain.text import say
from kiosk.paper_checks import NoPaper, PaperChecks
from kiosk.scanned import NotOfAPaper, SealText, understand
from kiosk.services.trouble import CENTRE_TROUBLE, centre_trouble
from kiosk.services.verify_pages import (
    ANOTHER,
    HOME,
    RETRY,
    asked_too_often,
    books_closed,
    centre_needed,
    known_page,
    no_such_code,
    not_in_time,
    outdated,
    seal_page,
    unreadable,
    void,
)
from kiosk.vault_jobs import VAULT_TROUBLE

_FORM = EntryForm(CODE_SIGNS, CODE_LENGTH, CODE_GROUP)


class Verify:
    """A code typed in, or scanned where a scanner is; then what is known of the paper."""

    id = "verify"
    name = say("验真")

    def __init__(self, checks: PaperChecks, scanner_is_here: Callable[[], bool]) -> None:
        """`scanner_is_here` chooses words only: a scan is taken whenever one comes."""
        self._checks = checks
        self._scanner_is_here = scanner_is_here

    async def converse(self, desk: Desk, *_about: object) -> None:
        turn, standing = 1, ""
        while True:
            given = await self._ask(desk, turn, standing)
            picked = await self._answer(desk, given)
            if picked == HOME:
                return
            # Whoever wants another begins anew; for all others what was typed stands there still.
            standing = given.text if picked != ANOTHER and isinstance(given, Typed) else ""
            turn += 1

    def _ask(self, desk: Desk, turn: int, standing: str) -> Enter:
        scanner = self._scanner_is_here()
        return desk.enter(
            f"code:{turn}",
            say("请扫纸上的方块码，或输入验证码") if scanner else say("请输入纸上的验证码"),
            _FORM,
            hint=say("验证码印在方块码下面，20个，没有0和O、1和I"),
            confirm=say("核对"),
            given=standing,
            scans=True,
        )

    async def _answer(self, desk: Desk, given: Typed | Scanned) -> str:
        """What was picked on the page that tells it."""
        if isinstance(given, Typed):
            return await self._by_code(desk, grouped(given.text), typed=True)
        try:
            scanned = understand(given.text)
        except NotOfAPaper:
            return await unreadable(desk)
        if isinstance(scanned, SealText):
            return await self._by_seal(desk, scanned.text)
        return await self._by_code(desk, scanned.code, typed=False)

    async def _by_seal(self, desk: Desk, text: str) -> str:
        try:
            checked = await desk.look(say("正在核对"), self._checks.by_seal, text)
        except LookTimedOut:
            return await not_in_time(desk)
        except VAULT_TROUBLE:
            return await books_closed(desk)
        return await seal_page(desk, checked)

    async def _by_code(self, desk: Desk, code: str, *, typed: bool) -> str:
        while True:
            try:
                known = await desk.look(say("正在问社保中心"), self._checks.by_code, code)
            except (*CENTRE_TROUBLE, *VAULT_TROUBLE) as error:
                picked = await self._trouble(desk, error, typed=typed)
                if picked == RETRY:
                    continue
                return picked
            match known:
                case NoPaper.NO_SUCH:
                    return await no_such_code(desk, typed=typed)
                case NoPaper.OUTDATED:
                    return await outdated(desk)
                case NoPaper.VOID:
                    return await void(desk)
                case paper:
                    return await known_page(desk, paper)

    def _trouble(self, desk: Desk, error: Exception, *, typed: bool) -> Inform:
        match error:
            case AskedTooOften():
                return asked_too_often(desk, typed=typed)
            case NotAdmitted() | CentreRefused():
                return centre_trouble(desk, error)
            case CentreError() | LookTimedOut():
                return centre_needed(desk, scanner=self._scanner_is_here(), typed=typed)
            case _:
                return books_closed(desk)
