"""`kioskctl verify`: whether a paper is genuine, by what a scanner reads from it.

A seal is checked without a network, on any machine that has the bureaus' keys; a code is asked of the centre.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from kiosk.centre_line import CentreError
from kiosk.clock import CHINA, clock_of
from kiosk.contract.papers import PaperCheck
from kiosk.contract.seals.claims import CODE_LENGTH, CODE_SIGNS, grouped, last_four_check
from kiosk.contract.seals.keys import RevocationsAnswer, parse_seal_keys
from kiosk.contract.seals.verdicts import (
    Altered,
    Checked,
    DemoKey,
    Expired,
    Judged,
    Revoked,
    UnknownKey,
    Unreadable,
    Valid,
    WrongIssuer,
    check_seal,
)
from kiosk.not_done import NotDone
from kiosk.openings import OPENING_LIMIT_S, open_client, open_vault
from kiosk.paper_checks import NoPaper, known_by_code
from kiosk.paper_words import BUREAU_WORDS
from kiosk.scanned import MAX_SCANNED, NotOfAPaper, SealText, understand
from kiosk.seal_books import SealBooks
from kiosk.settings import DEFAULT_FILE, Settings, load_settings

_MEANINGS: Final = {
    "valid": "有效",
    "valid-as-far-as-known": "印章是真的: is the paper void? no list of the last day says so here",
    "expired": "已过期: its seal was good until then",
    "revoked": "已作废: its issuer took it back",
    "wrong-issuer": "signed by a key that may not seal this: another bureau's, for other papers, or not then",
    "altered": "被改过: the signature does not fit the seal",
    "unknown-key": "nobody's that is known here: a forger's, or its key has not come here yet",
    "unreadable": "读不出: no seal, or a part of one",
    "demo": "演示: worth nothing",
    "no-such-code": "查无此码: the centre issued no such paper; is it typed as it is printed?",
    "outdated": "the centre issued it, and its time is over",
    "not-of-a-paper": "no seal, and no code of a paper",
}

_HOLDS: Final = ("valid", "valid-as-far-as-known")
_ANY_CODE: Final = grouped(CODE_SIGNS[:CODE_LENGTH])

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out; empty where the paper or the seal does not say."""

    verdict: str
    why: str = ""
    would_be: str = ""
    """With `demo`: what it would be with a real key."""
    issuer: str = ""
    kind: str = ""
    code: str = ""
    name: str = ""
    issued: str = ""
    expires: str = ""
    revoked: str = ""
    key: str = ""
    last_four_fits: bool | None = None
    """None where it was not asked, or the seal does not hold and says nothing."""
    list_known_to: str | None = None
    """作废名单截至; None where no list is known, or none is needed."""
    by_seal: bool = True

    @property
    def lines(self) -> Iterator[str]:
        meaning = _MEANINGS[self.verdict]
        otherwise = f"; with a real key it would be: {self.would_be}" if self.would_be else ""
        yield f"verdict   {self.verdict}  {meaning}{otherwise}"
        for label in ("why", "issuer", "kind", "code", "name", "issued", "expires", "revoked", "key"):
            if said := getattr(self, label):
                yield f"{label:9} {said}"
        if self.last_four_fits is not None:
            yield f"last four {'fits' if self.last_four_fits else 'does not fit'}"
        if self.verdict in _HOLDS:
            yield "compare   only what stands here was checked: a paper on which it differs is altered"
            yield "          months and amounts were not: the page of its URL shows them, with the last four"
        if self.by_seal and self.list_known_to is None:
            yield "list      作废名单: no whole one is known here; whether the paper was taken back is open"
        elif self.by_seal:
            yield f"list      作废名单截至 {self.list_known_to}"


def add_command(commands: argparse._SubParsersAction[Any]) -> None:
    command = commands.add_parser("verify", help="whether a paper is genuine")
    command.add_argument("text", nargs="?", metavar="TEXT", help="its seal, URL or code; else standard input")
    command.add_argument("--last-four", metavar="XXXX", help="whether its owner's number ends so; seals only")
    command.add_argument("--keys", type=Path, metavar="FILE", help="the centre's /v1/seal-keys, as it is")
    command.add_argument("--revocations", type=Path, metavar="FILE", help="its /v1/revocations; with --keys")
    command.add_argument("--config", type=Path, help=f"the terminal's settings; else {DEFAULT_FILE}")
    command.add_argument("--json", action="store_true")


def run(given: argparse.Namespace) -> int:
    """0: valid, not void by a list of the last day or by the centre, and the last four fit where they are
    asked; 1: anything else that was found out. Raises `NotDone`, and the vault's errors."""
    if given.revocations is not None and given.keys is None:
        raise NotDone("--revocations goes with --keys")
    if given.last_four is not None:
        _refuse_malformed(given.last_four)
    finding = _found(given)
    if given.json:
        print(json.dumps(asdict(finding), ensure_ascii=False))
    else:
        print("\n".join(finding.lines))
        if given.last_four is not None and finding.last_four_fits is None:
            print("last four not compared: nothing here can be believed of whose the paper is")
    return 0 if finding.verdict == "valid" and finding.last_four_fits is not False else 1


def _refuse_malformed(last_four: str) -> None:
    try:
        last_four_check(_ANY_CODE, last_four)
    except ValueError as error:
        raise NotDone(f"--last-four: {error}") from error


def _told(text: str | None) -> str:
    """Of standard input the first line, as scanners end what they read."""
    return sys.stdin.readline(MAX_SCANNED + 2) if text is None else text


def _found(given: argparse.Namespace) -> Finding:
    try:
        scanned = understand(_told(given.text))
    except UnicodeDecodeError:
        return Finding("not-of-a-paper", "what came on standard input is no text", by_seal=False)
    except NotOfAPaper as error:
        return Finding("not-of-a-paper", str(error), by_seal=False)
    if isinstance(scanned, SealText):
        return _of_seal(_checked(given, scanned.text), given.last_four)
    if given.last_four is not None:
        raise NotDone("--last-four is told by a seal, not by a code: scan the seal")
    return _of_code(scanned.code, _asked(given.config, scanned.code))


def _checked(given: argparse.Namespace, text: str) -> Checked:
    if given.keys is None:
        with _books(_settings(given.config)) as books:
            return books.check(text)
    keys = _parsed(given.keys, "keys, as /v1/seal-keys gives it", parse_seal_keys)
    listed = None
    if given.revocations is not None:
        what = "void papers, as /v1/revocations gives it"
        listed = _parsed(given.revocations, what, RevocationsAnswer.model_validate_json).to_domain()
    return check_seal(text, keys, listed, clock_of(os.environ).now())


def _parsed(file: Path, what: str, parse: Callable[[bytes], T]) -> T:
    try:
        return parse(file.read_bytes())
    except OSError as error:
        raise NotDone(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise NotDone(f"{file}: not the centre's list of {what}") from error


def _settings(config: Path | None) -> Settings:
    if config is None and not DEFAULT_FILE.exists():
        raise NotDone(
            "this is no terminal: name one's settings with --config, or the bureaus' keys with --keys"
        )
    return load_settings(config or DEFAULT_FILE)


@contextmanager
def _books(settings: Settings) -> Iterator[SealBooks]:
    vault = open_vault(settings)
    try:
        vault.opened.result(OPENING_LIMIT_S)
        yield SealBooks(vault, clock_of(os.environ))
    finally:
        vault.close()


def _asked(config: Path | None, code: str) -> PaperCheck | NoPaper:
    settings = _settings(config)
    client = open_client(settings, clock_of(os.environ))
    try:
        return known_by_code(client, code)
    except CentreError as error:
        raise NotDone(f"the centre does not say: {error}; the seals on the paper need no network") from error
    finally:
        client.close()


def _of_seal(checked: Checked, last_four: str | None) -> Finding:
    known_to = _known_to(checked)
    match checked.verdict:
        case Unreadable(why):
            return Finding("unreadable", why, list_known_to=known_to)
        case UnknownKey(key_id):
            return Finding("unknown-key", key=key_id.hex(), list_known_to=known_to)
        case Altered(key):
            # What it says of itself is the forger's.
            of = f"{key.kid.hex()} of {key.issuer.text}"
            return Finding("altered", key=of, list_known_to=known_to)
        case DemoKey(otherwise):
            return _of_claims(otherwise, checked, last_four, demo=True)
        case judged:
            return _of_claims(judged, checked, last_four, demo=False)


def _of_claims(judged: Judged, checked: Checked, last_four: str | None, *, demo: bool) -> Finding:
    is_fresh = checked.list_is_fresh(clock_of(os.environ).now())
    verdict, claims = _word(judged, is_fresh=is_fresh), judged.claims
    return Finding(
        "demo" if demo else verdict,
        would_be=verdict if demo else "",
        # Anybody may have a demo key, and with it whatever name he likes.
        issuer="" if demo else f"{claims.issuer.text} {BUREAU_WORDS[claims.issuer.bureau]}",
        kind=f"{claims.kind.word} {claims.kind.title}",
        code=claims.code,
        name="" if demo else claims.masked_name,
        issued=_minute(claims.issued_at),
        expires=_minute(claims.expires),
        revoked=_minute(judged.since) if isinstance(judged, Revoked) else "",
        key=f"{judged.key.kid.hex()} of {judged.key.issuer.text}" if isinstance(judged, WrongIssuer) else "",
        last_four_fits=None if last_four is None else claims.is_owner(last_four),
        list_known_to=_known_to(checked),
    )


def _known_to(checked: Checked) -> str | None:
    return None if checked.revocations_known_to is None else _minute(checked.revocations_known_to)


def _word(judged: Judged, *, is_fresh: bool) -> str:
    match judged:
        case Valid():
            return "valid" if is_fresh else "valid-as-far-as-known"
        case Expired():
            return "expired"
        case Revoked():
            return "revoked"
        case WrongIssuer():
            return "wrong-issuer"


def _of_code(code: str, known: PaperCheck | NoPaper) -> Finding:
    match known:
        case NoPaper.NO_SUCH:
            return Finding("no-such-code", code=code, by_seal=False)
        case NoPaper.OUTDATED:
            return Finding("outdated", code=code, by_seal=False)
        case NoPaper.VOID:
            return Finding("revoked", code=code, by_seal=False)
        case check:
            verdict = "valid" if check.revoked_since is None else "revoked"
            return Finding(
                "demo" if check.demo else verdict,
                why="" if check.sealed else "未盖章: the centre issued it without a seal",
                would_be=verdict if check.demo else "",
                issuer="、".join(check.issuers),
                kind=f"{check.type.value} {check.type.kind.title}",
                code=code,
                name=check.masked_name,
                issued=_minute(check.issued_at),
                expires=_minute(check.valid_until),
                revoked="" if check.revoked_since is None else _minute(check.revoked_since),
                by_seal=False,
            )


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"
