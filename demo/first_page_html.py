"""The front's first page as a static HTML file: the same words, icon, sizes and colours, and no script."""

from __future__ import annotations

from html import escape
from pathlib import Path

import ui
from kiosk.conversation.signs import Icon
from kiosk.conversation.view import Condition
from kiosk.front_pipe import FirstPage
from ui import wording
from ui.metrics import Metrics, Scale, Screen, Space
from ui.theme import STANDARD, Role

_ICONS = Path(ui.__file__).with_name("icons")
_SWITCHES = (
    ("text-size", wording.LARGER_TEXT),
    ("contrast", wording.HIGH_CONTRAST),
    ("slow", wording.SLOWER),
)


def first_page_html(page: FirstPage) -> str:
    """As the front shows it while it prepares itself; a browser draws it alone, without a server."""
    metrics = Metrics(Screen(page.width_px, page.height_px, page.width_mm, page.height_mm))
    colour = STANDARD.colours
    drawing = _drawing(Icon.WAIT.value, colour[Role.ACCENT])
    states = (wording.NETWORK[Condition.UNKNOWN], wording.PAPER[Condition.UNKNOWN])
    switches = "".join(
        f"<span>{_drawing(icon, colour[Role.INK])}{escape(str(words))}</span>" for icon, words in _SWITCHES
    )
    line = f"{metrics.line}px solid {colour[Role.LINE]}"
    return f"""<!doctype html>
<html lang="zh"><meta charset="utf-8"><title>{escape(str(wording.BRAND))}</title>
<style>
* {{ box-sizing: border-box; margin: 0 }}
body {{ height: 100vh; overflow: hidden; display: flex; flex-direction: column; line-height: 1.448;
  font: {metrics.em()}px "Noto Sans CJK SC"; color: {colour[Role.INK]}; background: {colour[Role.PAPER]} }}
header, footer {{ display: flex; gap: {metrics.space(Space.NEAR)}px; background: {colour[Role.SURFACE]};
  padding: {metrics.space(Space.TIGHT)}px {metrics.margin}px }}
header {{ border-bottom: {line} }}
header b {{ color: {colour[Role.ACCENT]} }}
header time {{ margin-left: auto }}
footer {{ border-top: {line}; justify-content: center }}
footer span {{ border: {line}; border-radius: {metrics.radius}px; height: {metrics.target}px;
  display: flex; align-items: center; gap: {metrics.space(Space.HAIR)}px;
  padding: 0 {metrics.space(Space.NEAR)}px }}
footer svg {{ width: {metrics.em()}px }}
main {{ flex: 1; display: grid; place-content: center; gap: {metrics.space(Space.APART)}px }}
main svg {{ width: {metrics.icon + 2 * metrics.space(Space.TIGHT)}px; padding: {metrics.space(Space.TIGHT)}px;
  background: {colour[Role.ACCENT_TINT]}; border-radius: {metrics.radius}px }}
h1 {{ font-size: {metrics.em(Scale.DISPLAY)}px; font-weight: bold }}
p {{ font-size: {metrics.em(Scale.LEAD)}px }}
</style>
<header><b>{escape(str(wording.BRAND))}</b><span>{escape(page.place)}</span><time>09:30</time>
{"".join(f"<span>{escape(str(state))}</span>" for state in states)}</header>
<main>{drawing}<h1>{escape(str(wording.STARTING))}</h1><p>{escape(str(wording.STARTING_HOW))}</p></main>
<footer>{switches}</footer>
</html>
"""


def _drawing(icon: str, colour: str) -> str:
    return (_ICONS / f"{icon}.svg").read_text(encoding="ascii").replace("#000000", colour)
