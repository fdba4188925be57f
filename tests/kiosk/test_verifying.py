"""验真 at the terminal: what is typed or scanned, with the centre and without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fixtures.centre import Centre, run_central, serving
from fixtures.sealing import write_seal_keys
from resident import Resident, Sight, Visit
from wire import Wire

from drivers.printers.paper import Code
from drivers.virtual.scanner import VirtualScanner
from kiosk import scanner_watch
from kiosk.conversation.events import Event
from kiosk.conversation.touches import Entered, ScanRead

LIU = "liu-guilan"


@dataclass(frozen=True)
class OnPaper:
    """What stands on a sealed paper, for people and scanners."""

    code: str
    url: str
    seal: str


@pytest.fixture(scope="module")
def sealing_centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    directory = tmp_path_factory.mktemp("sealing")
    with serving(directory, "--seal-keys", str(write_seal_keys(directory / "seals"))) as centre:
        yield centre


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[VirtualScanner]:
    with VirtualScanner(tmp_path / "scanner") as made:
        yield made


@pytest.fixture(autouse=True)
def _no_pause_between_scans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner_watch, "_APART_S", 0.0)


def a_paper(resident: Resident) -> OnPaper:
    """As it is shown before it is printed; the resident goes back to the menu."""
    resident.wait_for("overview")
    resident.touch("打印权益记录")
    url, *seals = (row for row in resident.wait_for("preview").sheet.rows if isinstance(row, Code))
    resident.back()
    resident.wait_for("overview")
    return OnPaper(url.caption.removeprefix("验证码 "), url.payload, seals[0].payload)


def type_in(resident: Resident, code: str) -> None:
    serial = resident.wait_for("code:").view.serial
    resident.runner.handle(Entered(serial, code.replace("-", "")))


def told(resident: Resident) -> Sight:
    return resident.wait_for("verified:")


def with_scanner(scanner: VirtualScanner) -> dict[str, dict[str, object]]:
    return {"scanner": {"device": str(scanner.link)}}


def scan(resident: Resident, scanner: VirtualScanner, text: str) -> Sight:
    before = resident.wait_for("code:").view.serial
    scanner.scan(text)
    return resident.wait(
        lambda sight: sight.key.startswith("verified:") and sight.view.serial > before, "a verdict"
    )


def test_a_typed_code_is_known_until_the_paper_is_void_and_a_wrong_one_leads_back_to_what_was_typed(
    at_terminal: Visit, sealing_centre: Centre
) -> None:
    with at_terminal(at=sealing_centre) as resident:
        resident.insert(LIU)
        paper = a_paper(resident)
        resident.touch("验真")
        type_in(resident, paper.code)
        page = told(resident)
        assert page.key == "verified:valid"
        for word in (
            "是社保中心出具的，现在有效",
            "刘*兰",
            "个人权益记录",
            "示例县人力资源和社会保障局",
            "每个月、每笔钱，这里核对不了",
        ):
            assert word in page.text
        assert "桂兰" not in page.text
        resident.touch("再核对一张")
        wrong = "2222-3333-4444-5555-6666"
        type_in(resident, wrong)
        page = told(resident)
        assert page.key == "verified:no-such-code"
        assert "最可能是输错了" in page.text
        resident.touch("看看输入的")
        due = resident.wait_for("code:").view.due
        assert due.given == wrong.replace("-", "")  # type: ignore[attr-defined]
        revoke(sealing_centre, paper.code)
        type_in(resident, paper.code)
        page = told(resident)
        assert page.key == "verified:revoked"
        assert "是社保中心出具过的，2026年11月20日作废了" in page.text
        resident.touch("不核对了")
        resident.wait_for("overview")


def revoke(centre: Centre, code: str) -> None:
    at = ("--database-url", centre.database_url)
    revoked = run_central("revoke-paper", code, *at, environment=centre.environment)
    assert revoked.returncode == 0, revoked.stderr


def test_what_is_scanned_is_checked_with_the_centres_newest_list(
    at_terminal: Visit, sealing_centre: Centre, scanner: VirtualScanner
) -> None:
    with at_terminal(at=sealing_centre, more=with_scanner(scanner)) as resident:
        resident.insert(LIU)
        paper = a_paper(resident)
        resident.touch("验真")
        resident.wait(lambda sight: "请扫纸上的方块码" in sight.text)
        page = scan(resident, scanner, paper.seal)
        assert page.key == "verified:valid"
        for word in ("印章是真的", "刘*兰", "截至 2026年11月20日", paper.code):
            assert word in page.text
        resident.touch("再核对一张")
        assert scan(resident, scanner, paper.url).key == "verified:valid"
        resident.touch("再核对一张")
        assert scan(resident, scanner, paper.seal[:200]).key == "verified:unreadable"
        resident.touch("再扫一次")
        assert scan(resident, scanner, "https://example.com/").key == "verified:unreadable"
        resident.touch("再扫一次")
        revoke(sealing_centre, paper.code)
        assert scan(resident, scanner, paper.url).key == "verified:revoked"


def test_without_the_centre_a_seal_is_checked_and_a_code_says_so(
    at_terminal: Visit, sealing_centre: Centre, scanner: VirtualScanner
) -> None:
    with (
        Wire(sealing_centre.base_url) as wire,
        at_terminal(at=sealing_centre, url=wire.url, more=with_scanner(scanner)) as resident,
    ):
        resident.insert(LIU)
        paper = a_paper(resident)
        resident.touch("验真")
        assert scan(resident, scanner, paper.seal).key == "verified:valid"
        resident.touch("再核对一张")
        wire.cut()
        page = scan(resident, scanner, paper.seal)
        assert page.key == "verified:valid", "the list that is kept will do"
        assert "截至 2026年11月20日" in page.text
        resident.touch("再核对一张")
        type_in(resident, paper.code)
        page = told(resident)
        assert page.key == "verified:centre-needed"
        assert "没有扣款" in page.text
        assert "不联网也能核对" in page.text
        resident.touch("再查一次")
        resident.wait(lambda sight: sight.key == page.key and sight.view.serial > page.view.serial)
        wire.mend()
        resident.touch("再查一次")
        assert resident.wait_for("verified:valid").text
        resident.back()
        resident.touch("看看输入的")
        due = resident.wait_for("code:").view.due
        assert due.given == paper.code.replace("-", "")  # type: ignore[attr-defined]


def test_a_scan_that_nobody_asked_for_does_nothing_and_is_not_kept(
    at_terminal: Visit, scanner: VirtualScanner
) -> None:
    with at_terminal(more=with_scanner(scanner)) as resident:
        resident.insert(LIU)
        overview = resident.wait_for("overview")
        scans = heard_scans(resident)
        scanner.scan("BM1:SOMEBODY ELSES")
        resident.wait(lambda _: len(scans) == 1, "the scan")
        assert resident.sight.view.serial == overview.view.serial
        resident.touch("验真")
        asked = resident.wait_for("code:1")
        resident.help()
        resident.wait_for("help")
        scanner.scan("BM1:UNDER THE HELP")
        resident.wait(lambda _: len(scans) == 2, "the scan")
        resident.touch("知道了，回到刚才的页面")
        assert resident.wait_for("code:1").view.serial == asked.view.serial + 2


def heard_scans(resident: Resident) -> list[ScanRead]:
    """Those that come to the session from now on."""
    scans: list[ScanRead] = []
    handle = resident.runner.handle

    def noting(event: Event) -> None:
        if isinstance(event, ScanRead):
            scans.append(event)
        handle(event)

    resident.runner.handle = noting  # type: ignore[method-assign]
    return scans
