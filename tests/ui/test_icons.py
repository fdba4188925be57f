"""The icons: each named, accounted for, whole, in the middle, and like no other."""

import re
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

import ui.icons
from kiosk.conversation.signs import Icon
from ui.icons import AnyIcon, FrameIcon, pixmap

_FOLDER = Path(ui.icons.__file__).with_name("icons")
_ICONS: list[AnyIcon] = [*Icon, *FrameIcon]
_SIDE = 48
"""Rows of this many bytes have no padding in a QImage."""


def _inked(icon: AnyIcon) -> set[tuple[int, int]]:
    """The pixels (x, y) that are more than half covered."""
    image = pixmap(icon, _SIDE, "#14213D").toImage().convertToFormat(QImage.Format.Format_Alpha8)
    return {(i % _SIDE, i // _SIDE) for i, alpha in enumerate(bytes(image.constBits())) if alpha > 127}


def test_each_icon_has_a_file_and_each_file_an_icon() -> None:
    assert sorted(path.stem for path in _FOLDER.glob("*.svg")) == sorted(icon.value for icon in _ICONS)


def test_each_file_says_of_which_symbols_it_is_and_the_page_beside_it_the_same() -> None:
    said = {}
    for path in _FOLDER.glob("*.svg"):
        found = re.search(
            r"<!-- Material Symbols, Apache-2.0, rounded 700: (.+); changed: ", path.read_text("ascii")
        )
        assert found, path.name
        said[path.stem] = found[1].split(" + ")
    rows = re.findall(
        r"^\| `([a-z-]+)` \| (`.+`) \|$", (_FOLDER / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert {name: re.findall(r"`([^`]+)`", symbols) for name, symbols in rows} == said
    assert "Apache License" in (_FOLDER / "LICENSE").read_text("ascii")


@pytest.mark.parametrize("icon", _ICONS)
def test_an_icon_fills_its_square_from_the_middle(qapp: object, icon: AnyIcon) -> None:
    columns, rows = ({point[axis] for point in _inked(icon)} for axis in (0, 1))
    for taken in (columns, rows):
        assert abs(min(taken) + max(taken) + 1 - _SIDE) / 2 <= 0.06 * _SIDE
        assert min(taken) > 0 or max(taken) < _SIDE - 1, "cut at the edges"
    assert max(len(columns), len(rows)) >= 0.65 * _SIDE


def test_no_two_icons_are_alike(qapp: object) -> None:
    inked = {icon: _inked(icon) for icon in _ICONS}
    alike = [
        (one, other)
        for one, other in combinations(_ICONS, 2)
        if len(inked[one] & inked[other]) > 0.95 * len(inked[one] | inked[other])
    ]
    assert alike == []
