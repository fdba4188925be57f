"""Promise 1, counted from outside: every promise of a sale is one sync, and no receipt comes before the last.

The front is a process of its own; strace tells what it syncs and whom it sends bytes to, in their order.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fixtures.gateway import RunningGateway
from fixtures.printer import PrinterProcess
from kill_bench import CARD, CODE, How, World
from resident import Hands
from traced_child import SYNCS, Run, tracing
from used_terminals import AWAY, FARMER, Stand, Template

from central.virtual_gateway.control import GatewayControl

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")

_CALLS = f"{SYNCS},sendto,sendmsg,write"
_LINE = re.compile(r"(?P<thread>\d+) +(?P<rest>.*)")
_SYNC = re.compile(r"f(?:data)?sync\(\d+<(?P<file>[^>]*)>")
_SYNC_OVER = re.compile(r"<\.\.\. f(?:data)?sync resumed>")
_SENT = re.compile(r'(?:sendto|write)\(\d+<TCP:\[[^\]]*->[^\]]*:(?P<port>\d+)\]>, ""\.\.\., (?P<bytes>\d+)')
_STATUS_BYTES = 64
"""A printer is asked for its status in fewer; a paper is more."""


class Did(StrEnum):
    """What a front did, as others notice it."""

    SYNC = "sync"
    """The vault is on the disk."""
    PAD = "pad"
    CENTRE = "centre"
    PAPER = "paper"


INTENT, OUTCOME, APPLIED, GIVEN_BACK, BEGUN, ENDED = (Did.SYNC,) * 6
"""APPLIED marks an entry, GIVEN_BACK ends the front's lease of it: both come after the promise."""
CARD_SALE = [INTENT, Did.PAD, OUTCOME, Did.CENTRE, APPLIED, BEGUN, Did.PAPER, ENDED]
CARD_SALE_AWAY = [INTENT, Did.PAD, OUTCOME, GIVEN_BACK, BEGUN, Did.PAPER, ENDED]
CODE_SALE = [INTENT, Did.CENTRE, OUTCOME, BEGUN, Did.PAPER, ENDED]


def done(lines: Sequence[str], vault: Path, ports: dict[int, Did]) -> list[Did]:
    """What was done, in its order; the same done to the same one again counts once, but syncs each count.

    Bytes count when they begin to be sent, a sync when it is over. A process's first commit syncs the vault's
    directory too, which promises nothing.
    """
    did: list[Did] = []
    for one in _each(lines, vault, ports):
        if one is Did.SYNC or did[-1:] != [one]:
            did.append(one)
    return did


def _each(lines: Sequence[str], vault: Path, ports: dict[int, Did]) -> Iterator[Did]:
    syncing: set[str] = set()
    for line in lines:
        found = _LINE.match(line)
        assert found is not None, line
        thread, rest = found["thread"], found["rest"]
        sync, sent = _SYNC.match(rest), _SENT.match(rest)
        if sync is not None and sync["file"].startswith(str(vault)):
            if rest.endswith("<unfinished ...>"):
                syncing.add(thread)
            else:
                yield Did.SYNC
        elif _SYNC_OVER.match(rest) and thread in syncing:
            syncing.remove(thread)
            yield Did.SYNC
        elif sent is not None:
            whom = ports.get(int(sent["port"]))
            if whom is not None and (whom is not Did.PAPER or int(sent["bytes"]) >= _STATUS_BYTES):
                yield whom


@pytest.fixture(scope="module")
def template(
    tmp_path_factory: pytest.TempPathFactory,
    filled_database: Path,
    gateway: RunningGateway,
    printer_process: PrinterProcess,
    hands: Hands,
) -> Template:
    stand = Stand(hands.free, str(printer_process.address))
    return Template.visited(tmp_path_factory.mktemp("visited"), filled_database, gateway, stand)


@pytest.fixture
def world(template: Template, tmp_path: Path, phone: GatewayControl) -> Iterator[World]:
    with World(template, tmp_path / "terminal", phone) as one:
        yield one


def traced(world: World, tender: str, **how: str) -> tuple[list[Did], Run]:
    """A sale, from the moment at which the resident says how he pays."""
    file = world.directory / "trace"
    told: How = {"from_confirming": tracing(file, _CALLS), **how}  # type: ignore[typeddict-item]
    with world.vault_in_use():
        run = world.pay(FARMER, tender, **told)
    ports = {
        world.pad.address.port: Did.PAD,
        urlsplit(world.centre.base_url).port or 0: Did.CENTRE,
        urlsplit(world.shop.printer).port or 0: Did.PAPER,
    }
    return done(file.read_text("utf-8").splitlines(), world.directory / "vault" / "vault.db", ports), run


@pytest.mark.parametrize(
    ("tender", "at", "sale"),
    [(CARD, None, CARD_SALE), (CARD, AWAY, CARD_SALE_AWAY), (CODE, None, CODE_SALE)],
    ids=["card", "card-while-the-centre-is-away", "code"],
)
def test_each_promise_is_one_sync_and_no_receipt_comes_before_the_last(
    world: World, tender: str, at: str | None, sale: list[Did]
) -> None:
    did, run = traced(world, tender, **({} if at is None else {"centre": at}))
    assert run.code == 0
    assert did[: len(sale)] == sale
    # It says good-bye to the centre, and promises nothing more.
    assert did[len(sale) :] in ([], [Did.CENTRE])


@pytest.mark.parametrize(
    ("variant", "begins"),
    [
        ("asks_first", [Did.PAD, INTENT, OUTCOME]),
        ("splits_the_commit", [INTENT, Did.PAD, OUTCOME, Did.SYNC, Did.CENTRE]),
        ("does_not_sync", [Did.PAD, Did.CENTRE]),
        ("prints_first", [INTENT, Did.PAD, BEGUN, Did.PAPER]),
    ],
)
def test_a_terminal_that_breaks_the_promise_is_found_out(
    world: World, variant: str, begins: list[Did]
) -> None:
    did, _ = traced(world, CARD, variant=variant)
    assert did[: len(begins)] == begins
    assert did[: len(CARD_SALE)] != CARD_SALE
