"""What a probe finds out: no more than the printer proves, and papers then end as its profile says."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from printing_bench import QUICK, WAIT_S, FileJobLog, PrinterProcess
from usb_bench import OnBus, Usb, UsbPrinter

from drivers.printers.commands import Act, Character, CommandParser, Fence, Plain, Set, Setting
from drivers.printers.escpos import PIECE_BYTES
from drivers.printers.job_log import PrintOutcome
from drivers.printers.paper import Paper, Text
from drivers.printers.printer import Printer
from drivers.printers.probe import Abilities, NotReady, Proof, probe
from drivers.printers.probe_paper import DOTS_OF, LINES, WAY_OUT, font_shown, probe_bytes
from drivers.printers.profile import Completion, Encoding, standard
from drivers.printers.profile_file import load_profile, profile_text
from drivers.printers.repertoire import Repertoire
from drivers.printers.status import Reason
from drivers.printers.transport import TcpAddress, Unreachable
from drivers.printers.usb_line import UsbAddress

HASTY = replace(QUICK, answer_s=0.25, proof_s=WAIT_S)


@pytest.fixture(scope="module")
def lively_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrinterProcess]:
    """Its paper takes time: an answer on arrival is another than one behind the paper."""
    process = PrinterProcess(tmp_path_factory.mktemp("papers"), "--mm-per-s", "250")
    yield process
    process.close()


@pytest.fixture
def lively(lively_process: PrinterProcess) -> Iterator[PrinterProcess]:
    yield lively_process
    lively_process.control.silence(())
    lively_process.control.load_paper()
    lively_process.settle()


EVERYTHING = Abilities(
    (1, 2, 3, 4), clears=True, reports=True, fence=Proof.IN_PLACE, process_id=Proof.IN_PLACE
)
BY_FENCE = replace(EVERYTHING, clears=False, process_id=Proof.NONE)
BY_REPORT = replace(BY_FENCE, fence=Proof.NONE)
DEAF = replace(EVERYTHING, real_time=(), clears=False, fence=Proof.UNORDERED, process_id=Proof.UNORDERED)
SHORT = Paper("short", (Text("永和九年"),))
MUTE = Abilities((), clears=False, reports=False, fence=Proof.NONE, process_id=Proof.NONE)
PROOF_S = {EVERYTHING: WAIT_S, BY_FENCE: 2.5, DEAF: WAIT_S, MUTE: 0.3}
"""Where some do not come, those that do must have come by then."""


@pytest.mark.parametrize(
    ("silenced", "found", "outcome"),
    [
        ((), EVERYTHING, PrintOutcome.PRINTED),
        (("process_id", "cleared"), BY_FENCE, PrintOutcome.PRINTED),
        # It answers behind the paper, but cannot be asked what is in the way.
        (("real_time", "cleared"), DEAF, PrintOutcome.UNKNOWN),
        (
            ("real_time", "automatic", "transmitted", "process_id", "cleared"),
            MUTE,
            PrintOutcome.UNKNOWN,
        ),
    ],
    ids=["everything", "fences", "no state", "nothing"],
)
def test_a_printer_is_claimed_to_prove_what_it_proved_and_a_paper_then_ends_so(
    lively: PrinterProcess, tmp_path: Path, silenced: tuple[str, ...], found: Abilities, outcome: PrintOutcome
) -> None:
    papers = lively.settle()
    lively.control.silence(silenced)
    abilities = probe(lively.address, replace(HASTY, proof_s=PROOF_S[found]))
    assert abilities == found
    assert lively.settle() == papers + 1, "the probe paper is out, whole and cut"

    file = tmp_path / "found.toml"
    file.write_text(profile_text(replace(standard(), completion=abilities.completion)))
    limits = replace(HASTY, write_s=WAIT_S, silence_s=WAIT_S)
    with Printer(
        lively.address, FileJobLog(tmp_path / "jobs"), limits=limits, profile=load_profile(file)
    ) as printer:
        assert printer.print(SHORT).result(WAIT_S).outcome is outcome
    assert lively.settle() == papers + 2


def test_the_most_that_was_proven_is_claimed_and_no_more() -> None:
    assert EVERYTHING.completion is Completion.PROCESS_ID
    assert BY_FENCE.completion is Completion.FENCE
    assert BY_REPORT.completion is DEAF.completion is Completion.ASB
    assert MUTE.completion is Completion.NOTHING
    for proof in (Proof.UNORDERED, Proof.MISCOUNTED):
        assert replace(EVERYTHING, process_id=proof).completion is Completion.FENCE
        assert replace(BY_FENCE, fence=proof).completion is Completion.ASB
    # Without the answer to DLE EOT 1 the driver takes the printer for silent, and prints by no proof.
    assert replace(EVERYTHING, real_time=(2, 3, 4)).completion is Completion.ASB
    # A process id stands for itself; a fence does not where a fault may go unsaid.
    assert replace(EVERYTHING, real_time=(1, 4)).completion is Completion.PROCESS_ID
    assert replace(BY_FENCE, real_time=(1, 2, 4)).completion is Completion.ASB


@contextmanager
def answers_on_arrival(
    real_time: tuple[int, ...], surplus: bytes = b"", *, at_once: bool = False, line_s: float = 0.0
) -> Iterator[TcpAddress]:
    """A bad copy of a printer: it reads ahead, and answers what it reads before anything is printed.

    `at_once`: DLE EOT is answered before all else, as good printers do. With `line_s` it waits for each line,
    but neither for a feed nor for the cut.
    """

    def serve(connected: socket.socket) -> None:
        parser = CommandParser()
        with connected, suppress(ConnectionResetError):  # as the driver ends it
            while data := connected.recv(4096):
                if at_once:
                    connected.sendall(b"\x12" * sum(data.count(b"\x10\x04" + bytes((n,))) for n in real_time))
                parser.feed(data)
                for command in parser:
                    match command:
                        case Plain(Act.REAL_TIME, raw) if raw[:2] == b"\x10\x04" and raw[2] in real_time:
                            connected.sendall(b"" if at_once else b"\x12")
                        case Plain(Act.LINE_FEED):
                            time.sleep(line_s)
                        case Setting(Set.TRANSMIT_STATUS):
                            connected.sendall(b"\x00")
                        case Fence(process_id):
                            connected.sendall(b"\x37\x22" + process_id + b"\x00")
                time.sleep(0.05)
                connected.sendall(surplus)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = threading.Thread(target=lambda: serve(listener.accept()[0]))
        serving.start()
        yield TcpAddress("127.0.0.1", listener.getsockname()[1])
        serving.join(WAIT_S)


@pytest.mark.parametrize(
    ("at_once", "line_s"), [(False, 0.0), (True, 0.0), (True, 0.03)], ids=["in turn", "at once", "by lines"]
)
def test_an_answer_that_comes_before_the_paper_can_be_out_proves_nothing(
    at_once: bool, line_s: float
) -> None:
    with answers_on_arrival((1, 2, 3, 4), at_once=at_once, line_s=line_s) as address:
        abilities = probe(address, HASTY)
    assert (abilities.fence, abilities.process_id) == (Proof.UNORDERED, Proof.UNORDERED)
    assert abilities.completion is Completion.NOTHING


def test_fences_that_are_not_answered_once_each_prove_nothing() -> None:
    with answers_on_arrival((1, 4), surplus=b"\x00") as address:
        abilities = probe(address, HASTY)
    assert abilities.fence is Proof.MISCOUNTED
    assert abilities.real_time == (1, 4)
    assert abilities.completion is Completion.NOTHING


@pytest.mark.parametrize("when", ["before", "while it prints"])
def test_a_printer_with_something_in_the_way_is_not_judged(lively: PrinterProcess, when: str) -> None:
    lively.control.paper_out_after(0 if when == "before" else 30)
    with pytest.raises(NotReady) as refused:
        probe(lively.address, replace(HASTY, proof_s=1.0))
    assert refused.value.reason is Reason.PAPER_OUT


def test_a_printer_that_is_not_there_is_not_judged() -> None:
    with pytest.raises(Unreachable):
        probe(TcpAddress("127.0.0.1", 9), HASTY)


def test_a_printer_on_usb_is_judged_like_one_on_the_network(start: Callable[..., PrinterProcess]) -> None:
    # The questions come in several packets, and the last of them before the cut is over.
    bus, slow = Usb(), start("--mm-per-s", "100")
    plugged = bus.plug(UsbPrinter(slow.address))
    assert probe(OnBus(bus, UsbAddress(0x04B8, 0x0202)), HASTY) == EVERYTHING
    bus.unplug(plugged)


GB, UTF_8 = (1, 2, 3, 4), (5, 6, 7, 8)


@pytest.mark.parametrize(
    ("right", "encoding", "repertoire"),
    [
        ((1,), Encoding.GBK, Repertoire.GB2312),
        ((1, 2), Encoding.GBK, Repertoire.GBK),
        ((1, 2, 3), Encoding.GB18030, Repertoire.GB18030_2000),
        (GB, Encoding.GB18030, Repertoire.GB18030_2022_3),
        (GB + UTF_8, Encoding.GB18030, Repertoire.GB18030_2022_3),
        ((5, 6), Encoding.UTF_8, Repertoire.GBK),
        # It takes both codes, and shows more in one of them: codes of four bytes are not read.
        ((1, 2, *UTF_8), Encoding.UTF_8, Repertoire.GB18030_2022_3),
        # A level that is not whole ends what is counted, whatever comes behind.
        ((1, 3, 4), Encoding.GBK, Repertoire.GB2312),
    ],
)
def test_what_came_out_says_what_the_font_holds(
    right: tuple[int, ...], encoding: Encoding, repertoire: Repertoire
) -> None:
    assert font_shown(right) == (encoding, repertoire)


@pytest.mark.parametrize("right", [(), (2, 3, 4), (6, 7)])
def test_a_printer_that_shows_no_chinese_has_no_font(right: tuple[int, ...]) -> None:
    assert font_shown(right) is None


def test_a_code_that_is_known_is_judged_by_its_own_lines() -> None:
    assert font_shown((1, 2, *UTF_8), Encoding.GBK) == (Encoding.GBK, Repertoire.GBK)
    assert font_shown(GB, Encoding.UTF_8) is None


@given(st.sets(st.sampled_from(GB + UTF_8)))
def test_no_sign_is_left_to_a_font_that_did_not_show_its_line(right: set[int]) -> None:
    font = font_shown(right)
    if font is not None:
        encoding, repertoire = font
        for line in LINES:
            if (line.number in UTF_8) is (encoding is Encoding.UTF_8) and line.number not in right:
                assert repertoire.beyond(line.signs) == set(line.signs)


def test_each_line_has_the_signs_that_its_level_has_and_the_one_before_has_not() -> None:
    levels = (
        Repertoire.GB2312,
        Repertoire.GBK,
        Repertoire.GB18030_2000,
        Repertoire.GB18030_2022_3,
    )
    for lines in (LINES[:4], LINES[4:]):
        for i, line in enumerate(lines):
            assert not levels[i].beyond(line.signs)
            assert all(level.beyond(line.signs) == set(line.signs) for level in levels[:i])
            four_bytes = any(len(sign.encode("gb18030")) == 4 for sign in line.signs)
            assert four_bytes is (i >= 2)


def test_the_probe_paper_fits_every_printer_and_shows_every_line_in_both_codes() -> None:
    paper = probe_bytes() + WAY_OUT
    assert len(paper) < PIECE_BYTES, "two of them fit the smallest receive buffer"
    parser = CommandParser()
    parser.feed(paper)
    text = "".join(
        "\n" if command.raw == b"\n" else command.character if isinstance(command, Character) else ""
        for command in parser
    )
    lines = text.split("\n")
    for line in LINES:
        assert f"{line.number}  {' '.join(line.signs)}" in lines
    rulers = [line for line in lines if line.endswith("|")]
    assert [len(ruler) for ruler in rulers] == list(DOTS_OF) == [int(ruler[:2]) for ruler in rulers]
