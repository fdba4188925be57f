from itertools import pairwise

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from printing_bench import record

from drivers.printers.commands import CommandParser, Cut, RasterBand, Unknown
from drivers.printers.escpos import PIECE_BYTES, CodeTooLarge, encode, encode_text, fence
from drivers.printers.facsimile import draw
from drivers.printers.paper import Code, Paper, Text
from drivers.printers.preview import preview
from drivers.printers.raster import Raster, raster_commands, without_real_time_commands
from drivers.printers.sample import test_print as sample_print

TROUBLE = st.sampled_from([0x10, 0x04, 0x05, 0x14, 0x00])
PAIRS = (b"\x10\x04", b"\x10\x05", b"\x10\x14")


@given(st.lists(TROUBLE | st.integers(0, 255), max_size=300).map(bytes))
def test_a_raster_holds_no_real_time_command_and_hardly_another_dot(data: bytes) -> None:
    safe = without_real_time_commands(data)
    assert not any(pair in safe for pair in PAIRS)
    changed = [(a, b) for a, b in zip(data, safe, strict=True) if a != b]
    assert all((a, b) == (0x10, 0x18) for a, b in changed)
    assert len(changed) == sum(data.count(pair) for pair in PAIRS)


@given(st.text(max_size=60))
def test_no_text_can_carry_a_command(text: str) -> None:
    data = b"".join(encode(Paper("any", (Text(text),))).pieces)
    empty = b"".join(encode(Paper("any", (Text(""),))).pieces)
    for control in (b"\x1b", b"\x1c", b"\x1d", b"\x10", b"\x00"):
        assert data.count(control) == empty.count(control)


@given(st.text(max_size=60))
def test_every_text_has_bytes(text: str) -> None:
    assert encode_text(text).decode("gb18030") or not text


def test_a_yen_sign_is_printed_as_the_one_that_fonts_have() -> None:
    assert "￥12".encode("gb18030") in encode(Paper("any", (Text("¥12"),))).data


def test_chinese_mode_is_on_before_the_first_character_and_a_paper_ends_with_its_cut() -> None:
    data = encode(Paper("any", (Text("：，。①䶮𠮷"),))).data
    assert data.startswith(b"\x1b@\x1da\x0e\x1c&")
    assert "：，。①䶮𠮷".encode("gb18030") in data
    assert data.endswith(b"\x1dVB\x00")


@given(
    st.integers(1, 60).flatmap(
        lambda width: st.lists(
            st.lists(st.booleans(), min_size=width, max_size=width), min_size=1, max_size=60
        )
    )
)
@settings(deadline=None, max_examples=50)
def test_the_bands_of_a_raster_are_its_rows(rows: list[list[bool]]) -> None:
    raster = Raster.of(rows)
    parser = CommandParser()
    parser.feed(b"".join(raster_commands(raster)))
    bands = list(parser)
    assert all(isinstance(band, RasterBand) and band.width_bytes == raster.width_bytes for band in bands)
    assert b"".join(band.data for band in bands) == without_real_time_commands(raster.data)


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=10))
def test_any_split_of_a_stream_gives_the_same_commands(data: bytes, cuts: list[int]) -> None:
    whole, pieces = CommandParser(), CommandParser()
    whole.feed(data)
    commands = list(whole)
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    split = []
    for start, end in pairwise(edges):
        pieces.feed(data[start:end])
        split.extend(pieces)
    assert split == commands
    assert b"".join(command.raw for command in commands) + bytes(whole._held) == data


def test_the_printer_understands_every_byte_of_a_paper() -> None:
    for paper in (record(), sample_print("测试")):
        parser = CommandParser()
        parser.feed(encode(paper, copy=2).data)
        commands = list(parser)
        assert not [command for command in commands if isinstance(command, Unknown)]
        assert isinstance(commands[-1], Cut)
        assert parser.held == 0


def test_a_paper_falls_into_pieces_that_a_small_buffer_can_hold() -> None:
    encoded = encode(record())
    assert len(encoded.pieces) > 3
    assert all(len(piece) <= PIECE_BYTES for piece in encoded.pieces)


def test_sixty_rows_are_under_three_kilobytes() -> None:
    rows = tuple(Text(f"{i:02} 二〇一九年职工基本医疗保险缴费 ￥334.40") for i in range(60))
    assert len(encode(Paper("any", rows)).data) < 3072


def test_a_code_that_the_paper_cannot_show_is_refused() -> None:
    with pytest.raises(CodeTooLarge) as refused:
        encode(Paper("any", (Code("x" * 900),)), columns=32)
    assert refused.value.payload_length == 900
    with pytest.raises(CodeTooLarge):
        encode(Paper("any", (Code("x" * 9000),)))


@pytest.mark.parametrize("columns", [32, 48])
@pytest.mark.parametrize("payload", ["HTTPS://EXAMPLE.INVALID/V/ABCD-EFGH-JKLM-NPQR", "A1B2C3" * 45])
def test_codes_are_read_from_a_blurred_picture(columns: int, payload: str) -> None:
    image = preview(Paper("any", (Code(payload),)), columns=columns).convert("L")
    for radius in (0.0, 1.0, 2.0):
        (code,) = zxingcpp.read_barcodes(image.filter(ImageFilter.GaussianBlur(radius)))
        assert code.text == payload


def test_a_process_id_is_four_printable_bytes() -> None:
    assert fence(b"ab!~") == bytes.fromhex("1d2848060030306162217e")
    for bad in (b"abc", b"abcde", b"ab\x1fd", b"ab\x7fd"):
        with pytest.raises(ValueError, match="process id"):
            fence(bad)


def test_text_that_is_too_long_for_a_line_goes_on_below_as_on_a_printer() -> None:
    (short,) = draw(b"\x1b@\x1c&" + "中".encode("gb18030") * 24 + b"\n\x1dVB\x00")
    (long,) = draw(b"\x1b@\x1c&" + "中".encode("gb18030") * 25 + b"\n\x1dVB\x00")
    assert long.image.height - short.image.height == 30


def test_a_blank_paper_has_no_ink_and_a_printed_one_has() -> None:
    (blank,) = draw(b"\x1b@\n\n\x1dVB\x00")
    (printed,) = draw(b"\x1b@a\n\x1dVB\x00")
    assert (blank.inked, printed.inked) == (False, True)


def test_the_preview_is_as_wide_as_the_paper() -> None:
    assert preview(sample_print("测试")).width == 640
    assert preview(sample_print("测试"), columns=32).width == 464
    assert isinstance(preview(sample_print("测试")), Image.Image)
