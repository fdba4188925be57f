"""`kioskctl printer-probe`: finds out what a printer can do, and writes it down as its profile.

What the printer cannot say, a technician reads from the probe paper; where nobody does, the safest is taken.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from drivers.printers.address import PrinterAddress, parse_address
from drivers.printers.probe import Abilities, NotReady, Proof, probe
from drivers.printers.probe_paper import DOTS_OF, LINES, font_shown
from drivers.printers.profile import Completion, Encoding, PrinterProfile
from drivers.printers.profile_file import profile_text
from drivers.printers.repertoire import Repertoire
from drivers.printers.status import Reason
from drivers.printers.transport import ConnectionLost, Unreachable
from kiosk.clock import CHINA, clock_of
from kiosk.not_done import NotDone
from kiosk.printer_remedies import remedy
from kiosk.settings import DEFAULT_FILE, Settings
from kiosk.settings_there import settings_there
from offline_cache.locks import LockHeld, ProcessLock

FORMS: Final = "tcp://HOST:PORT|serial:///dev/…|usb://VID:PID|file:///dev/…"
_MOST_TRIES: Final = 3
_LOCKS: Final = ("supervisor.lock", "front.lock")
"""Between two fronts the first alone is held."""
_ANSWERED: Final = {
    Proof.IN_PLACE: "answered in its place, behind the paper",
    Proof.UNORDERED: "answered, but not seen to wait for the paper: proves nothing",
    Proof.MISCOUNTED: "answered, but not once each: proves nothing",
    Proof.NONE: "not answered",
}
_CLAIMS: Final = {
    Completion.PROCESS_ID: "a paper is known to be printed",
    Completion.FENCE: "a paper is known to be printed, where nothing is in the way right after it",
    Completion.ASB: "its faults are known, and never that a paper is printed",
    Completion.NOTHING: "a person must look at each paper",
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen:
    """What eyes say of a printer; None where nobody has said."""

    encoding: Encoding | None
    repertoire: Repertoire | None
    columns: int | None
    cutter: bool | None

    @property
    def unsaid(self) -> tuple[str, ...]:
        """The keys of the profile that nobody has said."""
        return tuple(key.name for key in fields(self) if getattr(self, key.name) is None)


_SAFEST: Final = PrinterProfile(
    "safest",
    # Narrow on a wide paper loses nothing; wide on a narrow one breaks every line.
    columns=min(DOTS_OF),
    dots=DOTS_OF[min(DOTS_OF)],
    # No code of four bytes, and whatever an old font may lack is drawn.
    encoding=Encoding.GBK,
    repertoire=Repertoire.GB2312,
    # Fed to the edge it can be torn off whole; a cut that no cutter makes leaves its end inside.
    cutter=False,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A printer, what it answered, and the profile that follows; `assumed` are the keys that nobody said."""

    address: str
    abilities: Abilities
    profile: PrinterProfile
    assumed: tuple[str, ...]


def add_command(commands: argparse._SubParsersAction[Any]) -> None:
    command = commands.add_parser("printer-probe", help="find out what a printer can do, as its profile")
    command.add_argument("--address", metavar=FORMS, help="else that of --config")
    command.add_argument(
        "--out", type=Path, metavar="FILE", help="write the profile there, not to the screen"
    )
    command.add_argument("--force", action="store_true", help="also where the file is there already")
    command.add_argument("--json", action="store_true")
    said = command.add_argument_group("what the probe paper shows; asked at a terminal, else the safest")
    said.add_argument("--encoding", choices=[each.value for each in Encoding])
    said.add_argument("--repertoire", choices=[each.value for each in Repertoire])
    said.add_argument("--columns", type=int, choices=tuple(DOTS_OF))
    said.add_argument("--cutter", choices=("yes", "no"))
    command.add_argument(
        "--config", type=Path, help=f"the terminal's settings; else {DEFAULT_FILE}, if it is there"
    )


def run(given: argparse.Namespace) -> int:
    """0: it proves what it prints; 1: it does not. Raises `NotDone`, or the `ValueError` of a bad address."""
    settings = settings_there(given.config, "it is not looked whether a kiosk has the printer")
    address = _address(given.address, settings)
    if given.out is not None:
        _see_room(given.out, force=given.force)
    with ExitStack() as held:
        _keep_kiosk_away(settings, held)
        abilities = _probed(address)
    seen = _said(given)
    if sys.stdin.isatty():
        seen = _asked(seen)
    found = _found(str(address), abilities, seen)
    _tell(found, given.out, in_json=given.json, force=given.force)
    return 0 if found.profile.completion.proves else 1


def _said(given: argparse.Namespace) -> Seen:
    return Seen(
        Encoding(given.encoding) if given.encoding else None,
        Repertoire(given.repertoire) if given.repertoire else None,
        given.columns,
        _yes_or_no(given.cutter) if given.cutter else None,
    )


def _address(said: str | None, settings: Settings | None) -> PrinterAddress:
    if said is not None:
        return parse_address(said)
    if settings is None:
        raise NotDone(f"no settings name a printer: name it with --address {FORMS}")
    return parse_address(settings.printer.address)


def _keep_kiosk_away(settings: Settings | None, held: ExitStack) -> None:
    """Where no kiosk has run, there is no lock, and none is made: it would belong to whoever this is."""
    if settings is None:
        return
    for name in _LOCKS:
        file = settings.terminal.run_dir / name
        try:
            if file.exists():
                held.enter_context(ProcessLock(file))
        except LockHeld as error:
            holder = f"process {error.pid}" if error.pid is not None else "another process"
            raise NotDone(
                f"the kiosk runs ({holder}) and has the printer: stop it first, systemctl stop bianmin-kiosk"
            ) from error
        except OSError as error:
            raise NotDone(f"{file}: {error.strerror}; run this as the terminal's user") from error


def _probed(address: PrinterAddress) -> Abilities:
    try:
        return probe(address)
    except Unreachable as error:
        raise NotDone(str(error)) from error
    except ConnectionLost as error:
        raise NotDone(f"{address}: {error}; {remedy(Reason.CONNECTION_LOST)}") from error
    except NotReady as error:
        raise NotDone(f"{address}: {error}; {remedy(error.reason)}") from error


def _asked(seen: Seen) -> Seen:
    """What is not said yet, from whoever holds the paper."""
    person = _Person()
    if seen.encoding is None or seen.repertoire is None:
        _say(
            "\n".join(
                ("These lines are on the paper:", *(f"  {each.number}  {each.signs}" for each in LINES))
            )
        )
        right = person.answer("Which came out right, sign by sign? Their numbers, or none: ", _numbers)
        if right is not None:
            font = font_shown(right, seen.encoding)
            if font is None:
                raise NotDone("by itself this printer shows no Chinese: no profile fits it")
            seen = replace(seen, encoding=font[0], repertoire=seen.repertoire or font[1])
    if seen.columns is None:
        widths = ", ".join(map(str, DOTS_OF))
        seen = replace(
            seen, columns=person.answer(f"The longest ruler that is on one line, of {widths}: ", _width)
        )
    if seen.cutter is None:
        seen = replace(
            seen, cutter=person.answer("Did the printer cut the paper off? yes or no: ", _yes_or_no)
        )
    return seen


class _Person:
    """Who sits at the keyboard, until input ends."""

    def __init__(self) -> None:
        self._has_gone = False

    def answer(self, question: str, understood: Callable[[str], T | None]) -> T | None:
        """None where nobody says it: what the printer answered is kept, and the paper not printed again."""
        if self._has_gone:
            return None
        for _ in range(_MOST_TRIES):
            _say(question, end="")
            line = sys.stdin.readline()
            if not line:
                self._has_gone = True
                break
            if (answer := understood(line.strip().lower())) is not None:
                return answer
        _say("\nNo answer that can be used: the safest is taken. The options say it too, see --help.")
        return None


def _say(text: str, end: str = "\n") -> None:
    """Not where the profile goes."""
    print(text, end=end, file=sys.stderr, flush=True)


def _numbers(answer: str) -> frozenset[int] | None:
    if answer == "none":
        return frozenset()
    # Nothing else: 1-8 is not understood as its two ends.
    words = re.findall(r"\d+", answer) if re.fullmatch(r"[\d ,]+", answer) else []
    there = {str(line.number) for line in LINES}
    return frozenset(map(int, words)) if words and there.issuperset(words) else None


def _width(answer: str) -> int | None:
    return next((columns for columns in DOTS_OF if str(columns) == answer), None)


def _yes_or_no(answer: str) -> bool | None:
    return {"yes": True, "y": True, "no": False, "n": False}.get(answer)


def _found(address: str, abilities: Abilities, seen: Seen) -> Found:
    columns = _or(seen.columns, _SAFEST.columns)
    profile = PrinterProfile(
        "probed",
        columns,
        DOTS_OF[columns],
        _or(seen.encoding, _SAFEST.encoding),
        _or(seen.repertoire, _SAFEST.repertoire),
        abilities.completion,
        _or(seen.cutter, _SAFEST.cutter),
    )
    return Found(address, abilities, profile, seen.unsaid)


def _or(said: T | None, safest: T) -> T:
    return safest if said is None else said


def _tell(found: Found, out: Path | None, *, in_json: bool, force: bool) -> None:
    today = clock_of(os.environ).now().astimezone(CHINA).date()
    comments = (f"Found by `kioskctl printer-probe` on {today}.", *_lines(found))
    text = "".join(f"# {line}\n" for line in comments) + profile_text(found.profile)
    if out is not None:
        _write(out, text, force=force)
    if in_json:
        print(json.dumps(_as_json(found, out), ensure_ascii=False))
    elif out is None:
        print(text, end="")
    else:
        print("\n".join(_lines(found)))
        print(f'written    {out}; in the settings: [printer] profile = "{out.resolve()}"')


def _lines(found: Found) -> Iterator[str]:
    can, profile = found.abilities, found.profile
    real_time = f"DLE EOT {', '.join(map(str, can.real_time))}" if can.real_time else "nothing in real time"
    deaf = "; without DLE EOT 1 no proof counts" if 1 not in can.real_time else ""
    yield f"printer    {found.address}"
    yield f"answers    {real_time}{deaf}"
    yield f"clearing   {'it says when it is done' if can.clears else 'it says nothing of it'}"
    yield f"changes    {'reported by itself (GS a)' if can.reports else 'not reported by itself'}"
    yield f"GS r       {_ANSWERED[can.fence]}"
    yield f"GS ( H     {_ANSWERED[can.process_id]}"
    yield f"completion {profile.completion.value}: {_CLAIMS[profile.completion]}"
    said = {"encoding": profile.encoding.value, "repertoire": profile.repertoire.value}
    for key, value in (
        said | {"columns": profile.columns, "cutter": "yes" if profile.cutter else "no"}
    ).items():
        yield f"{key:10} {value}{' (the safest: nobody said)' if key in found.assumed else ''}"


def _as_json(found: Found, out: Path | None) -> dict[str, object]:
    can = found.abilities
    return {
        "address": found.address,
        "answers": {
            "real_time": can.real_time,
            "clears": can.clears,
            "reports": can.reports,
            "fence": can.fence.value,
            "process_id": can.process_id.value,
        },
        "profile": tomllib.loads(profile_text(found.profile)),
        "assumed": found.assumed,
        "file": None if out is None else str(out),
    }


def _write(file: Path, text: str, *, force: bool) -> None:
    try:
        if force:
            beside = file.with_name(f"{file.name}.new")
            beside.write_text(text, encoding="utf-8")
            beside.replace(file)
        else:
            with file.open("x", encoding="utf-8") as new:
                new.write(text)
    except FileExistsError:
        raise NotDone(_is_there(file)) from None
    except OSError as error:
        # The paper has been read and the questions answered: that is not to be done twice.
        print(text, end="")
        raise NotDone(f"{file}: {error.strerror}; the profile is on standard output") from error


def _see_room(file: Path, *, force: bool) -> None:
    """Before any paper is printed for it."""
    if file.exists() and not force:
        raise NotDone(_is_there(file))
    try:
        with tempfile.TemporaryFile(dir=file.parent):
            pass
    except OSError as error:
        raise NotDone(f"{file}: {error.strerror}; nothing was printed") from error


def _is_there(file: Path) -> str:
    return f"{file} is there already: --force writes over it"
