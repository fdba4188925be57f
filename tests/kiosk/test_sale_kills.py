"""Front and agent are killed with SIGKILL from outside, wherever it hurts: 0 lost, 0 double.

After each kill everything starts anew; once it has come to rest, the resident comes again and pays what he is
still asked for. Then pad, gateway, centre and vault must agree: each premium was paid once and posted once,
and every receipt that was shown is good. The controls are terminals that break one promise each.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from fixtures.gateway import RunningGateway
from fixtures.printer import PrinterProcess
from fixtures.proofs import Tally
from kill_bench import CARD, CODE, How, World
from paying_bench import sooner_or_later
from resident import Hands
from traced_child import SENDS, SYNCS, WRITES, Child, Run, Told, killing
from used_terminals import AWAY, CHILDREN, FARMER, MOTHER, Buyer, Stand, Template
from wire import Wire

from central.faults import FaultKind, FaultRequest
from central.virtual_gateway.control import GatewayControl
from drivers.virtual.control_port import RequestRefused
from drivers.virtual.pin_pad_faults import Fault as PadFault
from drivers.virtual.pin_pad_faults import FaultKind as PadFaultKind
from drivers.virtual.pin_pad_mechanism import Auto

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
prove = pytest.mark.prove

MOST = 200
"""Calls by which whoever is still alive must have come to his end."""
FEW_S = 4.0
"""A terminal that is broken may never come to rest."""
RANDOM_KILLS = 20
SENDS_FOR_S = 0.08
"""From its start until what waits is sent."""


@dataclass(frozen=True)
class Sale:
    """Who pays and how, and what the terminal has to go without."""

    buyer: Buyer
    tender: str
    away: bool = False
    answers_lost: int = 0
    """The centre takes entries, and the line breaks before it has said so."""
    beside_agent: bool = False
    """As on a terminal: the agent is awake, and may be quicker."""


SALES = {
    "card": Sale(MOTHER, CARD),
    "card-while-the-centre-is-away": Sale(FARMER, CARD, away=True),
    "card-on-a-bad-line": Sale(MOTHER, CARD, answers_lost=2),
    "card-beside-the-agent": Sale(MOTHER, CARD, beside_agent=True),
    "code": Sale(FARMER, CODE),
}


@pytest.fixture(scope="module")
def stand(printer_process: PrinterProcess, hands: Hands) -> Stand:
    return Stand(hands.free, str(printer_process.address))


@pytest.fixture(scope="module")
def visited(
    tmp_path_factory: pytest.TempPathFactory, filled_database: Path, gateway: RunningGateway, stand: Stand
) -> Template:
    return Template.visited(tmp_path_factory.mktemp("visited"), filled_database, gateway, stand)


@pytest.fixture(scope="module")
def sold(
    tmp_path_factory: pytest.TempPathFactory, filled_database: Path, gateway: RunningGateway, stand: Stand
) -> Template:
    return Template.sold(tmp_path_factory.mktemp("sold"), filled_database, gateway, stand)


@pytest.fixture(scope="module")
def tally() -> Iterator[Tally]:
    """What the whole proof tried; written down where any of it ran."""
    one = Tally()
    yield one
    one.write("payments")


Opened = Callable[[Template], World]


@pytest.fixture
def opened(tmp_path: Path, phone: GatewayControl) -> Iterator[Opened]:
    """Opens the world of one case; the one before is closed."""
    with ExitStack() as worlds:
        numbers = iter(range(10_000))

        def open_world(template: Template) -> World:
            worlds.close()
            return worlds.enter_context(World(template, tmp_path / f"{next(numbers)}", phone))

        yield open_world


# A sale that is killed.


def sold_and_killed(world: World, sale: Sale, how: How, *, alone: bool = False) -> Run:
    """The visit that somebody kills, in the world that the sale is for. Alone with its vault: then the next
    front reads the log anew, and finds also what was written and not synced."""
    with ExitStack() as beside:
        if not alone:
            beside.enter_context(world.vault_in_use())
        if sale.beside_agent:
            beside.enter_context(world.agent())
        if sale.away:
            how["centre"] = AWAY
        if sale.answers_lost:
            wire = beside.enter_context(Wire(world.centre.base_url))
            how["centre"] = wire.url
            how["react"] = lambda _child, told: confirms(told) and wire.lose_answers(sale.answers_lost)
        return world.pay(sale.buyer, sale.tender, **how)


def confirms(told: Told) -> bool:
    """He says how he pays: from here on money may move."""
    return told.get("now") == "confirms"


def come_to_rest(world: World, buyer: Buyer, tender: str = CARD, **how: object) -> list[str]:
    """What is wrong when everything has."""
    world.power_is_back()
    back = world.come_to_rest(buyer, tender, **how)  # type: ignore[arg-type]
    found = world.findings(world.bills_of(*buyer.names))
    return found if back.code == 0 else [*found, f"the front that came after it ended with {back.code}"]


@pytest.mark.parametrize(
    ("name", "sync", "shown"),
    [
        ("card", 2, False),  # outcome and entries are written, not synced
        ("card", 3, False),  # posted, and not marked
        ("card-while-the-centre-is-away", 5, True),  # the receipt is promised, its paper not begun
        ("code", 1, False),  # the intent is written, the centre was not asked
        ("code", 2, False),  # paid, and the outcome is not synced
    ],
)
def test_a_front_killed_in_the_middle_of_a_sale_loses_nothing_and_doubles_nothing(
    opened: Opened, visited: Template, name: str, sync: int, *, shown: bool
) -> None:
    world, sale = opened(visited), SALES[name]
    run = sold_and_killed(world, sale, {"from_confirming": killing(SYNCS, sync)})
    assert run.killed, "it was never killed: the test proves nothing"
    assert bool(run.shown) is shown
    assert come_to_rest(world, sale.buyer) == []


@dataclass(frozen=True)
class Kills:
    """A sale that is killed at every one of these calls: of the front's whole life, or from the moment at
    which the resident says how he pays."""

    sale: str
    calls: str
    whole_life: bool = False


EVERY_KILL = [
    *(Kills(sale, SYNCS, whole_life=True) for sale in ("card", "card-while-the-centre-is-away", "code")),
    *(Kills(sale, SYNCS) for sale in SALES),
    *(Kills(sale, calls) for sale in ("card", "code") for calls in (WRITES, SENDS)),
]


@prove
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("kills", EVERY_KILL, ids=str)
def test_a_front_killed_at_every_call_loses_nothing_and_doubles_nothing(
    opened: Opened, visited: Template, tally: Tally, kills: Kills
) -> None:
    sale, failed = SALES[kills.sale], []
    for when in range(1, MOST):
        world, tracer = opened(visited), killing(kills.calls, when)
        how: How = {"under": tracer} if kills.whole_life else {"from_confirming": tracer}
        run = sold_and_killed(world, sale, how, alone=kills.whole_life)
        found = come_to_rest(world, sale.buyer)
        tally.case(f"{kills}, {when}", found)
        failed += found
        if not run.killed:
            break
    else:
        pytest.fail(f"still killed at its {MOST}th of {kills.calls}")
    assert when > 1, "it was never killed: the test proves nothing"
    assert failed == []


# What the pad says of the charge that was going on.


def killed_at_the_pad(world: World, then: Callable[[], object] = lambda: None) -> None:
    """The front dies while the pad waits for a card; then what happens at the pad."""
    world.pad.control.auto(None)

    def kill(child: Child, told: Told) -> None:
        if told.get("stage") == "at-pad":
            sooner_or_later(lambda: world.pad.control.state().waiting_amount is not None)
            child.process.kill()

    assert world.pay(FARMER, CARD, react=kill).killed
    then()


def charged_after_its_death(world: World) -> list[str]:
    killed_at_the_pad(world, world.pad.control.present_card)
    sooner_or_later(lambda: world.charged() == 1)
    return come_to_rest(world, FARMER)


def not_charged(world: World, variant: str | None = None) -> list[str]:
    """He walks away; the next one who holds a card to the pad must not pay for him."""
    killed_at_the_pad(world)
    strangers: list[str] = []

    def stranger(_child: Child, told: Told) -> None:
        if told.get("now") in ("settled", "unsettled"):
            try:
                world.pad.control.present_card()
                strangers.append("a stranger's card was charged")
            except RequestRefused:
                world.pad.control.auto(Auto.APPROVE)

    broken = {"variant": variant, "patience_s": FEW_S} if variant is not None else {}
    return come_to_rest(world, FARMER, react=stranger, **broken) + strangers


def pad_is_dead_after_charging(world: World, variant: str | None = None) -> list[str]:
    """The power goes at front and pad, and only the front comes back: nobody says anything. Later the pad."""

    def cut(child: Child, told: Told) -> None:
        if confirms(told):
            # Else its answer may be faster than the cut, and nothing is unknown.
            world.pad.control.fault(PadFault(PadFaultKind.SILENT, after_charging=True))
        if told.get("stage") == "at-pad":
            sooner_or_later(lambda: world.charged() == 1)
            world.pad.kill()
            child.process.kill()

    assert world.pay(FARMER, CARD, react=cut).killed
    broken = {} if variant is None else {"variant": variant}
    # The card cannot be used, his phone could.
    asked = come_to_rest(world, FARMER, CODE, patience_s=FEW_S, **broken)
    doubled = [finding for finding in asked if "money moved 2 times" in finding]
    world.pad.restart()
    return doubled + come_to_rest(world, FARMER, **broken)


def pad_loses_its_power_too(world: World) -> list[str]:
    """While it waits for the card: its ledger says that nothing was charged."""
    killed_at_the_pad(world, world.pad.restart)
    return come_to_rest(world, FARMER)


def pad_never_heard(world: World) -> list[str]:
    """It took the request in and forgot it: it knows of nothing, and that counts only after a while."""

    def mute(child: Child, told: Told) -> None:
        if confirms(told):
            world.pad.control.mute(on=True)
        if told.get("stage") == "at-pad":
            child.process.kill()

    assert world.pay(FARMER, CARD, react=mute).killed
    world.pad.control.mute(on=False)
    return come_to_rest(world, FARMER)


def code_on_the_screen(world: World, *, paid: bool) -> list[str]:
    """The front dies while its code is to be seen; a phone may have seen it."""

    def kill(child: Child, told: Told) -> None:
        if told.get("stage") == "scan":
            child.process.kill()

    assert world.pay(FARMER, CODE, react=kill, scans=False).killed
    if paid:
        world.scan()
    found = come_to_rest(world, FARMER)
    return found if (world.charged() == 0) is paid else [*found, f"{world.charged()} charges beside the code"]


RECOVERIES: dict[str, Callable[[World], list[str]]] = {
    "charged": charged_after_its_death,
    "not-charged": not_charged,
    "silent": pad_is_dead_after_charging,
    "power-cut": pad_loses_its_power_too,
    "never-heard": pad_never_heard,
    "code-paid": lambda world: code_on_the_screen(world, paid=True),
    "code-not-paid": lambda world: code_on_the_screen(world, paid=False),
}


@pytest.mark.parametrize("says", ["charged", "not-charged", "silent", "code-paid"])
def test_the_front_that_comes_after_finds_the_truth(opened: Opened, visited: Template, says: str) -> None:
    assert RECOVERIES[says](opened(visited)) == []


@prove
@pytest.mark.timeout(300)
def test_whatever_is_said_of_a_payment_the_truth_is_found(
    opened: Opened, visited: Template, tally: Tally
) -> None:
    failed = []
    for says, recovery in RECOVERIES.items():
        found = recovery(opened(visited))
        tally.case(f"recovery, {says}", found)
        failed += found
    assert failed == []


# The agent.


@dataclass(frozen=True)
class Line:
    """How the centre takes what the agent sends."""

    answers_lost: int = 0
    fault: FaultKind | None = None


LINES = {
    "answers": Line(),
    "answers-are-lost": Line(answers_lost=2),
    "fails-at-first": Line(fault=FaultKind.ERROR),
    "garbage-at-first": Line(fault=FaultKind.GARBAGE),
}


def sent_and_killed(world: World, line: Line, under: tuple[str, ...]) -> bool:
    """An agent sends what waits until it is killed; False where nothing killed it."""
    if line.fault is not None:
        world.faults.arm(FaultRequest(kind=line.fault, path_prefix="/v1/transactions"))
    with Wire(world.centre.base_url) as wire:
        wire.lose_answers(line.answers_lost)
        return not world.agent_sends(under=under, centre=wire.url)


def all_is_sent(world: World) -> list[str]:
    """Another agent sends the rest; then everything is sent once more."""
    world.power_is_back()
    assert world.agent_sends()
    world.send_all_again()
    return world.findings(world.bills_of(*CHILDREN))


@pytest.mark.parametrize(("name", "sync"), [("answers", 4), ("answers-are-lost", 6)])
def test_an_agent_killed_while_it_sends_applies_each_entry_once(
    opened: Opened, sold: Template, name: str, sync: int
) -> None:
    """What the centre said, for the first time or again, is written and not synced."""
    world = opened(sold)
    assert sent_and_killed(world, LINES[name], killing(SYNCS, sync)), "it was never killed"
    assert all_is_sent(world) == []


@prove
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("name", "calls"), [*((name, SYNCS) for name in LINES), ("answers", WRITES)])
def test_an_agent_killed_at_every_call_applies_each_entry_once(
    opened: Opened, sold: Template, tally: Tally, name: str, calls: str
) -> None:
    failed = []
    for when in range(1, MOST):
        world = opened(sold)
        was_killed = sent_and_killed(world, LINES[name], killing(calls, when))
        found = all_is_sent(world)
        tally.case(f"agent, {name}, killed at {calls} {when}", found)
        failed += found
        if not was_killed:
            break
    else:
        pytest.fail(f"still killed at its {MOST}th {calls}")
    assert when > 1
    assert failed == []


@prove
@pytest.mark.timeout(600)
def test_an_agent_killed_at_random_moments_applies_each_entry_once(
    opened: Opened, sold: Template, tally: Tally
) -> None:
    moments = random.Random(20261120)  # noqa: S311 moments, no secrets
    killed, failed = 0, []
    for number in range(RANDOM_KILLS):
        world = opened(sold)
        was_killed, found = killed_while_sending(world, moments.uniform(0, SENDS_FOR_S))
        tally.case(f"agent, killed at random moment {number}", found)
        killed += was_killed
        failed += found
    assert killed > RANDOM_KILLS // 4, "it was hardly ever killed in the middle: the test proves nothing"
    assert failed == []


def killed_while_sending(world: World, after_s: float) -> tuple[bool, list[str]]:
    """SIGKILL so long after the agent began its work."""
    with world.agent() as agent:
        sooner_or_later(lambda: "agent started" in (world.directory / "agent.log").read_text("utf-8"))
        time.sleep(after_s)
        agent.process.kill()
    return world.waiting() > 0, all_is_sent(world)


# The controls.


def sale_control(variant: str, name: str, sync: int) -> Callable[[World], list[str]]:
    """A broken terminal, killed at this sync of a sale."""

    def findings(world: World) -> list[str]:
        sale = SALES[name]
        run = sold_and_killed(world, sale, {"from_confirming": killing(SYNCS, sync), "variant": variant})
        assert run.killed
        return come_to_rest(world, sale.buyer, variant=variant, patience_s=FEW_S)

    return findings


CONTROLS: dict[str, Callable[[World], list[str]]] = {
    "new_key_each_time": sale_control("new_key_each_time", "card", 3),
    "new_order_key_each_time": sale_control("new_order_key_each_time", "code", 2),
    "asks_first": sale_control("asks_first", "card", 1),
    "splits_the_commit": sale_control("splits_the_commit", "card", 3),
    "silence_means_no": lambda world: pad_is_dead_after_charging(world, "silence_means_no"),
    "leaves_the_pad_waiting": lambda world: not_charged(world, "leaves_the_pad_waiting"),
}


@pytest.mark.parametrize("variant", ["new_key_each_time", "asks_first", "splits_the_commit"])
def test_a_terminal_that_breaks_a_promise_is_found_out(
    opened: Opened, visited: Template, variant: str
) -> None:
    assert CONTROLS[variant](opened(visited)) != []


@prove
@pytest.mark.timeout(300)
def test_every_terminal_that_breaks_a_promise_is_found_out(
    opened: Opened, visited: Template, tally: Tally
) -> None:
    passed = []
    for variant, control in CONTROLS.items():
        found = control(opened(visited))
        tally.control(found)
        passed += [] if found else [variant]
    assert passed == []
