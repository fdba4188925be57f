"""Every pair of colours that is used can be read."""

import pytest

from ui.theme import PAIRS, THEMES, Contrast, Role, contrast


@pytest.mark.parametrize("which", Contrast)
def test_every_pair_of_roles_has_contrast_enough(which: Contrast) -> None:
    theme = THEMES[which]
    faint = {
        f"{ink} on {ground}": ratio
        for ink, ground in PAIRS
        if (ratio := contrast(theme[ink], theme[ground])) < which.required
    }
    assert faint == {}


@pytest.mark.parametrize("which", Contrast)
def test_every_role_has_a_colour(which: Contrast) -> None:
    assert set(THEMES[which].colours) == set(Role)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#FFFFFF", 21.0), ("#777777", "#FFFFFF", 4.48), ("#FFFFFF", "#FFFFFF", 1.0)],
)
def test_contrast_is_the_published_ratio(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


def test_high_contrast_knows_three_colours() -> None:
    assert set(THEMES[Contrast.HIGH].colours.values()) == {"#000000", "#FFFFFF", "#FFD400"}
