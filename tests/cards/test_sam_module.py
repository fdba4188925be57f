"""The module's commands on a real serial device: a pseudo terminal with a virtual module behind it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from id_bench import CITIZEN, OTHER_CARD, QUICK, F, LateModule, faulty, id_card, module_at, text_of

from drivers.cards.id_outcomes import IdCardFault, IdCardMoved, IdCardRead, IdOutcome, IdStep, IdUnreadable
from drivers.cards.id_reader import read_laid_card
from drivers.cards.records import Garbled
from drivers.cards.sam_module import LineError, SamModule, SamRefused, SamSilent
from drivers.cards.sam_serial import SerialLine
from drivers.cards.sam_v import Reply, SamCommand, SamStatus
from drivers.virtual.cards import Pull, Silence, Wait
from drivers.virtual.control_port import RequestRefused
from drivers.virtual.guard import ProvisionedTerminal
from drivers.virtual.id_card import (
    Garbage,
    IdFault,
    IdMisbehaviour,
    Spoilt,
    Status,
    VirtualIdCard,
)
from drivers.virtual.sam_v import MODULE_ID, SamVMechanism
from drivers.virtual.sam_v_control import IdModuleControl
from drivers.virtual.sam_v_pty import VirtualIdModule

NUMBER = "05.01-20180801-0000000001-0000000002"
DEMO_CARD = Path(__file__).parents[2] / "demo" / "cards" / "id-liu-guilan.toml"


@pytest.fixture
def module(virtual: VirtualIdModule) -> Iterator[SamModule]:
    with module_at(virtual.link) as opened:
        yield opened


def _read_laid(module: SamModule) -> IdOutcome:
    assert module.find()
    return read_laid_card(module, NUMBER)


def test_the_module_tells_its_number_as_it_is_printed_on_it(module: SamModule) -> None:
    assert module.wake() == NUMBER


def test_a_card_is_found_read_and_not_found_again_before_it_is_lifted(
    virtual: VirtualIdModule, module: SamModule
) -> None:
    assert not module.find()
    virtual.mechanism.lay(id_card(extra_address="新地址"))
    outcome = _read_laid(module)
    assert isinstance(outcome, IdCardRead)
    assert (outcome.card.name, outcome.module_id, outcome.extra_address) == (
        CITIZEN[F.NAME],
        NUMBER,
        "新地址",
    )
    assert not module.find()
    assert module.still_lies_there()
    virtual.mechanism.lift()
    assert not module.still_lies_there()
    virtual.mechanism.lay(id_card())
    assert isinstance(_read_laid(module), IdCardRead)


def test_a_card_without_an_extra_address_has_none_and_still_lies_there(
    virtual: VirtualIdModule, module: SamModule
) -> None:
    virtual.mechanism.lay(id_card())
    outcome = _read_laid(module)
    assert isinstance(outcome, IdCardRead)
    assert outcome.extra_address is None
    assert module.still_lies_there()


@pytest.mark.parametrize("fingerprints", [0, 512, 1024])
def test_a_card_is_read_with_its_fingerprints_which_are_passed_over(
    virtual: VirtualIdModule, module: SamModule, fingerprints: int
) -> None:
    virtual.mechanism.lay(VirtualIdCard("with fingers", text_of(), fingerprint_bytes=fingerprints))
    assert module.find()
    module.select()
    content = module.read(with_fingerprints=True)
    assert (content.text, len(content.photo)) == (text_of(), 1024)


@pytest.mark.parametrize("ask", [SamModule.select, SamModule.read, SamModule.extra_address])
def test_without_a_card_every_command_is_refused(
    module: SamModule, ask: Callable[[SamModule], object]
) -> None:
    with pytest.raises(SamRefused) as refused:
        ask(module)
    assert refused.value.sw3 in {SamStatus.NOT_SELECTED, SamStatus.READ_FAILED}


MOVED = {SamStatus.READ_FAILED, SamStatus.NOT_FOUND, SamStatus.NOT_SELECTED}
REFUSALS = [status for status in SamStatus if status not in {SamStatus.OK, SamStatus.FOUND}]


@pytest.mark.parametrize("at", [2, 3], ids=["select", "read"])
@pytest.mark.parametrize("status", REFUSALS, ids=lambda status: f"{status:02X}")
def test_every_status_at_every_step_is_a_typed_outcome_with_its_meaning(
    virtual: VirtualIdModule, module: SamModule, status: SamStatus, at: int
) -> None:
    virtual.mechanism.lay(faulty(at, Status(status)))
    outcome = _read_laid(module)
    assert isinstance(outcome, IdCardMoved if status in MOVED else IdCardFault)
    assert (outcome.step, outcome.meaning) == ({2: IdStep.SELECT, 3: IdStep.READ}[at], status.meaning)


@pytest.mark.parametrize("at", [2, 3], ids=["select", "read"])
@pytest.mark.parametrize(
    "misbehaviour",
    [
        Pull(),
        Spoilt.CHECKSUM,
        Spoilt.LENGTH,
        Garbage(b"\x00\x01garbage"),
        Garbage(SamCommand.STATUS.encode()),
        Status(0x9F),
        Status(0x90),
    ],
    ids=str,
)
def test_whatever_goes_wrong_ends_in_an_outcome_and_the_next_card_reads(
    virtual: VirtualIdModule, module: SamModule, misbehaviour: IdMisbehaviour, at: int
) -> None:
    virtual.mechanism.lay(faulty(at, misbehaviour))
    outcome = _read_laid(module)
    assert isinstance(outcome, IdCardMoved if misbehaviour == Pull() else IdUnreadable)
    assert outcome.step is {2: IdStep.SELECT, 3: IdStep.READ}[at]
    virtual.mechanism.lay(id_card())
    assert isinstance(_read_laid(module), IdCardRead)


@pytest.mark.parametrize("misbehaviour", [Silence(), Spoilt.CUT], ids=str)
def test_an_answer_that_does_not_come_or_does_not_end_is_given_up_and_the_next_card_reads(
    virtual: VirtualIdModule, module: SamModule, misbehaviour: IdMisbehaviour
) -> None:
    virtual.mechanism.lay(faulty(2, misbehaviour))
    began = time.monotonic()
    outcome = _read_laid(module)
    assert time.monotonic() - began < 1
    assert outcome == IdUnreadable(IdStep.SELECT, "the module gave no whole answer within 0.3 s")
    virtual.mechanism.lay(id_card())
    assert isinstance(_read_laid(module), IdCardRead)


@pytest.mark.parametrize(
    "misbehaviour", [Status(0x21), Spoilt.CHECKSUM, Garbage(b"\xaa\xaa"), Silence()], ids=str
)
def test_what_goes_wrong_with_the_extra_address_does_not_spoil_the_text(
    virtual: VirtualIdModule, module: SamModule, misbehaviour: IdMisbehaviour
) -> None:
    virtual.mechanism.lay(id_card(IdFault(4, misbehaviour), extra_address="新地址"))
    outcome = _read_laid(module)
    assert isinstance(outcome, IdCardRead)
    assert outcome.extra_address is None


SELECTED = Reply(SamStatus.OK, bytes(8)).encode()
NUMBER_SAID = Reply(SamStatus.OK, MODULE_ID).encode()


def test_an_answer_that_comes_after_it_was_given_up_answers_nothing_else() -> None:
    refusal = Reply(SamStatus.NOT_SELECTED).encode()
    late = LateModule(NUMBER_SAID, b"", SELECTED + NUMBER_SAID, refusal)
    with closing(late), module_at(late.device) as module:
        with pytest.raises(SamSilent):
            module.select()
        with pytest.raises(SamRefused) as refused:
            module.select()
    assert refused.value.sw3 == SamStatus.NOT_SELECTED
    assert late.asked[2:] == [SamCommand.MODULE_ID.encode(), SamCommand.SELECT.encode()]


def test_the_rest_of_an_answer_that_was_given_up_is_never_the_next_cards() -> None:
    first, second = (Reply(SamStatus.OK, card.content()).encode() for card in (id_card(), OTHER_CARD))
    late = LateModule(NUMBER_SAID, first[:600], first[600:] + first + NUMBER_SAID, second)
    with closing(late), module_at(late.device) as module:
        with pytest.raises(SamSilent):
            module.read()
        assert module.read().text == OTHER_CARD.text


def test_the_rest_of_an_old_answer_is_passed_over_in_however_small_pieces_it_comes(
    virtual: VirtualIdModule,
) -> None:
    rest = Reply(SamStatus.OK, OTHER_CARD.content()).encode()[500:]
    line = _InPieces(virtual.link, rest)
    with closing(line):
        assert SamModule(line, QUICK).wake() == NUMBER


class _InPieces(SerialLine):
    """A line that gives every byte by itself; the first request finds old ones still coming."""

    def __init__(self, device: Path, old: bytes) -> None:
        super().__init__(device)
        self._waiting = b""
        self._old = old

    def write(self, data: bytes, within_s: float) -> None:
        self._waiting, self._old = self._old, b""
        super().write(data, within_s)

    def read(self, within_s: float) -> bytes:
        self._waiting = self._waiting or super().read(within_s)
        piece, self._waiting = self._waiting[:1], self._waiting[1:]
        return piece


def test_a_line_full_of_bytes_that_answer_nothing_is_given_up() -> None:
    late = LateModule(SELECTED * 900)
    with closing(late), module_at(late.device) as module, pytest.raises(Garbled, match="answer nothing"):
        module.wake()


@pytest.mark.parametrize("status", [SamStatus.SELF_TEST_FAILED, SamStatus.MODULE_NOT_AUTHORISED])
def test_a_module_that_does_not_work_even_after_a_reset_says_so(status: SamStatus) -> None:
    late = LateModule(*2 * [Reply(status).encode()])
    with closing(late), module_at(late.device) as module, pytest.raises(SamRefused, match=status.meaning):
        module.wake()
    assert late.asked == [SamCommand.MODULE_ID.encode(), SamCommand.RESET.encode()]


DONE = Reply(SamStatus.OK).encode()


@pytest.mark.parametrize(
    "before",
    [
        [NUMBER_SAID, Reply(SamStatus.UNKNOWN_ERROR).encode()],
        [NUMBER_SAID, Reply(SamStatus.SELF_TEST_FAILED).encode()],
        [Reply(SamStatus.SELF_TEST_FAILED).encode()],
        [Reply(SamStatus.MODULE_NOT_AUTHORISED).encode()],
    ],
    ids=["confused", "failed", "failed at its number", "not authorised at its number"],
)
def test_a_module_that_is_not_ready_is_reset(before: list[bytes]) -> None:
    late = LateModule(*before, DONE, NUMBER_SAID, DONE)
    with closing(late), module_at(late.device) as module:
        assert module.wake() == NUMBER
    commands = (SamCommand.RESET, SamCommand.MODULE_ID, SamCommand.STATUS)
    assert late.asked[len(before) :] == [command.encode() for command in commands]


@pytest.mark.parametrize("status", [SamStatus.UNKNOWN_COMMAND, SamStatus.NOT_AUTHORISED])
def test_a_module_that_does_not_know_the_extra_address_is_asked_twice_and_no_more(status: SamStatus) -> None:
    late = LateModule(NUMBER_SAID, *2 * [Reply(status).encode()])
    with closing(late), module_at(late.device) as module:
        with pytest.raises(SamRefused):
            module.extra_address()
        assert module.still_lies_there() is None
        assert (module.extra_address(), module.still_lies_there()) == (None, None)
    assert late.asked[1:] == 2 * [SamCommand.READ_EXTRA_ADDRESS.encode()]


def test_a_card_that_is_slow_is_read(virtual: VirtualIdModule, module: SamModule) -> None:
    virtual.mechanism.lay(faulty(3, Wait(0.2)))
    assert isinstance(_read_laid(module), IdCardRead)


def test_a_module_without_power_is_silent_and_answers_when_it_has_it_again(
    virtual: VirtualIdModule, module: SamModule
) -> None:
    virtual.mechanism.power(on=False)
    with pytest.raises(SamSilent):
        module.wake()
    virtual.mechanism.power(on=True)
    assert module.wake() == NUMBER


def test_a_device_that_goes_is_a_line_error(virtual: VirtualIdModule, module: SamModule) -> None:
    virtual.unplug()
    with pytest.raises(LineError):
        module.wake()
    with pytest.raises(LineError, match="Plug the ID reader in"):
        SerialLine(virtual.link)
    virtual.plug()
    with module_at(virtual.link) as again:
        assert again.wake() == NUMBER


def test_a_device_that_somebody_has_open_is_not_opened_twice(virtual: VirtualIdModule) -> None:
    with module_at(virtual.link), pytest.raises(LineError, match="Another program"):
        SerialLine(virtual.link)
    with module_at(virtual.link) as again:
        assert again.wake() == NUMBER


def test_bytes_that_nobody_read_do_not_wait_for_the_next_who_opens_it(virtual: VirtualIdModule) -> None:
    line = SerialLine(virtual.link)
    for _ in range(3):
        line.write(SamCommand.STATUS.encode(), 1.0)
    line.close()
    with module_at(virtual.link) as module:
        assert module.wake() == NUMBER


def _say(mechanism: SamVMechanism, *data: str) -> str:
    return b"".join(answer for part in data for answer in mechanism.take(bytes.fromhex(part))).hex().upper()


def test_a_module_answers_what_it_cannot_understand() -> None:
    mechanism = SamVMechanism()
    assert _say(mechanism, "AAAAAA9669 0003 11FF 00") == "AAAAAA9669000400001014"
    assert _say(mechanism, "AAAAAA9669 0F03 11FF ED") == "AAAAAA9669000400001115"
    assert _say(mechanism, "AAAAAA9669 0003 7777 03") == "AAAAAA9669000400002125"
    assert _say(mechanism, "00FF55", "AAAAAA9669 0003 11FF ED") == "AAAAAA9669000400009094"


def test_a_module_takes_a_command_byte_by_byte() -> None:
    bytes_of_the_command = [f"{byte:02X}" for byte in SamCommand.MODULE_ID.encode()]
    assert MODULE_ID.hex().upper() in _say(SamVMechanism(), *bytes_of_the_command)


def test_the_process_serves_a_device_and_a_control_port_and_leaves_nothing(tmp_path: Path) -> None:
    link = tmp_path / "module"
    command = [sys.executable, "-m", "drivers.virtual.sam_v_pty", "--link", str(link), "--with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert ready["device"] == str(link)
        with IdModuleControl("127.0.0.1", ready["control"]) as control, module_at(link) as module:
            assert control.lay(DEMO_CARD).card == "id-liu-guilan"
            assert module.find()
            module.select()
            assert (control.state().reading, control.state().commands) == (True, 2)
            assert isinstance(read_laid_card(module, NUMBER), IdCardRead)
            assert not control.state().reading
            assert control.lift().card is None
            assert not control.power(on=False).on
            assert control.power(on=True).on
            with pytest.raises(RequestRefused, match="not understood"):
                control.ask("burn")
            with pytest.raises(RequestRefused, match="No such file"):
                control.lay(tmp_path / "none.toml")
            with pytest.raises(RequestRefused, match="an ID card's file says kind"):
                control.lay(DEMO_CARD.with_name("liu-guilan.toml"))
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(5) == 0
    assert not link.is_symlink()


def test_the_process_ends_by_a_signal_and_says_why_it_cannot_start(tmp_path: Path) -> None:
    link = tmp_path / "module"
    command = [sys.executable, "-m", "drivers.virtual.sam_v_pty", "--link"]
    with subprocess.Popen([*command, str(link)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
    assert not link.is_symlink()
    refused = subprocess.run(
        [*command, str(tmp_path)], capture_output=True, text=True, timeout=10, check=False
    )
    assert (refused.returncode, refused.stderr[:32]) == (1, "the virtual ID module cannot sta")


def test_a_virtual_module_refuses_a_provisioned_terminal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "provisioned").touch()
    marks = (tmp_path / "provisioned",)
    monkeypatch.setattr("drivers.virtual.guard.refuse_on_provisioned_terminal.__defaults__", marks)
    with pytest.raises(ProvisionedTerminal):
        VirtualIdModule(tmp_path / "id-module")
    assert not (tmp_path / "id-module").is_symlink()


def test_nothing_is_left_open_however_often_a_device_comes_and_goes(virtual: VirtualIdModule) -> None:
    virtual.mechanism.lay(id_card())
    counts = []
    for _ in range(20):
        virtual.unplug()
        virtual.plug()
        with module_at(virtual.link) as module:
            assert isinstance(_read_laid(module), IdCardRead)
        counts.append(len(list(Path("/proc/self/fd").iterdir())))
    assert counts[-1] == counts[0]
