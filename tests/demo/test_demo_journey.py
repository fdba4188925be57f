"""The journey of `make demo`, run as anybody runs it: every part a process, every touch a real one."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
LIMIT_S = 280

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("journey") / "out"
    ended = subprocess.run(
        [sys.executable, "-m", "demo", "--journey", "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return out


@pytest.fixture(scope="module")
def journey(output: Path) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((output / "journey.json").read_text("utf-8"))
    return loaded


def _steps(journey: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {entry["name"]: entry for entry in journey if "visible_text" in entry}


def test_everything_that_the_journey_claims_holds(journey: list[dict[str, Any]]) -> None:
    claims = [entry for entry in journey if "held" in entry]
    assert len(claims) >= 45
    assert [claim["name"] for claim in claims if not claim["held"]] == []


def test_a_step_tells_what_was_seen_how_long_it_took_and_by_which_front(
    journey: list[dict[str, Any]],
) -> None:
    for step in _steps(journey).values():
        assert set(step) == {"name", "visible_text", "touches", "ms", "front_pid"}
        assert step["front_pid"] > 1


def test_the_overview_stands_without_a_touch_and_says_the_sentence(journey: list[dict[str, Any]]) -> None:
    overview = _steps(journey)["overview"]
    assert overview["touches"] == 0
    assert "您的职工医保 2019年1月到7月没有缴费，同期养老已缴" in overview["visible_text"]


def test_the_record_is_printed_after_two_touches(journey: list[dict[str, Any]]) -> None:
    names = [entry["name"] for entry in journey if "visible_text" in entry]
    steps = _steps(journey)
    assert names.index("preview") < names.index("printed")
    assert steps["printed"]["touches"] == 1


def test_a_premium_is_paid_in_four_touches_with_the_promised_syncs(journey: list[dict[str, Any]]) -> None:
    facts = {entry["name"]: entry["value"] for entry in journey if "value" in entry}
    assert facts["touches from the menu to the receipt"] <= 4
    assert facts["syncs of a card sale: intent, outcome with entry"] == [1, 1]
    parts = {"pcscd", "printer", "pad", "id module", "gateway", "centre", "agent", "supervisor"}
    parts |= {"scanner", "sound box"}
    assert set(facts["processes"]) == parts
    assert len(set(facts["processes"].values())) == len(parts), "each is a process of its own"


def test_what_became_of_each_payment_is_on_the_screen(journey: list[dict[str, Any]]) -> None:
    seen = {name: step["visible_text"] for name, step in _steps(journey).items()}
    assert "已入账" in seen["receipt-by-card"]
    assert "已入账" in seen["receipt-by-phone"]
    assert "待入账" in seen["receipt-waiting"]
    assert "不要重复缴费" in seen["not-known"]
    assert "还不清楚" in seen["blocked"]


def test_every_session_has_a_front_of_its_own(journey: list[dict[str, Any]]) -> None:
    steps = _steps(journey)
    sessions = ("overview", "identity-conflict", "not-found", "snapshot", "centre-back")
    assert len({steps[name]["front_pid"] for name in sessions}) == len(sessions)


def test_there_is_a_picture_of_each_page_and_paper(output: Path, journey: list[dict[str, Any]]) -> None:
    screens = sorted((output / "screens").glob("*.png"))
    assert [screen.stem.partition("-")[2] for screen in screens] == list(_steps(journey))
    for screen in screens:
        with Image.open(screen) as picture:
            assert picture.size == (1280, 1024)
            # A page that shows nothing but its ground has one colour: each band from one value to the same.
            one_colour = all(least == most for least, most in picture.getextrema())
            assert screen.stem.endswith("pulled") or not one_colour
    papers = sorted((output / "papers").glob("*.png"))
    assert {paper.stem.partition("-")[2] for paper in papers} == {
        "rights-record",
        "rights-record-torn",
        "rights-record-reprint",
        "unsealed-copy",
        "receipt-by-card",
        "receipt-by-phone",
        "receipt-waiting",
        "receipt-again",
        "not-known-slip",
    }
    assert all(paper.with_suffix(".bin").stat().st_size > 0 for paper in papers)
