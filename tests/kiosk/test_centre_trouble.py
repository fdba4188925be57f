"""When the centre is away, faulty, or refuses: the last snapshot with its date, or a plain page."""

from __future__ import annotations

import re
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from fixtures.centre import Centre, serving
from fixtures.printer import PrinterProcess
from resident import Visit, words_on

from kiosk.conversation.desk import LOOK_LIMIT_S
from kiosk.conversation.view import Condition
from kiosk.terminal import TerminalUnavailable

SENTENCE = "您的职工医保 2019年1月到7月没有缴费，同期养老已缴"
LIU = "liu-guilan"
LIU_CARD = "800100D15600000500BF0101815A67E6"
SNAPSHOT = re.compile(r"这是 2026年11月20日 \d\d:\d\d 保存的记录")
AMOUNTS = re.compile(r"￥|\d,\d{3}\.\d\d")
QUICK = {"centre": {"connect_s": 0.5, "read_s": 0.5}}


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address where nobody listens, and nobody will."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def visited(at_terminal: Visit, *, details: bool = False) -> None:
    """A first visit while all is well: this terminal keeps what was looked at."""
    with at_terminal() as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
        if details:
            resident.touch("查缴费")
            resident.wait_for("grid")


def test_without_the_centre_the_last_snapshot_is_shown_with_its_date(
    at_terminal: Visit, nowhere: str
) -> None:
    visited(at_terminal, details=True)
    with at_terminal(url=nowhere) as resident:
        resident.insert(LIU)
        overview = resident.wait_for("overview").text
        assert SENTENCE in overview
        assert SNAPSHOT.search(overview)
        resident.touch("查缴费")
        grid = resident.wait_for("grid:2019")
        assert SNAPSHOT.search(grid.text)
        assert resident.sight.view.status.network is Condition.BAD


def test_details_that_were_never_looked_at_are_not_in_the_snapshot(at_terminal: Visit, nowhere: str) -> None:
    visited(at_terminal)
    with at_terminal(url=nowhere) as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
        resident.touch("查缴费")
        page = resident.wait_for("centre-away").text
        assert "连不上社保中心" in page
        assert "没有扣款" in page
        resident.touch("知道了")
        resident.wait_for("overview")


def test_without_the_centre_an_unknown_resident_gets_a_plain_page(at_terminal: Visit, nowhere: str) -> None:
    visited(at_terminal)
    with at_terminal(url=nowhere) as resident:
        resident.insert("yang-fan")
        page = resident.wait_for("unknown-here").text
        assert "现在连不上社保中心" in page
        assert "0800-1000001" in page
        assert "刘" not in page
        assert "杨" not in page


def test_a_terminal_that_never_saw_the_centre_says_so_to_the_technician(
    at_terminal: Visit, nowhere: str
) -> None:
    with (
        pytest.raises(TerminalUnavailable, match="region's rules were never fetched"),
        at_terminal(url=nowhere),
    ):
        pass


def test_the_centre_comes_back_by_itself_and_the_page_with_it(
    at_terminal: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.terminal.ASK_CENTRE_AWAY_S", 0.1)
    port = _free_port()
    directory = tmp_path / "centre"
    directory.mkdir()
    with serving(directory, "--port", str(port)) as own, at_terminal(at=own) as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
    with at_terminal(at=own) as resident:
        resident.insert(LIU)
        assert SNAPSHOT.search(resident.wait_for("overview").text)
        untouched = len(resident.views)
        with serving(directory, "--port", str(port)):
            resident.wait(lambda sight: sight.key == "overview" and not SNAPSHOT.search(sight.text))
            assert resident.sight.view.status.network is Condition.GOOD
            assert len(resident.views) > untouched
            assert not resident.sight.view.can_go_back, "nobody goes back to the old page"
            resident.touch("打印权益记录")
            assert any(text.startswith("验证码") for text in words_on(resident.wait_for("preview").sheet))


def test_a_rights_record_without_the_centre_is_an_unsealed_copy_without_a_code(
    at_terminal: Visit, nowhere: str, printer: PrinterProcess
) -> None:
    visited(at_terminal, details=True)
    before = printer.settle()
    with at_terminal(url=nowhere) as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
        resident.touch("打印权益记录")
        preview = resident.wait_for("preview:masked")
        assert "未盖章" in preview.text
        said = list(words_on(preview.sheet))
        assert "【未盖章】" in said
        assert not any("验证码 " in text or "HTTP" in text for text in said)
        resident.touch("打印")
        resident.wait_for("printed")
    paper = printer.bin(printer.settle())
    assert printer.settle() == before + 1
    assert "【未盖章】".encode("gb18030") in paper
    assert b"\x1d(k" not in paper, "no code"


@pytest.mark.parametrize("fault", ["500", "garbage", "hang"])
def test_a_faulty_centre_shows_the_snapshot_where_there_is_one(
    at_terminal: Visit, centre: Centre, fault: str
) -> None:
    visited(at_terminal, details=True)
    centre.arm(fault, "/v1/residents/", times=20)
    centre.arm(fault, "/v1/me/", times=20)
    with at_terminal(more=QUICK) as resident:
        resident.insert(LIU)
        assert SNAPSHOT.search(resident.wait_for("overview").text)
        resident.touch("查缴费")
        assert SNAPSHOT.search(resident.wait_for("grid:2019").text)


@pytest.mark.parametrize(
    ("fault", "title"),
    [("500", "社保中心暂时不能答复"), ("garbage", "社保中心暂时不能答复"), ("hang", "现在连不上社保中心")],
)
def test_a_faulty_centre_and_nothing_kept_is_a_plain_page(
    at_terminal: Visit, centre: Centre, fault: str, title: str
) -> None:
    centre.arm(fault, "/v1/residents/", times=5)
    with at_terminal(more=QUICK) as resident:
        resident.insert(LIU)
        page = resident.wait_for("unknown-here").text
        assert title in page
        assert "没有扣款" in page


@pytest.mark.parametrize(
    ("fault", "key"), [("500", "centre-faulty"), ("garbage", "centre-faulty"), ("hang", "centre-away")]
)
def test_a_centre_that_fails_in_the_middle_has_a_page_for_that(
    at_terminal: Visit, centre: Centre, fault: str, key: str
) -> None:
    centre.arm(fault, "/v1/me/overview", times=5)
    with at_terminal(more=QUICK) as resident:
        resident.insert(LIU)
        assert "没有扣款" in resident.wait_for(key).text


def test_a_centre_that_gives_rows_and_then_hangs_is_shown_from_the_snapshot(
    at_terminal: Visit, centre: Centre
) -> None:
    visited(at_terminal, details=True)
    centre.arm("hang", "/v1/me/changes", times=5)
    with at_terminal(more=QUICK) as resident:
        resident.insert(LIU)
        assert not SNAPSHOT.search(resident.wait_for("overview").text)
        resident.touch("查缴费")
        assert SNAPSHOT.search(resident.wait_for("grid:2019").text)


def test_a_centre_that_gave_no_rows_is_not_waited_for_again(at_terminal: Visit, centre: Centre) -> None:
    visited(at_terminal, details=True)
    centre.arm("500", "/v1/me/contributions")
    centre.arm("500", "/v1/me/changes")
    with at_terminal() as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
        resident.touch("查缴费")
        assert SNAPSHOT.search(resident.wait_for("grid:2019").text)
        assert resident.terminal is not None
        token = resident.terminal._records._token
        assert token is not None
        waiting = centre.call("GET", "/v1/me/changes", session=token.get_secret_value())
        assert waiting.status_code == 500, "nobody has asked for the changes yet"


def test_a_read_that_outlasts_its_limit_is_the_centres_trouble_not_the_programs(
    at_terminal: Visit, centre: Centre
) -> None:
    """Settings may let the line wait longer than a page does."""
    centre.arm("hang", "/v1/me/overview", times=5)
    with at_terminal(more={"centre": {"read_s": 60.0}}) as resident:
        resident.insert(LIU)
        resident.wait_for("look:Premiums.front_page")
        resident.skip(LOOK_LIMIT_S)
        assert "连不上社保中心" in resident.wait_for("centre-away").text


def test_a_page_that_the_centre_cannot_mend_stands_still(
    at_terminal: Visit, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Region and bills are answered, the overview is not: the line counts as back again and again."""
    visited(at_terminal)
    monkeypatch.setattr("kiosk.terminal.ASK_CENTRE_AWAY_S", 0.1)
    centre.arm("500", "/v1/me/overview", times=100)
    with at_terminal() as resident:
        resident.insert(LIU)
        # It was drawn anew once, and says that it will not be again.
        again = resident.wait(lambda sight: "请过一会儿点“再查一次”" in sight.text).view.serial
        until = time.monotonic() + 1.0
        resident.wait(lambda _: time.monotonic() > until)
        assert resident.sight.view.serial == again
        assert SNAPSHOT.search(resident.sight.text)
        centre.disarm()
        resident.touch("再查一次")
        resident.wait(lambda sight: sight.key == "overview" and not SNAPSHOT.search(sight.text))


def test_a_paper_that_the_centre_does_not_issue_is_offered_as_a_copy(
    at_terminal: Visit, centre: Centre
) -> None:
    centre.arm("500", "/v1/papers", times=5)
    with at_terminal() as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
        resident.touch("打印权益记录")
        assert "【未盖章】" in words_on(resident.wait_for("preview").sheet)


def test_a_session_that_is_over_at_the_centre_says_put_the_card_in_again(
    at_terminal: Visit, centre: Centre
) -> None:
    with at_terminal() as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
        assert resident.terminal is not None
        token = resident.terminal._records._token
        assert token is not None
        centre.call("DELETE", "/v1/session", session=token.get_secret_value())
        for tile in ("查缴费", "打印权益记录"):
            resident.touch(tile)
            page = resident.wait_for("session-over").text
            assert "停留的时间太久了" in page
            assert "再放一次" in page
            resident.touch("知道了")
            resident.wait_for("overview")


def test_a_card_reported_lost_meanwhile_shows_nothing_once_the_line_is_back(
    at_terminal: Visit, centre: Centre
) -> None:
    """The snapshot is shown while nobody knows better, and no longer."""
    visited(at_terminal)
    centre.arm("500", "/v1/residents/", times=1)
    with at_terminal() as resident, reported_lost(centre, LIU_CARD):
        resident.insert(LIU)
        assert SNAPSHOT.search(resident.wait_for("overview").text)
        resident.touch("再查一次")
        page = resident.wait_for("refused:/problems/card-revoked").text
        assert SENTENCE not in page
        assert "已经挂失" in page


def test_a_card_reported_lost_shows_no_snapshot_while_the_centre_is_there(
    at_terminal: Visit, centre: Centre
) -> None:
    visited(at_terminal)
    with at_terminal() as resident, reported_lost(centre, LIU_CARD):
        resident.insert(LIU)
        assert SENTENCE not in resident.wait_for("refused:/problems/card-revoked").text


@pytest.mark.parametrize("service", ["查缴费", "打印权益记录"])
def test_a_strict_region_says_what_proof_is_missing(
    at_terminal: Visit, strict_centre: Centre, service: str
) -> None:
    with at_terminal(at=strict_centre) as resident:
        resident.insert(LIU)
        assert SENTENCE in resident.wait_for("overview").text
        resident.touch(service)
        page = resident.wait_for("missing-proof").text
        assert "还需要证明是您本人" in page
        assert "身份证" in page
        assert "示例县社保中心" in page
        assert AMOUNTS.search(page) is None
        resident.touch("知道了")
        resident.wait_for("overview")


@contextmanager
def reported_lost(centre: Centre, card_id: str) -> Iterator[None]:
    """挂失 at a counter, taken back afterwards: the centre is everybody's."""

    def set_state(state: str) -> None:
        file = centre.database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(file, timeout=10)) as database, database:
            changed = database.execute("UPDATE cards SET state = ? WHERE card_id = ?", (state, card_id))
            assert changed.rowcount == 1

    set_state("lost")
    try:
        yield
    finally:
        set_state("valid")


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port
