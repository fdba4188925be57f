"""What a resident is told of a paper: a page for each verdict, and nothing that the paper does not prove."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from fixtures.sealing import issuer_keys
from resident import texts_in
from synthetic import DESK

from kiosk.central_client import CentreAway, CentreFaulty, NotAdmitted
from kiosk.centre_line import AskedTooOften
from kiosk.clock import CHINA
from kiosk.contract.papers import PaperCheck, PaperType
from kiosk.contract.seals.algorithms import Algorithm
from kiosk.contract.seals.claims import PaperKind, SealClaims, SealIssuer
from kiosk.contract.seals.verdicts import (
    Altered,
    Checked,
    DemoKey,
    Expired,
    Revoked,
    UnknownKey,
    Unreadable,
    Valid,
    Verdict,
    WrongIssuer,
)
from kiosk.conversation.engine import Conversation, Failed, Ok
from kiosk.conversation.signs import Tone
from kiosk.conversation.steps import Enter, Inform, Look, LookTimedOut
from kiosk.domain.region import Issuer
from kiosk.paper_checks import NoPaper, PaperChecks
from kiosk.papers.common import day_and_time
from kiosk.services.verify import Verify
from offline_cache.vault_thread import InboxFull

ISSUED = datetime(2026, 11, 20, 9, 31, tzinfo=CHINA)
HRSS = SealIssuer("800100", Issuer.HRSS)
CLAIMS = SealClaims(
    issuer=HRSS,
    kind=PaperKind.RIGHTS_RECORD,
    code="7KQM-2XRA-9PWE-HV4C-TB8N",
    issued_at=ISSUED,
    expires=ISSUED + timedelta(days=30),
    masked_name="刘*兰",
    last_four=bytes(8),
    content=bytes(32),
    demo=False,
)
(KEY,) = (key.public for key in issuer_keys((Issuer.HRSS,), Algorithm.EDDSA).keys)
CHECK = PaperCheck(
    type=PaperType.RIGHTS_RECORD,
    issuers=("示例县人力资源和社会保障局", "示例县医疗保障局"),
    issued_at=ISSUED,
    valid_until=ISSUED + timedelta(days=30),
    sealed=True,
    masked_name="刘*兰",
)


def begun(*, scanner: bool = True) -> Conversation:
    return Conversation.begin(DESK, Verify(object.__new__(PaperChecks), lambda: scanner))


def scanned(outcome: Ok | Failed) -> Inform:
    """The page after a seal was scanned and looked at."""
    talk = begun().scanned("BM1:ANYTHING")
    assert isinstance(talk.due, Look)
    due = talk.done(talk.serial, outcome).due
    assert isinstance(due, Inform)
    return due


def typed(outcome: Ok | Failed, *, scanner: bool = True) -> Conversation:
    talk = begun(scanner=scanner)
    talk = talk.entered(talk.serial, CLAIMS.code.replace("-", ""))
    assert isinstance(talk.due, Look)
    return talk.done(talk.serial, outcome)


def words(page: object) -> str:
    return "\n".join(texts_in(page))


VERDICTS: dict[str, tuple[Verdict, tuple[str, ...]]] = {
    "valid": (Valid(CLAIMS), ("现在有效", "每个月、每笔钱，这里核对不了", "手机扫网址码", "2026年12月20日")),
    "expired": (Expired(CLAIMS, CLAIMS.expires), ("有效到2026年12月20日 09:31为止", "重新打印")),
    "revoked": (Revoked(CLAIMS, ISSUED), ("2026年11月20日由出具的机关作废", "不能再用")),
    "wrong-issuer": (WrongIssuer(CLAIMS, KEY), ("不该盖在这张纸上", "不能作数", "0800-1000001")),
    "demo": (DemoKey(Valid(CLAIMS)), ("只作演示，没有效力",)),
    "altered": (Altered(KEY), ("是假的，或者被改过", "不要相信", "0800-1000001")),
    "unknown-key": (UnknownKey(bytes(8)), ("认不出", "可能是假的，也可能是刚启用的")),
    "unreadable": (Unreadable("it is no base45"), ("没有读懂", "放平", "输入验证码")),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_each_verdict_has_a_page_of_its_own_that_says_what_to_do(name: str) -> None:
    verdict, says = VERDICTS[name]
    page = scanned(Ok(Checked(verdict, None, ISSUED)))
    assert page.key == f"verified:{name}"
    for word in says:
        assert word in words(page)
    others = [
        scanned(Ok(Checked(other, None, ISSUED))) for key, (other, _) in VERDICTS.items() if key != name
    ]
    assert page.title not in [other.title for other in others]
    is_read = name in ("valid", "expired", "revoked")
    assert ("刘*兰" in words(page)) is is_read, (
        "an altered seal's words are its forger's, a demo seal's anybody's"
    )
    assert (CLAIMS.code in words(page)) is (is_read or name == "demo")
    assert ("截至 2026年11月20日 09:31" in words(page)) is is_read


def test_only_a_valid_paper_is_shown_as_good() -> None:
    tones = {
        name: scanned(Ok(Checked(verdict, None, ISSUED))).tone for name, (verdict, _) in VERDICTS.items()
    }
    assert [name for name, tone in tones.items() if tone is Tone.GOOD] == ["valid"]


@pytest.mark.parametrize("known_to", [None, DESK.now - timedelta(days=1, minutes=1)], ids=["none", "old"])
def test_without_a_list_of_the_last_day_no_seal_is_told_as_valid_now(known_to: datetime | None) -> None:
    page = scanned(Ok(Checked(Valid(CLAIMS), None, known_to)))
    assert (page.key, page.tone) == ("verified:valid-as-far-as-known", Tone.ATTENTION)
    for word in ("有没有作废，现在查不到", "联网后再核对", "刘*兰"):
        assert word in words(page)
    assert "现在有效" not in words(page)
    assert ("还没有收到" in words(page)) is (known_to is None)
    fresh = scanned(Ok(Checked(Valid(CLAIMS), None, DESK.now - timedelta(days=1))))
    assert fresh.tone is Tone.GOOD


def test_why_a_seal_does_not_belong_on_its_paper_is_told_truly() -> None:
    def told(**changed: object) -> str:
        return words(scanned(Ok(Checked(WrongIssuer(replace(CLAIMS, **changed), KEY), None, ISSUED))))  # type: ignore[arg-type]

    assert "纸上写的是nhsa，盖章的是hrss" in told(issuer=SealIssuer("800100", Issuer.NHSA))
    later = KEY.valid_to + timedelta(days=2)
    assert "（" + day_and_time(KEY.valid_to) + "）不能用" in told(issued_at=KEY.valid_to, expires=later)
    no_slips = replace(KEY, kinds=frozenset({PaperKind.CASE_SLIP}))
    page = scanned(Ok(Checked(WrongIssuer(CLAIMS, no_slips), None, ISSUED)))
    assert "这个印章，不能盖个人权益记录" in words(page)


def test_an_issuer_elsewhere_is_named_by_its_region() -> None:
    elsewhere = Altered(replace(KEY, issuer=SealIssuer("330100", Issuer.NHSA)))
    assert "地区代码 330100 的医疗保障局" in words(scanned(Ok(Checked(elsewhere, None, ISSUED))))


@pytest.mark.parametrize(
    ("known", "key", "says"),
    [
        (CHECK, "valid", ("现在有效", "每个月、每笔钱，这里核对不了", "已盖", "刘*兰")),
        (CHECK.model_copy(update={"demo": True}), "demo", ("只作演示",)),
        (
            CHECK.model_copy(update={"sealed": False}),
            "unsealed",
            ("没有盖章", "窗口"),
        ),
        (CHECK.model_copy(update={"revoked_since": ISSUED}), "revoked", ("作废",)),
        (NoPaper.NO_SUCH, "no-such-code", ("最可能是输错了", "再看一遍")),
        (NoPaper.OUTDATED, "expired", ("是社保中心出具过的",)),
        (NoPaper.VOID, "revoked", ("是社保中心出具过的，早已作废",)),
    ],
)
def test_what_the_centre_says_of_a_code(known: object, key: str, says: tuple[str, ...]) -> None:
    page = typed(Ok(known)).due
    assert isinstance(page, Inform)
    assert page.key == f"verified:{key}"
    for word in says:
        assert word in words(page)
    assert "是真的" not in words(page), "nobody has seen the paper: a demo paper may have had the code"


def scanned_code(outcome: Ok | Failed) -> Conversation:
    talk = begun().scanned(f"HTTPS://CENTRE.EXAMPLE/P/{CLAIMS.code}")
    return talk.done(talk.serial, outcome)


def test_a_scanned_code_that_nobody_knows_is_no_typing_error_and_may_be_of_elsewhere() -> None:
    page = scanned_code(Ok(NoPaper.NO_SUCH)).due
    assert "输错" not in words(page)
    for of in (page, typed(Ok(NoPaper.NO_SUCH)).due):
        for word in ("示例县的社保中心没有出具过", "不要相信", "外地出具的纸，这里查不到"):
            assert word in words(of)


def test_where_nothing_was_typed_there_is_nothing_to_look_at_again() -> None:
    for error in (CentreAway("no connection"), AskedTooOften("status 429", 429, 60)):
        talk = scanned_code(Failed(error))
        assert "看看输入的" not in words(talk.due)
        again = talk.answer(talk.serial, "another").due
        assert isinstance(again, Enter)
        assert again.given == ""


def test_a_seal_that_was_not_looked_at_in_time_is_not_blamed() -> None:
    page = scanned(Failed(LookTimedOut("look")))
    assert page.key == "verified:not-in-time"
    for word in ("没有核对完", "不是这张纸的问题", "没有扣款", "再扫一次"):
        assert word in words(page)
    assert scanned(Failed(InboxFull(8))).key == "verified:books-closed"


def test_what_was_typed_or_scanned_stands_in_no_log() -> None:
    talk = typed(Failed(CentreAway("no connection")))
    again = talk.answer(talk.serial, "again")
    shown = f"{talk.frames}{begun().scanned('BM1:ANYTHING').due}{again.due}{CHECK}"
    for secret in (CLAIMS.code, CLAIMS.code.replace("-", ""), "BM1:ANYTHING", "刘*兰"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("error", "key", "says"),
    [
        (CentreAway("no connection"), "verified:centre-needed", "现在连不上"),
        (CentreFaulty("status 500"), "verified:centre-needed", "现在连不上"),
        (LookTimedOut("look"), "verified:centre-needed", "现在连不上"),
        (AskedTooOften("status 429", 429, 60), "verified:asked-too-often", "过一会儿再查"),
        (NotAdmitted("status 401", 401), "not-admitted", "不接受这台机器"),
        (InboxFull(8), "verified:books-closed", "不是这张纸的问题"),
    ],
)
def test_what_hinders_is_told_with_what_is_typed_kept(error: Exception, key: str, says: str) -> None:
    talk = typed(Failed(error))
    page = talk.due
    assert isinstance(page, Inform)
    assert page.key == key
    assert says in words(page)
    assert "没有扣款" in words(page)
    again = talk.answer(talk.serial, next(one for one in page.keys if one not in ("home", "retry"))).due
    assert isinstance(again, Enter)
    assert again.given == CLAIMS.code.replace("-", "")


def test_that_a_seal_needs_no_network_is_said_only_where_a_scanner_is() -> None:
    away = Failed(CentreAway("no connection"))
    assert "不联网" in words(typed(away).due)
    assert "不联网" not in words(typed(away, scanner=False).due)
    assert "扫" not in words(begun(scanner=False).due)


def test_a_retry_asks_again_and_another_paper_begins_with_nothing() -> None:
    away = typed(Failed(CentreAway("no connection")))
    again = away.answer(away.serial, "retry")
    assert isinstance(again.due, Look)
    known = again.done(again.serial, Ok(CHECK))
    another = known.answer(known.serial, "another").due
    assert isinstance(another, Enter)
    assert (another.key, another.given) == ("code:2", "")
    assert known.answer(known.serial, "home").due is None
    at_once = typed(Ok(CHECK))
    assert at_once.back(at_once.serial).due == begun().due
