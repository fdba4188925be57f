"""The page for a paper's code: every outcome in words, and nobody's data without the last four."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from fixtures.centre import problem_of
from fixtures.local_centre import FEW, LocalCentre, Opened, serve_locally
from fixtures.pcsc import wait_until
from fixtures.sealing import issuer_keys

from central.county.builders import DemoResident
from central.limits import Rate
from central.public_page.record import record_of
from central.revocations import RevocationBooks
from central.seals.sealing import Sealer
from kiosk.contract.papers import PaperAnswer
from kiosk.domain.insurance import Kind

NEVER_ISSUED = "AAAA-AAAA-AAAA-AAAA-AAAA"


def issued(centre: LocalCentre, resident: DemoResident, *years: int) -> PaperAnswer:
    body = {"type": "rights_record", "years": years or (2026, 2025)}
    answer = centre.call("POST", "/v1/papers", session=centre.open_session(resident), body=body)
    assert answer.status_code == 201, answer.text
    return PaperAnswer.model_validate_json(answer.content)


def page(centre: LocalCentre, path: str, last_four: str | None = None, **more: str) -> requests.Response:
    """As a phone's browser asks; with the last four, as it sends the form."""
    method, form = ("GET", None) if last_four is None else ("POST", {"last4": last_four})
    return requests.request(method, centre.base_url + path, data=form, params=more, timeout=10)


class _Words(HTMLParser):
    """What a reader of the page gets, and what it would run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self._in_style = tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._in_style = False


def parsed(answer: requests.Response) -> _Words:
    words = _Words()
    words.feed(answer.text)
    return words


def words_of(answer: requests.Response) -> str:
    return re.sub(r"\s+", " ", "".join(parsed(answer).text))


def title_of(answer: requests.Response) -> str:
    found = re.search(r"<h1>.*?</h1>", answer.text, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]*>|\s", "", found[0])


@pytest.fixture(scope="module")
def sealing(tmp_path_factory: pytest.TempPathFactory, filled_database: Path) -> Iterator[LocalCentre]:
    """With real keys; no test here moves its clock or meets its rates."""
    file = tmp_path_factory.mktemp("sealing") / "central.sqlite3"
    shutil.copy(filled_database, file)
    often = replace(FEW, paper_checks=Rate(100_000, timedelta(hours=1)))
    centre, close = serve_locally(file, limits=often, sealer=Sealer(issuer_keys()))
    yield centre
    close()


def test_a_paper_in_force_is_told_with_all_that_anyone_may_learn(
    sealing: LocalCentre, county: dict[str, DemoResident]
) -> None:
    paper = issued(sealing, county["刘桂兰"])
    answer = requests.get(paper.url, timeout=10)
    assert answer.status_code == 200
    assert title_of(answer) == "✓查到了，现在有效"
    words = words_of(answer)
    for told in (
        *("个人权益记录", "示例县人力资源和社会保障局", "示例县医疗保障局", "刘*兰", paper.code),
        *("2026年11月20日 09:30", "2026年12月20日 09:30", "电子印章已盖"),
    ):
        assert told in words
    person = county["刘桂兰"].file.person
    for secret in (person.name, person.number.text, person.number.text[-4:], person.reference, "青石"):
        assert secret not in answer.text


def test_the_last_four_open_what_stands_on_the_paper(
    sealing: LocalCentre, county: dict[str, DemoResident]
) -> None:
    resident = county["刘桂兰"]
    paper = issued(sealing, resident)
    answer = page(sealing, f"/P/{paper.code}", resident.file.person.number.text[-4:])
    assert answer.status_code == 200
    assert answer.url.endswith(f"/P/{paper.code}"), "the last four stand in no address"
    words = words_of(answer)
    record = paper.rights_record
    assert record.number in words
    for told in (
        "刘桂兰",
        "示例县青石纺织有限公司",
        "职工养老",
        "参保缴费",
        "● 已缴",
        "2025年",
        "2026年",
        "1-10月",
    ):
        assert told in words
    for amount in (*(row.base_fen for row in record.rows), *(one.total_fen for one in record.accounts)):
        assert amount.figures() in words


def test_months_that_are_alike_stand_on_one_line_and_none_is_lost(
    sealing: LocalCentre, county: dict[str, DemoResident]
) -> None:
    content = issued(sealing, county["刘桂兰"], 2019).rights_record
    ((year, kinds),) = record_of(content).years
    lines = {one.kind: [(line.months, line.symbol, line.base) for line in one.lines] for one in kinds}
    assert year == 2019
    medical = [row for row in content.rows if row.kind is Kind.MEDICAL_EMPLOYEE]
    base = medical[0].base_fen.figures()
    assert lines["职工养老"] == [("1-4月", "●", base), ("5-12月", "●", base)], "the rate fell in May"
    assert lines["职工医保"] == [("1-7月", "△", base), ("8-12月", "●", base)]
    # A month that was paid twice is two lines, as alike as they are.
    (september,) = (row for row in medical if row.month.month == 9)
    twice = record_of(content.model_copy(update={"rows": (*content.rows, september)}))
    again = [line.months for one in twice.years[0][1] if one.kind == "职工医保" for line in one.lines]
    assert again == ["1-7月", "8-12月", "9月"]
    # A month without a row is a gap, and no figures.
    without = tuple(row for row in content.rows if row is not september)
    gap = record_of(content.model_copy(update={"rows": without})).years[0][1]
    shown = [
        (line.months, line.word, line.base) for one in gap if one.kind == "职工医保" for line in one.lines
    ]
    assert shown[1:] == [("8月", "已缴", base), ("9月", "无", "—"), ("10-12月", "已缴", base)]


def test_last_four_in_an_address_open_nothing(sealing: LocalCentre, county: dict[str, DemoResident]) -> None:
    resident = county["刘桂兰"]
    code = issued(sealing, resident).code
    answer = page(sealing, f"/P/{code}", last4=resident.file.person.number.text[-4:])
    assert answer.status_code == 200
    assert "刘桂兰" not in answer.text


def test_a_paper_that_was_taken_back_says_since_when(
    sealing: LocalCentre, county: dict[str, DemoResident]
) -> None:
    code = issued(sealing, county["刘桂兰"]).code
    RevocationBooks(sealing.state.database, sealing.clock).revoke(code)
    answer = page(sealing, f"/P/{code}")
    assert title_of(answer) == "✕这张纸已作废"
    assert "从 2026年11月20日 09:30 起作废" in words_of(answer)


def test_a_paper_without_seals_says_so(standing_centre: LocalCentre, county: dict[str, DemoResident]) -> None:
    answer = page(standing_centre, f"/P/{issued(standing_centre, county['刘桂兰']).code}")
    assert title_of(answer) == "!查到了，现在有效，但未盖章"
    assert "一定要盖章的，请本人到窗口办理" in words_of(answer)


def test_seals_of_the_demo_are_worth_nothing(open_centre: Opened, county: dict[str, DemoResident]) -> None:
    centre = open_centre(sealer=Sealer(issuer_keys(demo=True)))
    code = issued(centre, county["刘桂兰"]).code
    answer = page(centre, f"/P/{code}")
    assert title_of(answer) == "!查到了，但只作演示"
    assert "印章没有效力" in words_of(answer)
    RevocationBooks(centre.state.database, centre.clock).revoke(code)
    assert title_of(page(centre, f"/P/{code}")) == "✕这张纸已作废"


def test_an_expired_paper_says_so(local_centre: LocalCentre, county: dict[str, DemoResident]) -> None:
    code = issued(local_centre, county["刘桂兰"]).code
    local_centre.clock.advance(timedelta(days=30))
    answer = page(local_centre, f"/P/{code}")
    assert (answer.status_code, title_of(answer)) == (410, "!这张纸已过期")
    assert "刘*兰" not in answer.text


def test_a_code_that_was_never_issued_is_told_back(sealing: LocalCentre) -> None:
    answer = page(sealing, f"/P/{NEVER_ISSUED}")
    assert (answer.status_code, title_of(answer)) == (404, "✕没有查到这张纸")
    assert NEVER_ISSUED in words_of(answer)
    assert "请不要采信" in words_of(answer)


@pytest.mark.parametrize(
    ("typed", "told", "there"),
    [
        ("ABCD-EFGH", "验证码是 20 个字符，您输入了 8 个", "ABCD-EFGH"),
        ("ABC0-EFGH-JKLM-NPQR-STUI", "验证码里没有“0”“I”", "ABC0-EFGH-JKLM-NPQR-STUI"),
        ("🂡", "验证码里只有字母和数字", ""),
        ("abcd/efgh", "验证码里只有字母和数字", "ABCD-EFGH"),
        ("' or 1=1", "验证码里没有“O”“1”", "OR11"),
        ("核验通过，请加微信 abcd", "验证码里只有字母和数字", "ABCD"),
    ],
)
def test_what_is_no_code_is_told_how_it_is_wrong_and_nothing_else_of_it_is_shown(
    sealing: LocalCentre, typed: str, told: str, there: str
) -> None:
    in_address, in_form = page(sealing, f"/P/{quote(typed, safe='')}"), page(sealing, "/P", code=typed)
    for answer in (in_address, in_form):
        assert (answer.status_code, title_of(answer)) == (404, "!验证码不对")
        assert told in words_of(answer)
        assert ("value", there) in parsed(answer).attributes, "what was typed is there to be mended"
        assert "微信" not in answer.text


def test_a_code_is_typed_as_people_type(sealing: LocalCentre, county: dict[str, DemoResident]) -> None:
    paper = issued(sealing, county["刘桂兰"])
    spaced = paper.code.replace("-", " ").lower()
    for typed in (paper.code, spaced, paper.code.replace("-", ""), paper.code.replace("-", "—"), paper.url):
        answer = page(sealing, "/P", code=typed)
        assert answer.url == f"{sealing.base_url}/P/{paper.code}", "it leads to the address on the paper"
        assert "刘*兰" in answer.text
    for address in (f"/p/{paper.code.lower()}", f"/P/{paper.code.replace('-', '')}"):
        assert "刘*兰" in page(sealing, address).text


@pytest.mark.parametrize("path", ["/P", "/p", "/P/", "/P?code=", "/P?code=%20"])
def test_without_a_code_there_is_a_form_for_one(sealing: LocalCentre, path: str) -> None:
    answer = page(sealing, path)
    assert answer.status_code == 200
    assert {("for", "code"), ("id", "code"), ("name", "code"), ("action", "/P")} <= set(
        parsed(answer).attributes
    )
    assert "没有数字 0、1，也没有字母 O、I" in words_of(answer)


def test_tries_at_the_last_four_are_counted_as_everywhere(
    local_centre: LocalCentre, county: dict[str, DemoResident]
) -> None:
    resident = county["刘桂兰"]
    code, right = issued(local_centre, resident).code, resident.file.person.number.text[-4:]
    wrong = "0000" if right != "0000" else "1111"
    malformed = page(local_centre, f"/P/{code}", "12")
    assert (malformed.status_code, title_of(malformed)) == (422, "!后四位没有填对")
    for _ in range(FEW.wrong_last_four - 1):
        answer = page(local_centre, f"/P/{code}", wrong)
        assert (answer.status_code, title_of(answer)) == (403, "!后四位不对，详细内容没有打开")
        assert page(local_centre, f"/P/{code}", right).status_code == 200
    # A try by the other way counts too.
    json = requests.get(f"{local_centre.base_url}/v1/papers/{code}", params={"last4": wrong}, timeout=10)
    problem_of(json, "/problems/last-four-wrong")
    closed = page(local_centre, f"/P/{code}", right)
    assert (closed.status_code, title_of(closed)) == (429, "✕详细内容已经关闭")
    assert "刘" not in words_of(closed)
    assert page(local_centre, f"/P/{code}").status_code == 200


def test_guesses_made_at_once_count_each(sealing: LocalCentre, county: dict[str, DemoResident]) -> None:
    code = issued(sealing, county["刘桂兰"]).code
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: page(sealing, f"/P/{code}", "000X").status_code, range(8)))
    assert sorted(statuses) == [403] * FEW.wrong_last_four + [429] * (8 - FEW.wrong_last_four)


def test_who_asks_too_often_is_told_how_long_to_wait(
    open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    centre = open_centre(limits=replace(FEW, paper_checks=Rate(2, timedelta(minutes=1))))
    code = issued(centre, county["刘桂兰"]).code
    page(centre, f"/P/{NEVER_ISSUED}")
    page(centre, f"/P/{code}", "0000")
    answer = page(centre, f"/P/{code}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert title_of(answer) == "!请等60秒再查"
    centre.clock.advance(timedelta(minutes=1))
    assert page(centre, f"/P/{code}").status_code == 200


def test_a_name_cannot_write_into_the_page(open_centre: Opened, county: dict[str, DemoResident]) -> None:
    centre = open_centre()
    resident = county["刘桂兰"]
    evil = "<script>alert('1')</script>\"&<img src=x onerror=y>"
    with centre.state.database.writing() as connection:
        connection.exec_driver_sql(
            "update people set name = ? where reference = ?", (evil, resident.file.person.reference)
        )
    answer = page(centre, f"/P/{issued(centre, resident).code}", resident.file.person.number.text[-4:])
    assert evil in words_of(answer), "it is shown as it is"
    assert not {"script", "img"} & set(parsed(answer).tags)


def test_a_code_cannot_write_into_the_page(sealing: LocalCentre) -> None:
    evil = '"><script>alert(1)</script>'
    for answer in (page(sealing, f"/P/{quote(evil, safe='')}"), page(sealing, "/P", code=evil)):
        assert ("value", "SCRI-PTAL-ERT1-SCRI-PT") in parsed(answer).attributes
        assert "script" not in parsed(answer).tags


def every_page(centre: LocalCentre, resident: DemoResident) -> Iterator[requests.Response]:
    code, right = issued(centre, resident).code, resident.file.person.number.text[-4:]
    yield page(centre, "/P")
    yield page(centre, "/P/short")
    yield page(centre, f"/P/{NEVER_ISSUED}")
    yield page(centre, f"/P/{code}")
    yield page(centre, f"/P/{code}", right)
    yield page(centre, f"/P/{code}", "000X")
    yield page(centre, f"/P/{code}", "x" * 2000)
    yield requests.put(f"{centre.base_url}/P/{code}", timeout=10)
    yield requests.post(f"{centre.base_url}/P", timeout=10)


def test_every_answer_is_a_page_that_nobody_keeps_frames_or_adds_to(
    sealing: LocalCentre, county: dict[str, DemoResident]
) -> None:
    statuses = []
    for answer in every_page(sealing, county["陈小禾"]):
        statuses.append(answer.status_code)
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
        assert style is not None
        digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
        assert answer.headers["Content-Security-Policy"] == (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )
        html = parsed(answer)
        assert not {"script", "link", "img", "iframe"} & set(html.tags)
        assert not [name for name, _ in html.attributes if name.startswith("on") or name in ("src", "style")]
        assert ("lang", "zh-CN") in html.attributes
        assert html.tags.count("h1") == html.tags.count("main") == 1
        assert html.tags.count("input") == html.tags.count("label")
    assert statuses == [200, 404, 404, 200, 200, 403, 413, 405, 405]


def test_what_nobody_expected_is_a_page_too(open_centre: Opened, caplog: pytest.LogCaptureFixture) -> None:
    centre = open_centre()
    with centre.state.database.writing() as connection:
        connection.exec_driver_sql("drop table papers")
    answer = page(centre, f"/P/{NEVER_ISSUED}")
    assert (answer.status_code, title_of(answer)) == (500, "!系统出了问题，没有查成")
    # It is logged after the answer went out.
    wait_until(lambda: "OperationalError" in caplog.text)
    assert NEVER_ISSUED not in caplog.text, "the log holds no code"


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_text_stands_out_from_its_ground_seven_to_one(sealing: LocalCentre) -> None:
    schemes = re.findall(r":root \{(.*?)\}", page(sealing, "/P").text, re.DOTALL)
    assert len(schemes) == 2, "light and dark"
    for scheme in schemes:
        colour = dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6});", scheme))
        pairs = [("ink", "paper"), ("quiet", "paper"), ("accent", "paper"), ("on-accent", "accent")]
        pairs += [(name, "surface") for name in ("ink", "quiet", "accent")]
        pairs += [(name, f"{name}-ground") for name in ("good", "attention", "problem")]
        for text, ground in pairs:
            dark, light = sorted((luminance(colour[text]), luminance(colour[ground])))
            assert (light + 0.05) / (dark + 0.05) >= 7, f"{text} on {ground}"
