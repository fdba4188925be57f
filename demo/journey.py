"""The scripted journey: one resident after another, on real parts, by touch.

`python -m demo` runs it where there is no screen; what it saw and printed is left in the output directory.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import requests
import zxingcpp
from PIL import Image

from demo.access_journey import AccessJourney
from demo.cards_journey import CardsJourney
from demo.premiums_journey import CHARGE_S, PremiumsJourney
from demo.record import Record
from demo.resident import Resident
from demo.scenes import SLOW_S, Scenes
from demo.stage import Stage, StageError, wait_for
from kiosk.clock import clock_of
from kiosk.contract.seals.keys import parse_seal_keys
from kiosk.contract.seals.sealed import PREFIX
from kiosk.contract.seals.verdicts import DemoKey, Valid, check_seal
from kiosk.domain.region import Issuer

THE_SENTENCE = "您的职工医保 2019年1月到7月没有缴费，同期养老已缴"
END_LIMIT_S = 5.0


def run(output: Path) -> tuple[str, ...]:
    """Plays the journey and writes everything into `output`; the claims that did not hold."""
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    with Stage(output / "stage", settings={"pin_pad": {"charge_s": CHARGE_S}}) as stage:
        stage.start_terminal()
        resident = Resident(stage, output / "screens")
        try:
            journey = Journey(stage, resident, Record(resident), {})
            try:
                journey.play()
            finally:
                journey.record.write(output / "journey.json")
                _keep_papers(stage.papers, output / "papers", journey.paper_names)
        finally:
            resident.close()
        return journey.record.failed


class Journey(Scenes):
    """The scenes, in the order in which they are played."""

    def play(self) -> None:
        access = AccessJourney(self.stage, self.resident, self.record, self.paper_names)
        scenes: tuple[Callable[[], None], ...] = (
            self.the_gap_is_seen,
            self.the_finding_is_explained,
            self.the_record_is_printed,
            self.the_paper_runs_out,
            self.the_card_is_pulled,
            *self._cards(),
            self.the_centre_is_gone,
            self.the_centre_comes_back,
            self.large_text_and_high_contrast,
            access.somebody_has_no_card,
            access.somebody_reads_english,
            access.somebody_goes_by_ears_and_arrows,
            *self._premiums(),
            access.nobody_else_heard_it,
        )
        for scene in scenes:
            print(scene.__name__.replace("_", " "), flush=True)
            scene()

    def _cards(self) -> tuple[Callable[[], None], ...]:
        """Cards of every kind."""
        cards = CardsJourney(self.stage, self.resident, self.record, self.paper_names)
        return (
            cards.who_is_not_let_in,
            cards.cards_that_cannot_be_read,
            cards.an_id_card_is_laid_and_lifted,
            cards.a_card_without_a_number_wants_the_id_card,
        )

    def _premiums(self) -> tuple[Callable[[], None], ...]:
        """The second half: money."""
        paying = PremiumsJourney(self.stage, self.resident, self.record, self.paper_names)
        return (
            paying.a_premium_is_paid_by_card,
            paying.a_premium_is_paid_by_phone,
            paying.another_pays_while_the_centre_is_gone,
            paying.the_centre_takes_it_once,
            paying.the_pad_falls_silent,
            paying.the_next_start_finds_the_truth,
        )

    def the_gap_is_seen(self) -> None:
        resident, record = self.resident, self.record
        resident.wait(
            lambda sight: sight.shows("请放入社保卡") and sight.shows("网络正常"), "a ready terminal", SLOW_S
        )
        record.step("attract", resident.wait_for_page("attract"))
        resident.put_in("liu-guilan")
        overview = resident.wait_for(THE_SENTENCE)
        record.step("overview", overview)
        record.claim("the overview says the sentence of the gap", held=overview.shows(THE_SENTENCE))
        record.claim(
            "every insurance stands side by side",
            held=all(overview.shows(kind) for kind in ("职工养老", "失业", "职工医保", "工伤")),
        )
        record.claim("only the surname is shown", held=not overview.shows("桂兰"))

    def the_finding_is_explained(self) -> None:
        resident, record = self.resident, self.record
        resident.touch("怎么回事")
        grid = resident.wait_for("2019年缴费情况")
        record.step("contributions", grid)
        record.claim("the grid opens at the year of the gap", held=grid.shows(THE_SENTENCE))
        resident.touch("怎么办")
        first = resident.wait_for("谁来缴")
        record.step("finding", first)
        seen = [first.text]
        while any(thing.text.startswith("下一页") and thing.enabled for thing in first.things):
            resident.touch("下一页")
            first = resident.wait_for(f"第{len(seen) + 1}页")
            seen.append(first.text)
            record.step(f"finding-{len(seen)}", first)
        told = "\n".join(seen)
        record.claim("the finding says that the employer owes it", held="青石纺织" in told and "单位" in told)
        record.claim("the finding names the office", held="医疗保障局" in told or "医保中心" in told)
        record.claim("the finding says what to bring", held="身份证或社保卡" in told)
        record.claim("the account change behind it is told", held="停保" in told and "2019年1月" in told)
        self._back_to_overview()

    def the_record_is_printed(self) -> None:
        resident, record = self.resident, self.record
        resident.touch_tile("打印权益记录")
        preview = resident.wait_for("您的个人权益记录")
        record.step("preview", preview)
        before = self.papers()
        resident.touch("打印")
        done = resident.wait_for("打印好了")
        record.step("printed", done)
        after = self.papers()
        record.claim("the printer itself says that the paper is printed", held=after == before + 1)
        self.paper_names[after] = "rights-record"
        record.claim(
            "the paper carries a code that the centre knows and both bureaus' seals, which hold and say 演示",
            held=self._codes_hold(after),
        )
        resident.touch("取走了")
        resident.wait_for("您好")

    def the_paper_runs_out(self) -> None:
        resident, record = self.resident, self.record
        before = self.papers()
        with self.printer() as printer:
            printer.paper_out_after(60)
        resident.touch_tile("打印权益记录")
        resident.wait_for("您的个人权益记录")
        resident.touch("打印")
        asked = resident.wait_for("纸完整地出来了吗")
        record.step("paper-out", asked)
        record.claim("the page says that the paper ran out", held=asked.shows("没有纸"))
        resident.touch("没有出来")
        offer = resident.wait_for("要再打一份吗")
        record.step("reprint-offered", offer)
        with self.printer() as printer:
            printer.load_paper()
            wait_for(lambda: printer.state().idle, SLOW_S, "an idle printer")
            torn = printer.state().papers
        self.paper_names[before + 1] = "rights-record-torn"
        record.claim("no second copy comes by itself", held=torn <= before + 1)
        resident.touch("再打一次")
        record.step("reprinted", resident.wait_for("打印好了"))
        self.paper_names[self.papers()] = "rights-record-reprint"
        record.claim("the reprint is printed", held=self.papers() == torn + 1)
        resident.touch("取走了")
        resident.wait_for("您好")

    def the_card_is_pulled(self) -> None:
        resident, record = self.resident, self.record
        resident.touch_tile("查缴费")
        page = resident.wait_for("2019年缴费情况")
        resident.pull()
        blank = resident.wait(lambda sight: sight.kind in ("blank", "attract"), "a blank page", SLOW_S)
        record.step("pulled", blank)
        record.claim("the page is blank at once", held=not blank.shows("缴费情况"))
        # The session ends with its process; how soon the next one stands is a matter of the machine.
        wait_for(lambda: not Path(f"/proc/{page.front_pid}").exists(), SLOW_S, "the front's end")
        took_s = time.monotonic() - resident.acted_at
        record.claim("the session is over within 5 s", held=took_s <= END_LIMIT_S)
        following = resident.wait(lambda sight: sight.front_pid != page.front_pid, "the next front", SLOW_S)
        record.step("next-front", following)
        record.claim("the next front is another process", held=following.front_pid != page.front_pid)

    def the_centre_is_gone(self) -> None:
        resident, record = self.resident, self.record
        self.ready()
        self.stage.cut_centre()
        resident.put_in("liu-guilan")
        overview = resident.wait_for("保存的记录", SLOW_S)
        record.step("snapshot", overview)
        record.claim("the overview from the snapshot says its date", held=overview.shows("2026年11月20日"))
        record.claim("the snapshot tells the gap too", held=overview.shows(THE_SENTENCE))
        resident.touch_tile("打印权益记录")
        record.step("unsealed-preview", resident.wait_for("未盖章", SLOW_S))
        resident.touch("打印")
        record.step("unsealed-printed", resident.wait_for("打印好了"))
        self.paper_names[self.papers()] = "unsealed-copy"
        resident.touch("取走了")
        resident.wait_for("您好", SLOW_S)
        self.leave()
        unknown = self.card_page("yang-fan", "unknown-here", "连不上社保中心")
        record.claim("an unknown resident gets a plain page", held=unknown.shows("没有扣款"))

    def the_centre_comes_back(self) -> None:
        resident, record = self.resident, self.record
        self.ready()
        resident.put_in("liu-guilan")
        resident.wait_for("保存的记录", SLOW_S)
        self.stage.restore_centre()
        back = resident.wait(
            lambda sight: sight.shows("您好") and not sight.shows("保存的记录"), "the live overview", SLOW_S
        )
        record.step("centre-back", back)
        record.claim("the centre comes back by itself", held=back.shows("网络正常"))

    def large_text_and_high_contrast(self) -> None:
        resident, record = self.resident, self.record
        before = resident.wait_for("您好")
        resident.touch("大字")
        resident.wait(lambda sight: sight.painted_at > before.painted_at, "larger text")
        resident.touch("高对比")
        again = resident.wait_for("您好")
        record.step("large-high-contrast", again)
        resident.touch("帮助")
        record.step("help", resident.wait_for("怎么用这台机器"))
        resident.touch("退出")
        record.step("take-card", resident.wait_for_page("take-card"))
        self.leave()

    def _back_to_overview(self) -> None:
        for _ in range(4):
            sight = self.resident.look()
            if sight is not None and sight.settled and sight.shows("您好"):
                return
            self.resident.touch("返回")
            self.resident.wait(
                lambda now, was=sight: was is None or now.serial != was.serial,  # type: ignore[misc]
                "the page before",
            )
        raise StageError("返回 does not lead to the overview")

    def _codes_hold(self, paper: int) -> bool:
        """Reads the codes from the paper's picture; asks the centre, and checks the seals, as anybody may."""
        with Image.open(self.stage.papers / f"{paper:04}.png") as picture:
            texts = [one.text for one in zxingcpp.read_barcodes(picture)]
        seals = [text for text in texts if text.startswith(PREFIX)]
        (url,) = (text for text in texts if text not in seals)
        code, centre = url.rpartition("/")[2], self.stage.centre_url
        now = clock_of(self.stage.environment).now()
        answer = requests.get(f"{centre}/v1/papers/{code}", timeout=10)
        keys = parse_seal_keys(requests.get(f"{centre}/v1/seal-keys", timeout=10).content)
        verdicts = [check_seal(text, keys, None, now).verdict for text in seals]
        return (
            answer.status_code == requests.codes.ok
            and answer.json()["sealed"] is True
            and len(seals) == len(Issuer)
            and all(isinstance(one, DemoKey) and isinstance(one.otherwise, Valid) for one in verdicts)
        )


def _keep_papers(printed: Path, kept: Path, names: dict[int, str]) -> None:
    """The papers and their bytes, under the names of the journey."""
    kept.mkdir(parents=True, exist_ok=True)
    for picture in sorted(printed.glob("[0-9]*.png")):
        name = names.get(int(picture.stem), "paper")
        for suffix in (".png", ".bin"):
            beside = picture.with_suffix(suffix)
            if beside.exists():
                shutil.copyfile(beside, kept / f"{int(picture.stem):02d}-{name}{suffix}")
