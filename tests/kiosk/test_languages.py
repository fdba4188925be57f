"""A language is one file: whole, or it says what it lacks; and a third is as good as the second."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.money import Money
from kiosk.domain.months import DayInYear, Month, MonthName, MonthSpan
from kiosk.domain.text import Public, say
from kiosk.languages import update
from kiosk.languages.catalogue import (
    Catalogue,
    CatalogueError,
    catalogue_files,
    other_languages,
    read_catalogue,
)

FILES = [file.name for file in catalogue_files()]
LANGUAGES = other_languages()
NAME = 'msgid "中文"\nmsgstr "Zwei"\n'


@pytest.fixture(scope="module", autouse=True)
def _looked_through_once() -> Iterator[None]:
    """The whole program, for all tests here."""
    found = update.sentences()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(update, "sentences", lambda: found)
        yield


def written(tmp_path: Path, entries: str, name: str = "de.po") -> Path:
    file = tmp_path / name
    file.write_text(entries, encoding="utf-8")
    return file


def plural(template: str, forms: str) -> str:
    return f'{NAME}\nmsgid "{template}"\nmsgstr "{forms}"\n'


def parts(template: str) -> list[tuple[str, str]]:
    """The places of a template, each with what stands behind its colon."""
    return [(name, spec or "") for _, name, spec, _ in string.Formatter().parse(template) if name is not None]


# What is here.


@pytest.mark.parametrize("file", FILES)
def test_a_catalogue_has_every_sentence_and_none_that_is_said_no_more(file: str) -> None:
    path = update.HERE / file
    with path.open("rb") as opened:
        there: Catalog = read_po(opened, locale=path.stem)
    now = update.updated(path)
    ids = [{entry.id for entry in one if entry.id} for one in (there, now)]
    assert ids[0] == ids[1], "run python -m kiosk.languages.update"
    assert [entry.id for entry in there if entry.id and not entry.string] == []
    assert [entry.id for entry in there if entry.fuzzy and entry.id] == []
    assert there.obsolete == {}


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_a_translation_has_the_places_of_its_sentence_and_words_for_any_number(language: Catalogue) -> None:
    words = language.words
    assert len(words) > 700
    for template, translation in words.items():
        given_places = {name for name, _ in parts(template)}
        for name, spec in parts(translation):
            assert name in given_places
            assert all(form.strip() for form in spec.split("|")) or not spec
            assert len(spec.split("|")) in {1, 2}
        assert given_places == {name for name, _ in parts(translation)}, "nothing is left unsaid"


@given(st.integers())
def test_english_counts_any_number(number: int) -> None:
    (english,) = LANGUAGES
    said = say("{months}个月", months=number).render(english)
    assert said == f"{number} {'month' if abs(number) == 1 else 'months'}"
    assert say("{months}个月", months=Public(number)).render(english) == said


def test_what_has_no_words_is_not_asked_of_a_translator() -> None:
    found = update.sentences()
    assert not {"{name}", "{number}", "{told}", ""} & set(found)
    assert {"{name} {tel}", "{for_whom}{what}"} <= set(found), "their order is each language's own"
    assert "返回" in found
    assert not any(file.startswith(update.NOT_FOR_RESIDENTS) for files in found.values() for file in files)


def test_an_update_changes_nothing_in_what_is_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (file,) = FILES
    before = (update.HERE / file).read_bytes()
    (tmp_path / file).write_bytes(before)
    monkeypatch.setattr(update, "HERE", tmp_path)
    assert update.main() == 0
    assert (tmp_path / file).read_bytes() == before
    (tmp_path / "de.po").write_text(plural("从前说过的话", "Altes"), encoding="utf-8")
    assert update.main() == 1, "something is without a translation"
    made = (tmp_path / "de.po").read_text(encoding="utf-8")
    assert "从前说过的话" not in made
    assert 'msgid "中文"\nmsgstr "Zwei"' in made, "what was translated stays"
    assert 'msgid "返回"\nmsgstr ""' in made
    assert " 1 without" not in capsys.readouterr().out


# Privacy and extraction both rely on it: a sentence is written where it is said.


def not_literal(source: str, name: str = "") -> list[str]:
    """Where something else is said; not where a function calls its style's `say` by that name."""
    tree = ast.parse(source)
    styled = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and any(map(_takes_say, ast.walk(node)))
        for inner in ast.walk(node)
    }
    return [
        f"{name}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"
        if node not in styled and not (node.args and _is_text(node.args[0]))
    ]


def _takes_say(node: ast.AST) -> bool:
    """`say = style.say`"""
    match node:
        case ast.Assign(targets=[*targets], value=value):
            named = [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]
            return "say" in named and ast.unparse(value).endswith("style.say")
        case _:
            return False


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_every_sentence_is_written_where_it_is_said() -> None:
    files = [file for room in update.ROOMS for file in (update.TREE / room).rglob("*.py")]
    assert len(files) > 250
    made = [one for file in files for one in not_literal(file.read_text(encoding="utf-8"), file.name)]
    assert made == []


def test_the_search_finds_a_sentence_that_is_made() -> None:
    found = not_literal('say("好")\nsay(f"{name}好")\nsay(words)\nsay("好" + x)\nsay()\nstyle.say(one)')
    assert found == [":2", ":3", ":4", ":5"]
    assert not_literal("def f(style):\n    say = style.say\n    say(words)\ndef g():\n    say(words)") == [
        ":5"
    ]


# A third language.


UYGHUR = """
msgid "中文"
msgstr "ئۇيغۇرچە"

msgid "返回"
msgstr "قايتىش"

#, fuzzy
msgid "退出"
msgstr "؟"

msgid "给{names}缴"
msgstr "{names} ئۈچۈن تۆلەش"
"""


def test_a_third_language_is_one_file(tmp_path: Path) -> None:
    language = read_catalogue(written(tmp_path, UYGHUR, "ug.po"))
    assert (language.code, language.name) == ("ug", "ئۇيغۇرچە")
    assert say("返回").render(language) == "قايتىش"
    assert say("给{names}缴", names="刘*兰").render(language) == "刘*兰 ئۈچۈن تۆلەش"
    assert say("退出").render(language) == "退出", "what nobody has confirmed stays as it is written"
    assert say("帮助").render(language) == "帮助"


VALUES = (
    Money(1_234_50),
    Month(2026, 3),
    MonthName(3),
    DayInYear(2, 29),
    MonthSpan(Month(2019, 1), Month(2019, 7)),
    MonthSpan(Month(2018, 12), Month(2019, 1)),
    MonthSpan(Month(2019, 1), Month(2019, 1)),
    date(2026, 11, 20),
    datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
    7,
    True,
    "刘*兰",
)


@pytest.mark.parametrize("code", ["ug", "bo", "mn", "kk", "ko", "ii", "ar", "pl", "ru", "zh-Hant"])
def test_every_language_writes_our_values_in_its_own_way(tmp_path: Path, code: str) -> None:
    language = read_catalogue(written(tmp_path, NAME, f"{code}.po"))
    for value in VALUES:
        assert say("{value}", value=value).render(language).strip()
    assert "2026" in language.value(Month(2026, 3))


@pytest.mark.parametrize(
    ("code", "forms", "said"),
    [
        (
            "pl",
            "{n} {n:miesiąc|miesiące|miesięcy}",
            {1: "miesiąc", 2: "miesiące", 5: "miesięcy", 22: "miesiące"},
        ),
        ("ru", "{n} {n:месяц|месяца|месяцев|месяца}", {1: "месяц", 3: "месяца", 11: "месяцев", 21: "месяц"}),
        ("ar", "{n} {n:z|o|t|f|m|x}", {0: "z", 1: "o", 2: "t", 3: "f", 11: "m", 100: "x", 103: "f"}),
        ("ko", "{n} {n:개월}", {0: "개월", 1: "개월", 5: "개월"}),
        ("de", "{n} {n:Monat|Monate}", {0: "Monate", 1: "Monat", 2: "Monate"}),
    ],
)
def test_each_language_has_as_many_plurals_as_it_has(
    tmp_path: Path, code: str, forms: str, said: dict[int, str]
) -> None:
    language = read_catalogue(written(tmp_path, plural("{n}个月", forms), f"{code}.po"))
    assert {n: say("{n}个月", n=n).render(language) for n in said} == {n: f"{n} {w}" for n, w in said.items()}


@given(st.sampled_from(["pl", "ar", "ug", "en", "ja"]), st.integers(), st.integers(1, 7))
def test_no_number_and_no_lack_of_words_breaks_a_sentence(code: str, number: int, forms: int) -> None:
    words = [f"w{i}" for i in range(forms)]
    language = _PLURALS[code, forms]
    assert say("{n}个月", n=number).render(language) in {f"{number} {word}" for word in words}


@pytest.fixture(scope="module", autouse=True)
def _plurals(tmp_path_factory: pytest.TempPathFactory) -> None:
    for code, forms in product(["pl", "ar", "ug", "en", "ja"], range(1, 8)):
        template = "{n} {n:" + "|".join(f"w{i}" for i in range(forms)) + "}"
        folder = tmp_path_factory.mktemp("plurals")
        _PLURALS[code, forms] = read_catalogue(written(folder, plural("{n}个月", template), f"{code}.po"))


_PLURALS: dict[tuple[str, int], Catalogue] = {}


# What is wrong with one is said.


@pytest.mark.parametrize(
    ("name", "entries", "says"),
    [
        ("xx.po", NAME, "xx.po: not a catalogue: unknown locale 'xx'"),
        ("1.po", NAME, "1.po: not a catalogue"),
        (".po", NAME, "not a catalogue"),
        ("de.po", "", "translate '中文' with the language's own name"),
        ("de.po", 'msgid "中文"\nmsgstr ""\n', "translate '中文'"),
        ("de.po", f"#, fuzzy\n{NAME}", "translate '中文'"),
        ("de.po", f"{NAME}\nthis is no line of a catalogue\n", "de.po: not a catalogue"),
        ("de.po", plural("给{names}缴", "für {name}"), r"places that the sentence has not: \['name'\]"),
        ("de.po", plural("给{names}缴", "für {}"), r"places that the sentence has not: \[''\]"),
        ("de.po", plural("给{names}缴", "für {names.secret}"), "places that the sentence has not"),
        ("de.po", plural("给{names}缴", "für {names[0]}"), "places that the sentence has not"),
        ("de.po", plural("给{names}缴", "für {names"), "de.po: the translation of '给{names}缴': expected"),
        ("de.po", plural("给{names}缴", "für }names"), "Single '}'"),
        ("de.po", plural("给{names}缴", "für {names!r}"), "nothing stands behind the name but"),
        ("de.po", plural("给{names}缴", "für {names:{other}}"), "nothing stands behind the name but"),
        (
            "de.po",
            f'{NAME}\nmsgid "{{n}}个月"\nmsgid_plural "{{n}}个月"\nmsgstr[0] "a"\nmsgstr[1] "b"\n',
            r"write plurals as \{n:month\|months\}",
        ),
    ],
)
def test_a_file_that_is_no_catalogue_says_what_is_wrong(
    tmp_path: Path, name: str, entries: str, says: str
) -> None:
    with pytest.raises(CatalogueError, match=says):
        read_catalogue(written(tmp_path, entries, name))


def test_a_file_in_another_encoding_is_none(tmp_path: Path) -> None:
    file = tmp_path / "de.po"
    file.write_bytes(NAME.encode("gb18030"))
    with pytest.raises(CatalogueError, match="not a catalogue"):
        read_catalogue(file)


@given(st.text(st.sampled_from("{}{}:!|nam.[]0 ") | st.characters(codec="utf-8"), max_size=30))
def test_a_translation_is_refused_or_can_be_said_whatever_is_in_it(
    tmp_path_factory: pytest.TempPathFactory, translation: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    escaped = translation.replace("\\", "\\\\").replace('"', '\\"')
    escaped = "".join(sign for sign in escaped if sign.isprintable())
    file = written(folder, plural("{n}个{a}", escaped), "de.po")
    try:
        language = read_catalogue(file)
    except CatalogueError:
        return
    assert isinstance(say("{n}个{a}", n=3, a=2).render(language), str)
