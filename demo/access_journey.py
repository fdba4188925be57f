"""The journey's scenes of who has no card, no Chinese, or does not see: and of what nobody else heard."""

from __future__ import annotations

import time
from collections.abc import Iterable

from demo.scenes import SLOW_S, Scenes
from demo.tactile_pad import TactilePad
from drivers.virtual.sound_box_control import SoundBoxControl
from drivers.virtual.sound_box_state import Said
from drivers.voices.voice import Outlet

PRIVATE = (
    *("女士", "先生", "某", "刘", "陈", "黄", "元", "缴至", "欠缴", "累计", "二零", "没有缴费，同期"),
    *("Ms", "Mr", "yuan", "fen", "Unpaid", "Paid up to", "insurance has no payments"),
)
"""What only of a resident is said: a name, a sum, a date of his, what he has."""
_KEY_PAUSE_S = 0.1


class AccessJourney(Scenes):
    """Each scene leaves the readers empty, and the headphones on their hook."""

    def somebody_has_no_card(self) -> None:
        resident, record = self.resident, self.record
        self.ready()
        resident.touch("没有带卡")
        record.step("without-card", resident.wait_for("没有带卡，可以办这些"))
        resident.touch("去哪办")
        resident.wait_for("您要办哪方面的事？")
        resident.touch("医保、生育")
        office = resident.wait_for("到这里办")
        record.step("office", office)
        record.claim("without a card one is told where to go", held="电话" in office.text)
        resident.touch("退出")
        self.ready()

    def somebody_reads_english(self) -> None:
        resident, record = self.resident, self.record
        self.ready()
        resident.touch("English")
        record.step("english-attract", resident.wait_for("Insert your social security card"))
        resident.put_in("liu-guilan")
        overview = resident.wait_for("Your Employee medical", SLOW_S)
        record.step("english-overview", overview)
        resident.pull()
        back = resident.wait_for("请放入社保卡", SLOW_S)
        record.claim("the next one finds it in Chinese", held="English" in back.text)

    def somebody_goes_by_ears_and_arrows(self) -> None:
        resident, record = self.resident, self.record
        self.ready()
        box = SoundBoxControl("127.0.0.1", self.stage.voice_control)
        before = len(self._said())
        box.headphones(plugged=True)
        resident.put_in("liu-guilan")
        resident.wait_for("刘女士，您好", SLOW_S)
        overview = resident.wait(lambda sight: sight.touchable, "a page that can be answered")
        pad = TactilePad(self.stage.environment, lambda: overview.front_pid)
        for key in ("Right", "Return"):
            pad.press(key)
            pad.release(key)
            time.sleep(_KEY_PAUSE_S)
        grid = resident.wait_for("2019年缴费情况")
        record.step("by-arrows", grid)
        resident.pull()
        self.ready()
        box.headphones(plugged=False)
        heard = [one.text for one in self._said()[before:] if one.outlet is Outlet.HEADPHONES]
        record.claim("in headphones the greeting is heard", held=any("刘女士" in text for text in heard))
        record.claim("what the arrows come to is said", held=any("怎么回事" in text for text in heard))

    def nobody_else_heard_it(self) -> None:
        aloud = [one.text for one in self._said() if one.outlet is Outlet.LOUDSPEAKER]
        self.record.fact("sentences said on the loudspeaker", len(aloud))
        self.record.fact("sentences of a resident's own among them", own_among(aloud))
        self.record.claim(
            "the loudspeaker says the pages, and nothing that is a resident's own",
            held=bool(aloud) and not own_among(aloud),
        )

    def _said(self) -> list[Said]:
        lines = self.stage.said.read_text("utf-8").splitlines()
        return [Said.from_json(line) for line in lines if line]


def own_among(texts: Iterable[str]) -> list[str]:
    """Those that nobody but the resident may hear."""
    return [text for text in texts if any(word in text for word in PRIVATE)]
