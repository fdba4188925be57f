"""`kioskctl printer-probe` as a technician runs it: with a keyboard, without one, and beside a kiosk."""

from __future__ import annotations

import argparse
import json
import os
import pty
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fixtures.printer import PrinterProcess
from resident import write_settings
from running_kioskctl import kioskctl

from drivers.printers.probe import PROBE_LIMITS, Abilities, probe
from drivers.printers.profile import Completion, Encoding, PrinterProfile
from drivers.printers.profile_file import load_profile
from drivers.printers.repertoire import Repertoire
from drivers.printers.transport import Address
from kiosk import printer_command
from kiosk.not_done import NotDone
from kiosk.settings import load_settings
from offline_cache.locks import ProcessLock


@pytest.fixture(scope="module")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrinterProcess]:
    process = PrinterProcess(tmp_path_factory.mktemp("papers"), "--mm-per-s", "250", "--rom", "gbk")
    yield process
    process.close()


@pytest.fixture
def config(tmp_path: Path, lively: PrinterProcess) -> Path:
    return write_settings(
        tmp_path,
        centre_url="http://127.0.0.1:9",
        device_key=tmp_path / "none.pem",
        printer=str(lively.address),
    )


def probing(*options: str | Path) -> int:
    """As `kioskctl` does it, in this process: its start takes longer than a probe."""
    parser = argparse.ArgumentParser()
    printer_command.add_command(parser.add_subparsers())
    return printer_command.run(parser.parse_args(["printer-probe", *map(str, options)]))


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """A keyboard; what is typed at it waits there."""
    keyboard, terminal = pty.openpty()
    with os.fdopen(terminal, encoding="utf-8") as lines:
        monkeypatch.setattr(sys, "stdin", lines)
        yield lambda text: os.write(keyboard, text.encode())
    os.close(keyboard)


def test_without_a_keyboard_the_safest_is_taken_and_said_and_no_file_is_lost(
    lively: PrinterProcess, config: Path, tmp_path: Path
) -> None:
    papers, file = lively.settle(), tmp_path / "printer.toml"
    ended = kioskctl("printer-probe", "--config", config, "--columns", "48", "--out", file)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"printer    {lively.address}\n" in ended.stdout
    assert "completion process-id: a paper is known to be printed\n" in ended.stdout
    assert "GS ( H     answered in its place, behind the paper\n" in ended.stdout
    assert "encoding   gbk (the safest: nobody said)\n" in ended.stdout
    assert "columns    48\n" in ended.stdout
    assert f'written    {file}; in the settings: [printer] profile = "{file}"\n' in ended.stdout
    assert lively.settle() == papers + 1
    assert load_profile(file) == PrinterProfile(
        "printer", 48, 576, Encoding.GBK, Repertoire.GB2312, Completion.PROCESS_ID, cutter=False
    )
    named = config.read_text().replace("[printer]\n", f"[printer]\nprofile = '{file}'\n")
    config.write_text(named)
    assert load_settings(config).printer.model == load_profile(file)

    file.write_text("# by hand\n")
    with pytest.raises(NotDone, match=f"{file} is there already: --force writes over it"):
        probing("--address", str(lively.address), "--out", file)
    assert file.read_text() == "# by hand\n"
    assert lively.settle() == papers + 1, "nothing was printed for nothing"


def test_at_a_keyboard_what_the_paper_shows_is_asked_and_a_wrong_answer_asked_again(
    lively: PrinterProcess,
    tmp_path: Path,
    typed: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "printer.toml"
    file.touch()
    typed("9\n1-6\n1, 2 5 6\n40\n42\nperhaps\nyes\n")
    assert probing("--address", str(lively.address), "--out", file, "--force", "--json") == 0
    said = capsys.readouterr()
    assert "  4  𠮷𠀋𡈽𫓧𫟹𬬻鿏\n" in said.err
    assert said.err.count("Their numbers, or none: ") == 3
    told = json.loads(said.out)
    said_by_paper = {"columns": 42, "dots": 512, "encoding": "gbk", "repertoire": "gbk", "cutter": True}
    assert told["profile"].items() >= (said_by_paper | {"completion": "process-id"}).items()
    assert (told["assumed"], told["file"], told["answers"]["fence"]) == ([], str(file), "in-place")
    assert load_profile(file).columns == 42
    assert "# repertoire gbk\n" in file.read_text()


def test_a_printer_that_shows_no_chinese_gets_no_profile(
    lively: PrinterProcess, tmp_path: Path, typed: Callable[[str], None]
) -> None:
    typed("none\n")
    with pytest.raises(NotDone, match="by itself this printer shows no Chinese: no profile fits it"):
        probing("--address", str(lively.address), "--out", tmp_path / "printer.toml")
    assert not (tmp_path / "printer.toml").exists()


@pytest.mark.parametrize(
    ("answers", "assumed"),
    [("0\nx\n\n48\nyes\n", ["encoding", "repertoire"]), ("1 2\n\x04", ["columns", "cutter"])],
    ids=["three wrong ones", "the end of input"],
)
def test_what_is_not_answered_is_taken_for_the_worst_and_what_was_found_is_kept(
    lively: PrinterProcess,
    typed: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
    answers: str,
    assumed: list[str],
) -> None:
    typed(answers)
    assert probing("--address", str(lively.address), "--json") == 0
    said = capsys.readouterr()
    assert "No answer that can be used: the safest is taken." in said.err
    told = json.loads(said.out)
    assert (told["assumed"], told["profile"]["completion"]) == (assumed, "process-id")


def test_a_printer_that_proves_no_paper_gets_its_profile_and_is_no_success(
    lively: PrinterProcess, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hasty = replace(PROBE_LIMITS, answer_s=0.25, clear_s=0.25, proof_s=0.3)
    monkeypatch.setattr(printer_command, "probe", lambda address: probe(address, hasty))
    lively.control.silence(("real_time", "process_id", "transmitted", "cleared"))
    try:
        assert probing("--address", str(lively.address)) == 1
    finally:
        lively.control.silence(())
    lines = capsys.readouterr().out.splitlines()
    assert "# answers    nothing in real time; without DLE EOT 1 no proof counts" in lines
    assert "# completion asb: its faults are known, and never that a paper is printed" in lines
    assert 'completion = "asb"' in lines


def test_a_profile_that_cannot_be_kept_is_not_lost(
    lively: PrinterProcess,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    papers, gone = lively.settle(), tmp_path / "gone"
    with pytest.raises(NotDone, match=r"printer\.toml: No such file or directory; nothing was printed"):
        probing("--address", str(lively.address), "--out", gone / "printer.toml")
    assert lively.settle() == papers, "it would have been read for nothing"

    def probe_and_lose(address: Address) -> Abilities:
        gone.rmdir()
        return probe(address)

    gone.mkdir()
    monkeypatch.setattr(printer_command, "probe", probe_and_lose)
    with pytest.raises(NotDone, match="No such file or directory; the profile is on standard output"):
        probing("--address", str(lively.address), "--out", gone / "printer.toml")
    kept = tmp_path / "printer.toml"
    kept.write_text(capsys.readouterr().out)
    assert load_profile(kept).completion is Completion.PROCESS_ID


@pytest.mark.parametrize("lock", ["supervisor.lock", "front.lock"])
def test_what_a_running_kiosk_prints_on_is_left_to_it(
    lively: PrinterProcess, config: Path, lock: str
) -> None:
    # Between two fronts only the supervisor is there.
    papers = lively.settle()
    with (
        ProcessLock(config.parent / "run" / lock),
        pytest.raises(NotDone, match=rf"the kiosk runs \(process {os.getpid()}\) and has the printer: stop"),
    ):
        probing("--config", config)
    assert lively.settle() == papers


def test_a_printer_that_is_not_ready_or_not_there_is_told_with_what_to_do(lively: PrinterProcess) -> None:
    lively.control.cover(open_=True)
    with pytest.raises(NotDone, match=f"{lively.address}: cover-open; close the cover"):
        probing("--address", str(lively.address))
    lively.control.cover(open_=False)
    with pytest.raises(NotDone, match="file:///dev/null/printer: Not a directory"):
        probing("--address", "file:///dev/null/printer")


def test_without_settings_a_printer_must_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "terminal.toml"
    broken.write_text("[printer]\n")
    with pytest.raises(NotDone, match="no settings name a printer: name it with --address"):
        probing("--config", broken)
    assert "it is not looked whether a kiosk has the printer" in capsys.readouterr().err
