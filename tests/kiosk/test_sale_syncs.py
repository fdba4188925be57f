"""Promise 1, counted from outside: every promise of a sale is one sync, and no receipt comes before the last.

The front is a process of its own; strace tells what it syncs and whom it sends bytes to, in their order.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fixtures.gateway import RunningGateway
from fixtures.printer import PrinterProcess
from kill_bench import CARD, CODE, How, World
from resident import Hands
from traced_child import Run, tracing
from used_terminals import AWAY, FARMER, Stand, Template

from central.virtual_gateway.control import GatewayControl
from demo.syncs import CALLS, Traced, done_by

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")

INTENT, OUTCOME, APPLIED, GIVEN_BACK, BEGUN, ENDED = (Traced.SYNC,) * 6
"""APPLIED marks an entry, GIVEN_BACK ends the front's lease of it: both come after the promise."""
CARD_SALE = [INTENT, Traced.PAD, OUTCOME, Traced.CENTRE, APPLIED, BEGUN, Traced.PAPER, ENDED]
CARD_SALE_AWAY = [INTENT, Traced.PAD, OUTCOME, GIVEN_BACK, BEGUN, Traced.PAPER, ENDED]
CODE_SALE = [INTENT, Traced.CENTRE, OUTCOME, BEGUN, Traced.PAPER, ENDED]


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


def traced(world: World, tender: str, **how: str) -> tuple[list[Traced], Run]:
    """A sale, from the moment at which the resident says how he pays."""
    file = world.directory / "trace"
    told: How = {"from_confirming": tracing(file, CALLS), **how}  # type: ignore[typeddict-item]
    with world.vault_in_use():
        run = world.pay(FARMER, tender, **told)
    ports = {
        world.pad.address.port: Traced.PAD,
        urlsplit(world.centre.base_url).port or 0: Traced.CENTRE,
        urlsplit(world.shop.printer).port or 0: Traced.PAPER,
    }
    return done_by(file.read_text("utf-8").splitlines(), ports), run


@pytest.mark.parametrize(
    ("tender", "at", "sale"),
    [(CARD, None, CARD_SALE), (CARD, AWAY, CARD_SALE_AWAY), (CODE, None, CODE_SALE)],
    ids=["card", "card-while-the-centre-is-away", "code"],
)
def test_each_promise_is_one_sync_and_no_receipt_comes_before_the_last(
    world: World, tender: str, at: str | None, sale: list[Traced]
) -> None:
    did, run = traced(world, tender, **({} if at is None else {"centre": at}))
    assert run.code == 0
    assert did[: len(sale)] == sale
    # It says good-bye to the centre, and promises nothing more.
    assert did[len(sale) :] in ([], [Traced.CENTRE])


@pytest.mark.parametrize(
    ("variant", "begins"),
    [
        ("asks_first", [Traced.PAD, INTENT, OUTCOME]),
        ("splits_the_commit", [INTENT, Traced.PAD, OUTCOME, Traced.SYNC, Traced.CENTRE]),
        ("does_not_sync", [Traced.PAD, Traced.CENTRE]),
        ("prints_first", [INTENT, Traced.PAD, BEGUN, Traced.PAPER]),
    ],
)
def test_a_terminal_that_breaks_the_promise_is_found_out(
    world: World, variant: str, begins: list[Traced]
) -> None:
    did, _ = traced(world, CARD, variant=variant)
    assert did[: len(begins)] == begins
    assert did[: len(CARD_SALE)] != CARD_SALE
