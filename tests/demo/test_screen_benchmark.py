import os
import subprocess
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from demo.first_page_html import first_page_html
from demo.parts import XServer
from demo.screen_benchmark import Answer, Spread, _Finger, _Sight
from demo.stage import LANDSCAPE, PLACE, wait_for
from demo.x_screen import XScreen
from drivers.printers.paper import Paper
from kiosk.conversation.phase import Phase
from kiosk.conversation.view import Status, View
from kiosk.front_pipe import FirstPage
from ui.glass import visible
from ui.metrics import Screen
from ui.window import KioskWindow

PAGE = FirstPage(PLACE, LANDSCAPE.width_px, LANDSCAPE.height_px, LANDSCAPE.width_mm, LANDSCAPE.height_mm)


def _answer(ms: float) -> Answer:
    return Answer(ms, "browse", "overview", "查缴费", "1280×1024", "standard")


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=300))
def test_a_percentile_is_a_time_that_was_measured_and_so_many_are_within_it(times: list[float]) -> None:
    spread = Spread.of(map(_answer, times))
    for part, value in ((0.95, spread.p95), (0.99, spread.p99)):
        assert value in times
        assert sum(one <= value for one in times) >= part * len(times)
        assert sum(one < value for one in times) < part * len(times)
    assert (spread.count, spread.most) == (len(times), max(times))


def _sight(*words: str, step: str = "grid:2026") -> _Sight:
    def item(text: str, role: str) -> dict[str, object]:
        return {"text": text, "name": text, "role": role, "enabled": True, "rect": dict.fromkeys(_RECT, 8)}

    items = [item(word, "cell" if word == "●" else "button") for word in words]
    told = {"kind": "browse", "serial": 3, "step": step, "touches": 1, "items": items}
    return _Sight.parse(told)


_RECT = ("x", "y", "width", "height")


def test_the_finger_comes_to_everything_and_takes_years_and_cells_for_one_thing() -> None:
    finger = _Finger()
    touched = []
    for year in range(2020, 2026):
        thing = finger.next(
            _sight("退出", "大字", "English", "2026年", "2025年", "●", "●", "返回", step=f"grid:{year}")
        )
        assert thing is not None
        touched.append(thing.words)
    assert touched == ["2026年", "●", "返回", "2026年", "●", "返回"]


def test_where_nothing_but_the_way_out_is_open_the_finger_touches_nothing() -> None:
    assert _Finger().next(_sight("退出")) is None


class _Words(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.drawn_by: list[tuple[str, str | None]] = []
        self.words: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.drawn_by += attrs

    def handle_data(self, data: str) -> None:
        self.words.add(data.strip())


def _no_paper(paper: Paper) -> None:
    raise AssertionError(f"the first page drew {paper.content_hash}")


def test_the_static_page_says_what_the_first_page_says_and_loads_nothing(qtbot: QtBot) -> None:
    window = KioskWindow(
        Screen(PAGE.width_px, PAGE.height_px, PAGE.width_mm, PAGE.height_mm),
        send=lambda _: None,
        clock=lambda: datetime(2026, 11, 20, 9, 30),  # noqa: DTZ001 a clock on the wall
        paint_paper=_no_paper,  # type: ignore[arg-type]
        motion=False,
    )
    try:
        window.show_view(View(Phase.STARTING, Status(PAGE.place)))
        window.show()
        shown = set(visible(window).words)
    finally:
        window.end()
        window.deleteLater()
    page = _Words(first_page_html(PAGE))
    assert shown <= page.words
    assert "正在准备" in shown
    assert "svg" in page.tags
    assert not page.tags & {"script", "link", "img", "iframe"}
    assert not {name for name, _ in page.drawn_by} & {"src", "href"}


@pytest.fixture
def display() -> Iterator[str]:
    with XServer(200, 100) as server:
        yield server.display


def _paint(display: str, colour: str) -> None:
    subprocess.run(
        ["hsetroot", "-solid", colour], env={**os.environ, "DISPLAY": display}, check=True, timeout=10
    )


def test_what_stands_on_the_screen_is_seen_row_by_row(display: str) -> None:
    with XScreen(display, 200) as screen:
        _paint(display, "#112233")
        wait_for(lambda: screen.rows([50])[:3] == b"\x33\x22\x11", 5, "the colour")
        before = screen.rows([0, 99])
        assert len(before) == 2 * 200 * 4
        _paint(display, "#445566")
        wait_for(lambda: screen.rows([0, 99]) != before, 5, "another colour")
        assert screen.rows([7])[:3] == b"\x66\x55\x44"


def test_the_finger_is_where_it_points(display: str) -> None:
    with XScreen(display, 200) as screen:
        screen.point(40, 30)

        def told() -> str:
            asked = ["xdotool", "getmouselocation"]
            environment = {**os.environ, "DISPLAY": display}
            return subprocess.run(
                asked, env=environment, capture_output=True, text=True, check=True, timeout=10
            ).stdout

        wait_for(lambda: told().startswith("x:40 y:30 "), 5, "the finger")
