"""The journey's scenes of cards: those that are not let in, those that cannot be read, and the ID card."""

from __future__ import annotations

from demo.scenes import SLOW_S, Scenes


class CardsJourney(Scenes):
    """Each scene leaves the readers empty."""

    def who_is_not_let_in(self) -> None:
        for card, name, words in (
            ("sun-lihua", "name-conflict", "对不上"),
            ("wang-xiuying", "identity-conflict", "对不上"),
            ("stranger", "not-found", "没有查到"),
            ("zhou-zhiqiang", "card-revoked", "挂失"),
        ):
            refused = self.card_page(card, name, words)
            self.record.claim(f"{name} shows nothing of a record", held="缴至" not in refused.text)

    def cards_that_cannot_be_read(self) -> None:
        for card, name, words in (
            ("library", "unknown-card", "不是社会保障卡"),
            ("bank-card", "bank-card", "银行卡"),
            ("blank", "blank-card", "空白"),
            ("expired", "expired-card", "过期"),
            ("locked", "locked-card", "锁住"),
            ("damaged", "damaged-card", "读不出来"),
            ("wrong-way", "mute-card", "读不到"),
        ):
            page = self.card_page(card, name, words)
            self.record.claim(f"{name} says what to do", held="请" in page.text)

    def an_id_card_is_laid_and_lifted(self) -> None:
        resident, record = self.resident, self.record
        self.ready()
        resident.lay("id-liu-guilan")
        overview = resident.wait_for("刘女士，您好", SLOW_S)
        record.step("id-card", overview)
        resident.lift()
        resident.touch_tile("查缴费")
        lifted = resident.wait_for("缴费情况")
        record.step("id-card-lifted", lifted)
        record.claim("a lifted ID card does not end the session", held=lifted.front_pid == overview.front_pid)
        resident.touch("退出")
        following = resident.wait(
            lambda sight: sight.front_pid != overview.front_pid or sight.kind == "take-card",
            "the next front",
            SLOW_S,
        )
        record.claim(
            "the session of a lifted ID card ends at a touch", held=following.front_pid != overview.front_pid
        )

    def a_card_without_a_number_wants_the_id_card(self) -> None:
        resident, record = self.resident, self.record
        self.ready()
        resident.put_in("third-generation")
        wanted = resident.wait_for("还需要您的身份证", SLOW_S)
        record.step("id-card-wanted", wanted)
        record.claim("a card without a number shows nothing of a record", held="缴至" not in wanted.text)
        resident.lay("id-liu-guilan")
        record.step("let-in-by-id-card", resident.wait_for("刘女士，您好", SLOW_S))
        resident.lift()
        self.leave()
