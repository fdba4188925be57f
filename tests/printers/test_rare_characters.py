"""Names that a printer's font does not hold are on the paper, right; everything else stays text."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops
from printing_bench import QUICK, WAIT_S, FileJobLog, PrinterProcess

from drivers.printers import fonts
from drivers.printers.commands import Character, CommandParser, RasterBand, Unknown
from drivers.printers.escpos import encode
from drivers.printers.facsimile import EIGHTY_MM, HEAD_TO_CUTTER_DOTS, draw
from drivers.printers.fonts import FontMissing, drawable, empty_box, glyph
from drivers.printers.job_log import PrintOutcome
from drivers.printers.paper import Align, Leader, Paper, Text
from drivers.printers.preview import preview
from drivers.printers.printer import Printer
from drivers.printers.profile import PrinterProfile, standard
from drivers.printers.profile_file import shipped_profile

OLD = shipped_profile("gb2312-48")
LINE_DOTS = 30
RARE = "䶮𠮷㼆"
NAMES = Paper("names", (Leader("姓名", "王小明"), *(Leader("姓名", f"龚{c}") for c in RARE)))


def last_cell(png: Image.Image, line: int) -> bytes:
    """The dots of the full-width cell at the right edge of a line, 1 black."""
    left, top = EIGHTY_MM.margin + EIGHTY_MM.dots - 24, HEAD_TO_CUTTER_DOTS + line * LINE_DOTS
    cell = png.convert("L").crop((left, top, left + 24, top + 28))
    return cell.point(lambda grey: 255 if grey < 128 else 0, "1").tobytes()


def shape(ink: Image.Image) -> bytes:
    return ink.point(lambda grey: 255 if grey >= 112 else 0, "1").tobytes()


def drawn_shape(character: str) -> bytes:
    return shape(glyph(character, half_width=False, bold=False, wide=1, high=1))


BOX = shape(empty_box(half_width=False, wide=1, high=1))


@pytest.mark.parametrize("name", ["gb2312-48", "gbk-48", "gb18030-48", "utf8-48"])
def test_a_rare_name_comes_out_right_on_a_printer_whose_font_lacks_it(
    start: Callable[..., PrinterProcess], log: FileJobLog, name: str
) -> None:
    profile = shipped_profile(name)
    old = start("--rom", profile.repertoire.value)
    with Printer(old.address, log, profile=profile, limits=QUICK) as printer:
        report = printer.print(NAMES).result(WAIT_S)

    assert (report.outcome, report.substituted) == (PrintOutcome.PRINTED, ())
    number = old.settle()
    assert old.control.state().unknown_commands == ()
    assert "王小明".encode(profile.encoding.value) in old.bin(number)
    with Image.open(old.png(number)) as png:
        for i, character in enumerate(RARE, start=1):
            cell = last_cell(png, i)
            assert cell != BOX
            if profile.beyond(character):
                assert cell == drawn_shape(character)


def test_a_profile_that_promises_too_much_leaves_an_empty_box(
    start: Callable[..., PrinterProcess], log: FileJobLog
) -> None:
    old = start("--rom", "gb2312")
    with Printer(old.address, log, limits=QUICK) as printer:
        printer.print(NAMES).result(WAIT_S)
    with Image.open(old.png(old.settle())) as png:
        assert [last_cell(png, i) for i in range(1, 4)] == [BOX] * 3
        assert last_cell(png, 0) != BOX


@given(
    st.text(st.sampled_from("龚王1a，¥ñ䶮𠮷㼆龴\u0f40\U00020000\u0301\ue81e") | st.characters(), max_size=30),
    st.sampled_from(["gb2312-48", "gbk-48", "gb18030-48", "utf8-48"]),
    st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_nothing_is_sent_as_text_that_the_printer_cannot_show(text: str, name: str, double: bool) -> None:
    profile = shipped_profile(name)
    encoded = encode(Paper("any", (Text(text, double=double),)), profile=profile)
    parser = CommandParser()
    parser.feed(encoded.data)
    commands = list(parser)
    sent = [command.character for command in commands if isinstance(command, Character)]
    assert not profile.beyond("".join(sent))
    assert not [command for command in commands if isinstance(command, Unknown)]
    assert parser.held == 0
    assert all(len(piece) <= 1024 or not sent for piece in encoded.pieces)


def without_grey(image: Image.Image) -> Image.Image:
    # The type here is grey at its edges; black from the same darkness on.
    black, white = 0x13, 0xFC
    limit = white - 112 * (white - black) // 255
    return image.getchannel("G").point(lambda value: 0 if value <= limit else 255)


@pytest.mark.parametrize(
    "row",
    [
        Text("龚䶮"),
        Text("龚䶮 bold", bold=True),
        Text("龚䶮", align=Align.CENTRE),
        Text("龚䶮 1", align=Align.RIGHT),
        Text("大䶮𠮷", align=Align.CENTRE, double=True, bold=True),
        Leader("姓名", "龚䶮", bold=True),
    ],
)
def test_a_drawn_line_stands_where_the_text_would_in_the_same_weight_and_size(row: Text | Leader) -> None:
    paper = Paper("any", (Text("上"), row, Text("下")))
    drawn, native = preview(paper, profile=OLD), preview(paper)
    assert drawn.size == native.size
    difference = ImageChops.difference(without_grey(drawn), without_grey(native))
    # Rounding in the colours of the paper moves the limit by one grey: a dot here and there. One column of
    # displacement would be every edge of every stroke.
    ink = without_grey(native).histogram()[0]
    assert sum(difference.histogram()[1:]) < ink / 50


def test_only_the_line_that_needs_it_is_drawn() -> None:
    parser = CommandParser()
    parser.feed(encode(NAMES, profile=OLD).data)
    bands = [command for command in parser if isinstance(command, RasterBand)]
    rows = sum(len(band.data) // band.width_bytes for band in bands)
    assert rows == len(RARE) * LINE_DOTS


def test_what_no_font_here_can_draw_is_a_geta_mark_and_reported() -> None:
    assert not drawable("\U00020000")
    encoded = encode(Paper("any", (Text("王\U00020000䶮\U0001f600"), Text("李\ue81e"))), profile=OLD)
    assert encoded.substituted == ("\U00020000", "\U0001f600", "\ue81e")
    assert "李〓".encode("gb18030") in encoded.data


def test_without_a_font_the_rare_character_is_reported_and_the_rest_is_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(*, bold: bool) -> None:
        raise FontMissing

    monkeypatch.setattr(fonts, "_face", missing)
    for cached in (fonts._font, fonts._missing_glyph, fonts.drawable):
        cached.cache_clear()
    try:
        encoded = encode(Paper("any", (Text("龚䶮"),)), profile=OLD)
    finally:
        monkeypatch.undo()
        fonts.drawable.cache_clear()
    assert encoded.substituted == ("䶮",)
    assert "龚〓".encode("gb18030") in encoded.data


def test_sixty_rows_are_under_three_kilobytes_where_every_character_is_in_the_font() -> None:
    rows = tuple(Text(f"{i:02} 2019年职工基本医疗保险缴费 ￥334.40") for i in range(60))
    assert len(encode(Paper("any", rows), profile=OLD).data) < 3072


def test_utf_8_is_sent_and_read_as_utf_8() -> None:
    profile = PrinterProfile("utf8", encoding=shipped_profile("utf8-48").encoding)
    paper = Paper("any", (Text("个人权益记录 ￥1"), Text("𠮷", align=Align.RIGHT)))
    data = encode(paper, profile=profile).data
    assert "个人权益记录".encode() in data
    (sheet,) = draw(data)
    assert ImageChops.difference(sheet.image, preview(paper)).getbbox() is None


def test_a_printer_without_a_cutter_feeds_the_paper_out_and_cuts_nothing() -> None:
    torn = replace(standard(), cutter=False)
    data = encode(Paper("any", (Text("王小明"),)), profile=torn).data
    assert b"\x1dV" not in data
    assert preview(Paper("any", (Text("王小明"),)), profile=torn).height > HEAD_TO_CUTTER_DOTS + LINE_DOTS
