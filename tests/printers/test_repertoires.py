"""What ROM fonts hold, and printers described in files."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printers.profile import Completion, Encoding, PrinterProfile, standard
from drivers.printers.profile_file import (
    ProfileError,
    load_profile,
    profile_text,
    shipped_profile,
    shipped_profiles,
)
from drivers.printers.repertoire import Repertoire

FROM_SMALL_TO_LARGE = (
    Repertoire.GB2312,
    Repertoire.GBK,
    Repertoire.GB18030_2000,
    Repertoire.GB18030_2022_1,
    Repertoire.GB18030_2022_2,
    Repertoire.GB18030_2022_3,
    Repertoire.EVERY_CODE,
)
MAIN_BLOCK = "".join(map(chr, range(0x4E00, 0x9FA6)))
EXTENSION_A = "".join(map(chr, range(0x3400, 0x4DB6)))
LEVEL_3 = "".join(
    chr(code)
    for block in (
        (*range(0x9FA6, 0x9FF0), *(0xFA0E, 0xFA0F, 0xFA11, 0xFA13, 0xFA14, 0xFA1F)),
        (0xFA21, 0xFA23, 0xFA24, 0xFA27, 0xFA28, 0xFA29),
        range(0x20000, 0x2A6D7),
        (*range(0x2A700, 0x2B735), *range(0x2B740, 0x2B81E)),
        (*range(0x2B820, 0x2CEA2), *range(0x2CEB0, 0x2EBE1)),
    )
    for code in block
)


def held(repertoire: Repertoire, characters: str) -> int:
    return len(characters) - len(repertoire.beyond(characters))


def test_repertoires_hold_as_many_ideographs_as_their_standards_say() -> None:
    assert held(Repertoire.GB2312, MAIN_BLOCK) == 6_763
    assert held(Repertoire.GB2312, EXTENSION_A) == 0
    assert held(Repertoire.GBK, MAIN_BLOCK) == 20_902
    assert held(Repertoire.GB18030_2000, MAIN_BLOCK + EXTENSION_A) == 20_902 + 6_582
    every = MAIN_BLOCK + EXTENSION_A + LEVEL_3
    assert len(every) == 87_887
    # The eight whose codes the editions of the standard do not agree on are always drawn.
    assert Repertoire.GB18030_2022_3.beyond(every) == set(map(chr, range(0x9FB4, 0x9FBC)))
    assert not Repertoire.EVERY_CODE.beyond(every)


def test_what_papers_are_made_of_is_in_every_font() -> None:
    for repertoire in Repertoire:
        assert not repertoire.beyond("￥1,234.50 ①·“”—…℃×●△○※→〓─━【】（）：，。、")


@pytest.mark.parametrize(
    ("character", "smallest"),
    [
        ("龚", Repertoire.GB2312),
        ("镕", Repertoire.GBK),
        ("堃", Repertoire.GBK),
        ("䶮", Repertoire.GB18030_2000),
        ("㼆", Repertoire.GB18030_2000),
        ("𠮷", Repertoire.GB18030_2022_3),
        ("\ue81e", Repertoire.EVERY_CODE),
        ("é", Repertoire.GB2312),
        ("ñ", Repertoire.EVERY_CODE),
    ],
)
def test_a_rare_character_is_held_from_some_font_on(character: str, smallest: Repertoire) -> None:
    holding = [repertoire for repertoire in FROM_SMALL_TO_LARGE if not repertoire.beyond(character)]
    assert holding == list(FROM_SMALL_TO_LARGE[FROM_SMALL_TO_LARGE.index(smallest) :])


@given(st.text(max_size=40))
def test_of_any_text_a_larger_font_lacks_no_more_and_only_what_is_in_it(text: str) -> None:
    lacking = [repertoire.beyond(text) for repertoire in FROM_SMALL_TO_LARGE]
    assert all(larger <= smaller for smaller, larger in pairwise(lacking))
    assert lacking[0] <= set(text)


def test_the_profiles_that_come_with_the_program_can_be_read() -> None:
    assert {"standard-48", "standard-32", "gb2312-48"} <= set(shipped_profiles())
    for name in shipped_profiles():
        assert shipped_profile(name).name == name
    assert shipped_profile("standard-48") == standard()
    assert shipped_profile("standard-32") == standard(32)
    with pytest.raises(KeyError):
        shipped_profile("../standard-48")


@given(
    st.builds(
        PrinterProfile,
        name=st.just("any"),
        columns=st.integers(16, 48),
        dots=st.integers(576, 2304),
        encoding=st.sampled_from(Encoding),
        repertoire=st.sampled_from(Repertoire),
        completion=st.sampled_from(Completion),
        cutter=st.booleans(),
    )
)
def test_a_profile_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, profile: PrinterProfile
) -> None:
    file = tmp_path_factory.mktemp("profile") / "any.toml"
    file.write_text(profile_text(profile))
    assert load_profile(file) == profile


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("columns = 48", "columns = 12"), "columns: Input should be greater than or equal to 16"),
        (("dots = 576", "dots = 384"), "48 columns need 576 dots, not 384"),
        (('"gb18030"', '"big5"'), "encoding: Input should be 'gb18030', 'gbk' or 'utf-8'"),
        (('"every-code"', '"gb18030"'), "repertoire: Input should be 'gb2312'"),
        (("cutter = true", 'cutter = "yes"'), "cutter: Input should be a valid boolean"),
        (("cutter = true", "cutter = true\nspeed = 9"), "speed: no such key; allowed are columns, dots"),
        (("cutter = true", ""), "cutter: Field required"),
        (("columns = 48", "columns"), "not TOML"),
    ],
)
def test_a_mistake_in_a_profile_is_named_with_what_is_allowed(
    tmp_path: Path, change: tuple[str, str], problem: str
) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(profile_text(standard()).replace(*change))
    with pytest.raises(ProfileError) as refused:
        load_profile(file)
    assert problem in str(refused.value)
    assert str(file) in str(refused.value)


def test_a_paper_narrower_than_anything_can_be_laid_out_is_no_profile() -> None:
    with pytest.raises(ValueError, match="at least 16"):
        standard(15)
