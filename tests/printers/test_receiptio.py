"""receiptio, which was not written here, says of the virtual printer what was scripted, and prints on it.

It speaks to port 9100 only: so the printer has a loopback address of its own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import pytest
import zxingcpp
from fixtures import receiptio as fixture
from fixtures.printer import PrinterProcess, eventually
from fixtures.receiptio import NotWhatIsNamed, Said, check_installed, receiptio
from PIL import Image

from drivers.printers.paper import Paper, Text
from drivers.printers.preview import preview
from drivers.virtual.printer_control import PrinterControl

_PID = os.getpid()
HOST = f"127.{1 + (_PID >> 16)}.{_PID >> 8 & 255}.{_PID & 255}"
"""Another for each process, so that no two meet at port 9100."""
URL = "HTTPS://CENTRE.EXAMPLE/P/ABCD-EFGH-JKLM-NPQR-STUV"
LONG = "职工基本养老保险个人账户记账利率公告" * 3
RECEIPT = f"""{{border:none}}
|^^^缴费回单
|姓名 龚䶮 𠮷 㼆
|"应缴 ￥1,234.50"
|·“职工”—…①℃×（单位）：，。
|{LONG}
{{code:{URL}; option:qrcode,5,m}}
"""
SUCCESS, ONLINE = Said("success", 0), Said("online", 100)
COVER_OPEN, PAPER_EMPTY = Said("coveropen", 101), Said("paperempty", 102)
ERROR, OFFLINE = Said("error", 103), Said("offline", 104)
DISCONNECT, TIMEOUT = Said("disconnect", 105), Said("timeout", 106)
BEFORE_ITS_END = 400
"""Bytes; the receipt is longer."""


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[PrinterProcess]:
    process = PrinterProcess(tmp_path / "papers", "--port", "9100", host=HOST)
    yield process
    process.close()


def printed(*options: str) -> Said:
    return receiptio("-d", HOST, "-l", "zh-hans", *options, receipt=RECEIPT)


def asked() -> Said:
    return receiptio("-d", HOST, "-q")


def inked_rows(image: Image.Image) -> list[bytes]:
    """The dots of the paper, a block for every run of rows with ink, whatever the space between them."""
    dots = image.convert("L").point(lambda grey: 255 if grey < 128 else 0)
    rows = [dots.crop((0, y, dots.width, y + 1)).tobytes() for y in range(dots.height)]
    return [b"".join(block) for inked, block in groupby(rows, any) if inked]


def test_it_prints_chinese_and_the_paper_has_it_dot_for_dot(printer: PrinterProcess) -> None:
    assert (asked(), printed()) == (ONLINE, SUCCESS)
    assert printer.settle() == 1
    ours = preview(
        Paper(
            "the same",
            (
                Text("缴费回单", double=True),
                Text("姓名 龚䶮 𠮷 㼆"),
                Text("应缴 ￥1,234.50", bold=True),
                Text("·“职工”—…①℃×（单位）：，。"),
                Text(LONG),
            ),
        )
    )
    with Image.open(printer.png(1)) as paper:
        of_text = inked_rows(ours)
        assert inked_rows(paper)[: len(of_text)] == of_text
        assert [code.text for code in zxingcpp.read_barcodes(paper.convert("L"))] == [URL]


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (lambda control: control.near_end(), (ONLINE, SUCCESS)),
        (lambda control: control.cover(open_=True), (COVER_OPEN, COVER_OPEN)),
        (lambda control: control.paper_out_after(0), (PAPER_EMPTY, PAPER_EMPTY)),
        (lambda control: control.power(on=False), (DISCONNECT, DISCONNECT)),
    ],
    ids=["near-end", "cover", "paper", "power"],
)
def test_it_says_what_is_in_the_way_before(
    printer: PrinterProcess, trouble: Callable[[PrinterControl], object], says: tuple[Said, Said]
) -> None:
    trouble(printer.control)
    assert (asked(), printed()) == says
    assert printer.control.state().papers == (1 if SUCCESS in says else 0)


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (lambda control: control.cover(open_=True, after_bytes=BEFORE_ITS_END), COVER_OPEN),
        (lambda control: control.paper_out_after(20), PAPER_EMPTY),
        (lambda control: control.cutter(jams=True), ERROR),
        (lambda control: control.drop_connection(after_bytes=BEFORE_ITS_END), DISCONNECT),
    ],
    ids=["cover", "paper", "cutter", "line"],
)
def test_it_says_what_came_in_the_way_while_it_printed(
    printer: PrinterProcess, trouble: Callable[[PrinterControl], object], says: Said
) -> None:
    trouble(printer.control)
    assert printed() == says


def test_it_goes_on_when_the_paper_is_in_again(printer: PrinterProcess) -> None:
    printer.control.paper_out_after(0)
    assert printed() == PAPER_EMPTY
    printer.control.load_paper()
    assert printed() == SUCCESS
    eventually(lambda: printer.control.state().papers == 1)


def test_it_does_not_take_silence_for_success(printer: PrinterProcess) -> None:
    printer.control.silence(("transmitted",))
    assert printed("-p", "escpos", "-t", "1") == TIMEOUT


@pytest.mark.prove
def test_a_printer_that_says_nothing_is_offline(printer: PrinterProcess) -> None:
    printer.control.silence()
    assert asked() == OFFLINE


def test_another_receiptio_than_the_named_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_installed()
    other = json.loads(fixture._WRITTEN.read_bytes())
    other["packages"]["node_modules/pngjs"]["integrity"] = "sha512-" + "A" * 86 + "=="
    monkeypatch.setattr(fixture, "_WRITTEN", tmp_path / "written.json")
    with pytest.raises(NotWhatIsNamed, match="nothing"):
        receiptio("-h")
    (tmp_path / "written.json").write_text(json.dumps(other), "ascii")
    with pytest.raises(NotWhatIsNamed, match="pngjs"):
        receiptio("-h")
