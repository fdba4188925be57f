"""Sizes come from the screen's millimetres."""

from itertools import pairwise

import pytest
from PySide6.QtGui import QFontDatabase, QFontMetricsF
from pytestqt.qtbot import QtBot
from windows import LANDSCAPE, SCREENS

from ui.metrics import Metrics, Scale, Screen, TextSize
from ui.typeface import FAMILY, TypefaceMissing, font, require_typeface


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: str(screen.width_px))
@pytest.mark.parametrize("size", TextSize)
def test_a_capital_letter_is_as_high_as_promised(qtbot: QtBot, screen: Screen, size: TextSize) -> None:
    letters = QFontMetricsF(font(Metrics(screen, size).em()))
    assert letters.capHeight() / screen.px_per_mm >= size.value - 0.05
    assert letters.lineSpacing() >= 1.3 * Metrics(screen, size).em()


@pytest.mark.parametrize("size", TextSize)
def test_the_four_sizes_are_a_scale(size: TextSize) -> None:
    metrics = Metrics(LANDSCAPE, size)
    ems = [metrics.em(scale) for scale in Scale]
    ratios = [later / earlier for earlier, later in pairwise(ems)]
    assert all(ratio == pytest.approx(1.15 if metrics.large else 1.25, abs=0.04) for ratio in ratios)


@pytest.mark.parametrize(("size", "least_mm"), [(TextSize.STANDARD, 12.7), (TextSize.LARGE, 15.0)])
def test_targets_are_given_in_millimetres(size: TextSize, least_mm: float) -> None:
    metrics = Metrics(LANDSCAPE, size)
    assert least_mm <= metrics.target / LANDSCAPE.px_per_mm < least_mm + 0.5


def test_twice_the_pixels_on_the_same_glass_change_no_size() -> None:
    fine = Screen(2560, 2048, 338, 270)
    assert Metrics(fine).em() == pytest.approx(2 * Metrics(LANDSCAPE).em(), abs=1)


def test_figures_stand_in_columns(qtbot: QtBot) -> None:
    for bold in (False, True):
        letters = QFontMetricsF(font(40, bold=bold))
        assert len({letters.horizontalAdvance(figure) for figure in "0123456789"}) == 1


def test_a_missing_typeface_is_told_with_its_package(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    require_typeface()
    monkeypatch.setattr(QFontDatabase, "hasFamily", lambda family: family != FAMILY)
    with pytest.raises(TypefaceMissing, match="fonts-noto-cjk"):
        require_typeface()
