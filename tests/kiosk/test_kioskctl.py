"""`kioskctl` as a technician runs it: exit codes, and words that say what to do."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from agent_process import AgentProcess
from fixtures.centre import Centre
from fixtures.printer import PrinterProcess
from paying_bench import BackOffice
from resident import write_settings
from running_kioskctl import kioskctl, with_plug_ins

from drivers.cards.sam_serial import SerialLine
from drivers.virtual.pcsc_service import PrivatePcscd
from drivers.virtual.sam_v_pty import VirtualIdModule
from drivers.virtual.scanner import VirtualScanner
from kiosk.device_status import DeviceStatus, write_device_status
from kiosk.vault_jobs import in_vault

PAD = {"address": "tcp://127.0.0.1:9", "poi_id": "PAD-0001"}
VOICE = {"address": "alsa:default"}


@contextmanager
def nobody() -> Iterator[str]:
    """An address where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"tcp://127.0.0.1:{taken.getsockname()[1]}"


def test_a_test_print_that_came_out_is_a_success(printer: PrinterProcess) -> None:
    before = printer.settle()
    ended = kioskctl("print-test", "--printer", str(printer.address))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"{printer.address}: printed" in ended.stdout
    assert printer.settle() == before + 1


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        ("paper", "not-started: paper-out; put in a roll of paper"),
        ("silent", "not-started: silent; it does not answer"),
    ],
)
def test_a_test_print_that_did_not_come_out_says_why_and_what_to_do(
    printer: PrinterProcess, trouble: str, says: str
) -> None:
    match trouble:
        case "paper":
            printer.control.paper_out_after(0)
        case _:
            printer.control.silence()
    ended = kioskctl("print-test", "--printer", str(printer.address))
    assert ended.returncode == 1
    assert f"{printer.address}: {says}" in ended.stdout


def test_a_test_print_without_a_printer_says_where_to_look() -> None:
    with nobody() as address:
        ended = kioskctl("print-test", "--printer", address)
    assert ended.returncode == 1
    assert (
        f"{address}: not-started: unreachable; nothing listens at this address: check power" in ended.stdout
    )


def test_an_address_that_is_none_says_how_to_write_one() -> None:
    ended = kioskctl("print-test", "--printer", "192.0.2.1")
    assert ended.returncode == 2
    assert "write it as one of tcp://" in ended.stderr


Terminal = Callable[..., Path]


@pytest.fixture
def terminal(tmp_path: Path, centre: Centre, printer: PrinterProcess) -> Terminal:
    """The settings of a terminal with everything in order, but for what the test says."""

    def make(address: str | None = None, key: Path | None = None, **more: Mapping[str, object]) -> Path:
        return write_settings(
            tmp_path,
            centre_url=centre.base_url,
            device_key=key or centre.key_file,
            printer=address or str(printer.address),
            more=more,
        )

    return make


def selftest(config: Path, environment: Mapping[str, str]) -> tuple[int, dict[str, tuple[bool, str]]]:
    ended = kioskctl("selftest", "--config", config, environment=os.environ | dict(environment))
    told = {}
    for line in ended.stdout.splitlines():
        how, part, says = line.split(maxsplit=2)
        told[part] = (how == "ok", says)
    return ended.returncode, told


def test_a_terminal_in_order_passes_its_selftest(
    terminal: Terminal, centre: Centre, pcscd: PrivatePcscd, tmp_path: Path
) -> None:
    with VirtualIdModule(tmp_path / "module") as module, VirtualScanner(tmp_path / "scanner") as scanner:
        config = terminal(id_reader={"device": str(module.link)}, scanner={"device": str(scanner.link)})
        code, told = selftest(config, centre.environment)
    assert set(told) == {"vault", "reader", "id-card", "scanner", "printer", "centre", "font"}
    assert "module 05.01-" in told["id-card"][1]
    assert all(good for good, _ in told.values()), told
    assert code == 0
    assert "示例县" in told["centre"][1]


def test_a_scanner_that_is_not_plugged_in_is_told(terminal: Terminal, centre: Centre, tmp_path: Path) -> None:
    code, told = selftest(terminal(scanner={"device": str(tmp_path / "none")}), centre.environment)
    assert code == 1
    assert told["scanner"] == (
        False,
        f"{tmp_path / 'none'}: no such device; is it plugged in, and set to be a serial line?",
    )


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("good", "good loads and is ready"),
        ("broken", "'broken'"),
        ("no-such", "no card authenticator 'no-such' is installed"),
    ],
)
def test_the_module_with_the_terminals_keys_is_asked(
    terminal: Terminal, centre: Centre, tmp_path: Path, name: str, says: str
) -> None:
    config = terminal(reader={"authenticator": name})
    _, told = selftest(config, with_plug_ins(tmp_path / "plug-ins") | dict(centre.environment))
    assert told["key-module"][0] is (name == "good"), told
    assert says in told["key-module"][1]


def test_stopped_proofs_are_told_and_the_technicians_own_look_costs_no_card_a_try(
    terminal: Terminal, centre: Centre, tmp_path: Path
) -> None:
    config = terminal(reader={"authenticator": "good"})
    environment = with_plug_ins(tmp_path / "plug-ins") | dict(centre.environment)
    stopped = config.parent / "run" / "card-proofs-stopped"
    stopped.write_text("a genuine card refused the terminal's proof\n", "utf-8")
    _, told = selftest(config, environment)
    assert told["key-module"][0] is False
    assert f"then delete {stopped}" in told["key-module"][1]
    ended = kioskctl("card", "--config", config, environment=os.environ | environment)
    assert f"then delete {stopped}; cards are read without a key" in ended.stderr


@pytest.mark.parametrize("how", ["good", "bad"])
def test_a_module_that_the_running_kiosk_has_is_as_the_kiosk_found_it(
    terminal: Terminal, centre: Centre, tmp_path: Path, how: str
) -> None:
    with VirtualIdModule(tmp_path / "module") as module:
        config = terminal(id_reader={"device": str(module.link)})
        written(config, id_reader=how, why="id reader: silent")
        line = SerialLine(module.link)
        _, told = selftest(config, centre.environment)
        line.close()
    good, says = told["id-card"]
    assert good is (how == "good")
    assert f"the kiosk that runs (pid {os.getpid()}) has {module.link} and found it {how}" in says
    assert ("(id reader: silent)" in says) is (how == "bad")


def test_every_part_that_fails_is_told_with_a_remedy_and_the_others_are_asked(
    terminal: Terminal, centre: Centre, tmp_path: Path
) -> None:
    with nobody() as address:
        config = terminal(
            address=address,
            centre={"url": address.replace("tcp", "http")},
            vault={"key_file": str(tmp_path / "no-key")},
            reader={"name_contains": "ACME"},
            id_reader={"device": str(tmp_path / "no-module")},
        )
        code, told = selftest(config, centre.environment)
    assert code == 1
    assert [part for part, (good, _) in told.items() if good] == ["font"]
    assert "create" in told["vault"][1]
    assert "no-key" in told["vault"][1]
    assert "[reader] name_contains" in told["reader"][1]
    assert "no-module cannot be opened" in told["id-card"][1]
    assert "unreachable; nothing listens at this address: check power" in told["printer"][1]
    assert "check the network, [centre] url" in told["centre"][1]


def test_a_terminal_that_is_not_enrolled_is_told_so(
    terminal: Terminal, centre: Centre, tmp_path: Path
) -> None:
    _, told = selftest(terminal(key=tmp_path / "no.pem"), centre.environment)
    assert told["centre"] == (
        False,
        f"device key {tmp_path / 'no.pem'}: No such file or directory; enrol this terminal first",
    )
    _, told = selftest(terminal(terminal={"id": "T999"}), centre.environment)
    good, says = told["centre"]
    assert not good
    assert "is T999 enrolled, is the clock right?" in says


def test_wrong_settings_are_named_with_their_line(tmp_path: Path) -> None:
    config = tmp_path / "terminal.toml"
    config.write_text("[terminal]\nid = 1\nplaces = 2\n")
    ended = kioskctl("selftest", "--config", config)
    assert ended.returncode == 2
    assert f"kioskctl: {config}:2: terminal.id: " in ended.stderr
    assert f"{config}:3: terminal.places is no setting; allowed there: id, place, run_dir" in ended.stderr
    ended = kioskctl("status", "--config", tmp_path / "none.toml")
    assert ended.returncode == 2
    assert "Copy packaging/terminal.example.toml there" in ended.stderr


def test_a_wrong_clock_start_says_how_to_write_it(terminal: Terminal) -> None:
    environment = os.environ | {"BIANMIN_NOW": "yesterday"}
    ended = kioskctl("selftest", "--config", terminal(), environment=environment)
    assert ended.returncode == 2
    assert "BIANMIN_NOW='yesterday'" in ended.stderr


def test_the_status_of_a_terminal_that_never_ran_says_how_to_start_it(terminal: Terminal) -> None:
    ended = kioskctl("status", "--config", terminal())
    assert ended.returncode == 2
    assert "start `kiosk`" in ended.stderr


def written(config: Path, **how: object) -> None:
    told: dict[str, object] = {
        "at": "2026-11-20T09:30:00+08:00",
        "front_pid": os.getpid(),
        "network": "good",
        "paper": "low",
        "reader": "good",
    }
    write_device_status(config.parent / "run", DeviceStatus(**(told | how)))  # type: ignore[arg-type]


@contextmanager
def with_agent(config: Path, centre: Centre) -> Iterator[None]:
    agent = AgentProcess(config, centre.environment)
    try:
        agent.wait_for_start()
        yield
    finally:
        agent.kill()


def test_the_status_of_a_good_terminal(terminal: Terminal, centre: Centre) -> None:
    config = terminal()
    written(config)
    environment = os.environ | dict(centre.environment)
    with with_agent(config, centre):
        ended = kioskctl("status", "--config", config, environment=environment)
        assert ended.returncode == 0
        for line in (
            "terminal  T001 示例村服务站",
            "front     runs, last change ",
            "agent     runs",
            "pin pad   none",
            "waiting   0 entries, ￥0.00",
        ):
            assert line in ended.stdout
        for bad in ("rejected", "unknown"):
            assert bad not in ended.stdout
        told = json.loads(kioskctl("status", "--json", "--config", config, environment=environment).stdout)
    assert (told["good"], told["alive"], told["agent"], told["paper"]) == (True, True, True, "low")
    assert (told["waiting"], told["waiting_fen"], told["oldest"], told["unknown_payments"]) == (0, 0, None, 0)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"network": "bad", "why": "printer: paper-out"}, "why       printer: paper-out"),
        ({"front_pid": 2**22 + 1}, "front     does not run"),
        ({"pin_pad": "bad", "why": "pin pad: bank-away"}, "pin pad   bad"),
        ({"voice": "bad", "why": "voice: espeak-ng is not installed"}, "voice     bad"),
    ],
)
def test_the_status_of_a_terminal_in_trouble_is_no_success(
    terminal: Terminal, centre: Centre, how: dict[str, object], says: str
) -> None:
    """With an agent at work: it is the one thing told that is wrong."""
    more = {"pin_pad": PAD} if "pin_pad" in how else {"voice": VOICE} if "voice" in how else {}
    config = terminal(**more)
    written(config, **how)
    with with_agent(config, centre):
        ended = kioskctl("status", "--config", config)
    assert ended.returncode == 1
    assert says in ended.stdout


def test_a_terminal_whose_agent_does_not_run_sends_nothing_and_is_not_good(
    terminal: Terminal, centre: Centre
) -> None:
    config = terminal()
    written(config)
    with with_agent(config, centre):
        pass
    ended = kioskctl("status", "--config", config)
    assert ended.returncode == 1
    assert "agent     does not run: nothing is sent; start `kiosk-agent`" in ended.stdout


def test_the_status_tells_of_money_that_waits_is_rejected_or_unknown(office: BackOffice) -> None:
    config = office.settings_file()
    written(config)
    office.rejected()
    office.sell(*office.bills(2))
    now = office.clock.now()
    with office.vault() as vault:
        in_vault(vault, lambda cache: cache.intents.open("T001-AAAA", "card", b"{}", now))
    ended = kioskctl("status", "--config", config, environment=os.environ | dict(office.environment))
    assert ended.returncode == 1
    assert "waiting   2 entries, ￥800.00, oldest of 11-20 09:3" in ended.stdout
    assert "rejected  1: see `kioskctl outbox list`" in ended.stdout
    assert "unknown   1 payments: see `kioskctl payments list`" in ended.stdout
    told = json.loads(kioskctl("status", "--json", "--config", config).stdout)
    assert (told["waiting"], told["waiting_fen"], told["rejected"]) == (2, 80_000, 1)
    assert told["unknown_payments"] == 1
    assert told["oldest"].startswith("2026-11-20T09:3")


def test_a_status_file_that_is_none_is_an_error_with_its_name(terminal: Terminal) -> None:
    config = terminal()
    (config.parent / "run" / "devices.json").write_text("{}")
    ended = kioskctl("status", "--config", config)
    assert ended.returncode == 2
    assert "devices.json" in ended.stderr
