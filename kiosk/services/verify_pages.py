"""The pages on which a paper's worth is told: each verdict in words of its own, with what to do."""

from __future__ import annotations

from kiosk.clock import in_china
from kiosk.contract.papers import PaperCheck
from kiosk.contract.seals.claims import SealClaims
from kiosk.contract.seals.verdicts import (
    Altered,
    Checked,
    DemoKey,
    Expired,
    Revoked,
    UnknownKey,
    Unreadable,
    Valid,
    WrongIssuer,
)
from kiosk.conversation.content import Fact, Facts, Offer
from kiosk.conversation.desk import Desk
from kiosk.conversation.signs import Icon, Tone
from kiosk.conversation.steps import Inform
from kiosk.domain.region import Issuer
from kiosk.domain.text import Text, in_a_row, say
from kiosk.paper_words import issuer_words, paper_title
from kiosk.services.trouble import money_words

ANOTHER, AGAIN, RETRY, HOME = "another", "again", "retry", "home"
_ANOTHER = Offer(ANOTHER, say("再核对一张"))
_HOME = Offer(HOME, say("不核对了"), icon=Icon.HOME, primary=True)
_HOME_BESIDE = Offer(HOME, say("不核对了"), icon=Icon.HOME)
_SCAN_AGAIN = Offer(ANOTHER, say("再扫一次"), primary=True)
_LOOK_AGAIN = Offer(AGAIN, say("看看输入的"), primary=True)
_OFFERS = (_ANOTHER, _HOME)
_COMPARED = say("这里只核对了下面几项：有一处和纸上不一样，就不要相信。")
_NOT_COMPARED = say("纸上每个月、每笔钱，这里核对不了。")
"""An altered paper keeps code, name, dates and seal: nobody may take these for all of it."""
_WHOLE = say("要核对内容：手机扫网址码，看清网址，再输本人证件号后四位。")
_ELSEWHERE = say("外地出具的纸，这里查不到；请问出具的地方，或用手机扫它的网址码。")


def seal_page(desk: Desk, checked: Checked) -> Inform:
    """What a seal is worth, by the keys and the list that are here."""
    match checked.verdict:
        case Unreadable():
            return unreadable(desk)
        case UnknownKey():
            return _told(
                desk,
                "unknown-key",
                say("认不出这个印章是谁盖的"),
                say("可能是假的，也可能是刚启用的新印章，本机还没有收到它的公钥。"),
                say("请不要只凭这个印章相信它；可以再用纸上的验证码核对。"),
                tone=Tone.PROBLEM,
            )
        case Altered(key):
            return _told(
                desk,
                "altered",
                say("这个印章是假的，或者被改过"),
                say("它写的是{issuer}盖的，但是对不上。", issuer=issuer_words(key.issuer, desk.region)),
                say("请不要相信这张纸；请交给窗口，或打 {telephone} 问。", telephone=_telephone(desk)),
                tone=Tone.PROBLEM,
            )
        case WrongIssuer() as wrong:
            return _told(
                desk,
                "wrong-issuer",
                say("这个印章不该盖在这张纸上"),
                _what_is_wrong(desk, wrong),
                say("这张纸不能作数；请交给窗口，或打 {telephone} 问。", telephone=_telephone(desk)),
                tone=Tone.PROBLEM,
            )
        case DemoKey(otherwise):
            return _told(
                desk,
                "demo",
                say("这张纸只作演示，没有效力"),
                say("它上面的印章是演示用的，谁都可以有。"),
                say("办事不能用；要正式的，请在正式的终端或窗口打印。"),
                tone=Tone.ATTENTION,
                facts=_of_demo(otherwise.claims),
            )
        case judged:
            return _judged_page(desk, judged, checked)


def _what_is_wrong(desk: Desk, wrong: WrongIssuer) -> Text:
    claims, key = wrong.claims, wrong.key
    signed = issuer_words(key.issuer, desk.region)
    if claims.issuer != key.issuer:
        claimed = issuer_words(claims.issuer, desk.region)
        return say("纸上写的是{claimed}，盖章的是{signed}，它不能这样盖。", claimed=claimed, signed=signed)
    if claims.kind not in key.kinds:
        title = paper_title(claims.kind)
        return say("{signed}的这个印章，不能盖{title}。", signed=signed, title=title)
    at = in_china(claims.issued_at)
    return say("{signed}的这个印章，在出具的时候（{at}）不能用。", signed=signed, at=at)


def _judged_page(desk: Desk, judged: Valid | Expired | Revoked, checked: Checked) -> Inform:
    facts = _claimed(desk, judged.claims, checked)
    match judged:
        case Revoked(since=since):
            why = say("印章是真的，但是{day}由出具的机关作废了，不能再用。", day=in_china(since).date())
            return _revoked(desk, why, facts)
        case Expired(when=when):
            return _expired(desk, say("印章是真的，有效到{at}为止。", at=in_china(when)), facts)
        case Valid() if checked.list_is_fresh(desk.now):
            return _told(
                desk,
                "valid",
                say("印章是真的，现在有效"),
                _COMPARED,
                _NOT_COMPARED,
                _WHOLE,
                tone=Tone.GOOD,
                facts=facts,
            )
        case Valid():
            return _told(
                desk,
                "valid-as-far-as-known",
                say("印章是真的；有没有作废，现在查不到"),
                say("本机没有新的作废名单：请联网后再核对一次，或用手机扫网址码。"),
                _COMPARED,
                _NOT_COMPARED,
                tone=Tone.ATTENTION,
                facts=facts,
            )


def known_page(desk: Desk, check: PaperCheck) -> Inform:
    """What the centre says of a code."""
    facts = _told_of(check)
    if check.demo:
        return _told(
            desk,
            "demo",
            say("这张纸只作演示，没有效力"),
            say("它是演示用的中心出具的。"),
            say("办事不能用；要正式的，请在正式的终端或窗口打印。"),
            tone=Tone.ATTENTION,
            facts=facts,
        )
    if check.revoked_since is not None:
        why = say("它是社保中心出具过的，{day}作废了，不能再用。", day=in_china(check.revoked_since).date())
        return _revoked(desk, why, facts)
    if not check.sealed:
        return _told(
            desk,
            "unsealed",
            say("是社保中心出具的，没有盖章"),
            _COMPARED,
            _NOT_COMPARED,
            say("一定要盖章的，请到窗口办理。"),
            tone=Tone.ATTENTION,
            facts=facts,
        )
    return _told(
        desk,
        "valid",
        say("是社保中心出具的，现在有效"),
        _COMPARED,
        _NOT_COMPARED,
        _WHOLE,
        tone=Tone.GOOD,
        facts=facts,
    )


def outdated(desk: Desk) -> Inform:
    """The centre knew the code once."""
    return _expired(desk, say("它是社保中心出具过的，可以核对的时间已经过了。"), ())


def void(desk: Desk) -> Inform:
    """It was taken back, and its time is over too."""
    return _revoked(desk, say("它是社保中心出具过的，早已作废了，不能再用。"), ())


def no_such_code(desk: Desk, *, typed: bool) -> Inform:
    """Most codes that nobody knows are typed wrongly; a scanned one is read as it is."""
    region = desk.region.name
    if typed:
        return _told(
            desk,
            "no-such-code",
            say("{region}查不到这个验证码", region=region),
            say("最可能是输错了：请对着纸，再看一遍您输入的。"),
            say("没有输错的话，{region}的社保中心没有出具过这张纸，请不要相信它。", region=region),
            _ELSEWHERE,
            tone=Tone.ATTENTION,
            offers=(_ANOTHER, _LOOK_AGAIN),
        )
    return _told(
        desk,
        "no-such-code",
        say("{region}的社保中心没有出具过这张纸", region=region),
        say("方块码里的验证码，{region}的中心查不到。", region=region),
        say("写着是{region}的，请不要相信；请打 {telephone} 问。", region=region, telephone=_telephone(desk)),
        _ELSEWHERE,
        tone=Tone.PROBLEM,
    )


def centre_needed(desk: Desk, *, scanner: bool, typed: bool) -> Inform:
    """A code is known to the centre only; a seal needs nobody."""
    way = say("纸上有电子印章的，扫印章的方块码，不联网也能核对。")
    later = say("请过一会儿再查；着急请打 {telephone}。", telephone=_telephone(desk))
    return _told(
        desk,
        "centre-needed",
        say("现在查不了验证码"),
        say("验证码要问社保中心，现在连不上，或者它没有答复。"),
        money_words(desk),
        *((way,) if scanner else ()),
        later,
        tone=Tone.ATTENTION,
        icon=Icon.NETWORK,
        offers=(_way_back(typed=typed), Offer(RETRY, say("再查一次"), icon=Icon.NETWORK, primary=True)),
    )


def asked_too_often(desk: Desk, *, typed: bool) -> Inform:
    return _told(
        desk,
        "asked-too-often",
        say("查得太多了，请过一会儿再查"),
        say("为了防止有人试验证码，一段时间里只能查几次。"),
        money_words(desk),
        tone=Tone.ATTENTION,
        icon=Icon.WAIT,
        offers=(_way_back(typed=typed), _HOME),
    )


def _way_back(*, typed: bool) -> Offer:
    """What was scanned stands nowhere to be looked at."""
    return Offer(AGAIN, say("看看输入的")) if typed else Offer(ANOTHER, say("核对别的码"))


def not_in_time(desk: Desk) -> Inform:
    """A seal was not looked at within its time."""
    return _told(
        desk,
        "not-in-time",
        say("这次没有核对完"),
        say("机器太忙，没有及时核对完，不是这张纸的问题。"),
        money_words(desk),
        say("请过一会儿再扫一次。"),
        tone=Tone.ATTENTION,
        icon=Icon.WAIT,
        offers=(_HOME_BESIDE, _SCAN_AGAIN),
    )


def books_closed(desk: Desk) -> Inform:
    """The vault, in which keys and list lie, does not do its job."""
    return _told(
        desk,
        "books-closed",
        say("现在不能核对"),
        say("机器保存公钥的地方没有答复，不是这张纸的问题。"),
        money_words(desk),
        say("请告诉这里的工作人员，或者换一台机器。"),
        tone=Tone.PROBLEM,
        icon=Icon.PROBLEM,
        offers=(Offer(AGAIN, say("再试一次")), _HOME),
    )


def unreadable(desk: Desk) -> Inform:
    """No code of a paper, or a part of one."""
    return _told(
        desk,
        "unreadable",
        say("没有读懂这个方块码"),
        say("它不是这种纸上的码，或者只扫到了一部分。"),
        say("请把纸放平，对准一个方块码再扫；也可以输入验证码。"),
        tone=Tone.ATTENTION,
        offers=(_HOME_BESIDE, _SCAN_AGAIN),
    )


def _revoked(desk: Desk, why: Text, facts: tuple[Fact, ...]) -> Inform:
    return _told(
        desk,
        "revoked",
        say("这张纸已经作废"),
        why,
        say("还要用的，请本人重新打印一张；不收费。"),
        tone=Tone.PROBLEM,
        facts=facts,
    )


def _expired(desk: Desk, why: Text, facts: tuple[Fact, ...]) -> Inform:
    return _told(
        desk,
        "expired",
        say("这张纸已经过期"),
        why,
        say("还要用的，请本人重新打印一张；不收费。"),
        tone=Tone.ATTENTION,
        facts=facts,
    )


def _told(
    desk: Desk,
    key: str,
    title: Text,
    *lines: Text,
    tone: Tone,
    icon: Icon | None = None,
    facts: tuple[Fact, ...] = (),
    offers: tuple[Offer, ...] = _OFFERS,
) -> Inform:
    signs = {Tone.GOOD: Icon.DONE, Tone.ATTENTION: Icon.WARNING, Tone.PROBLEM: Icon.PROBLEM}
    return desk.inform(
        f"verified:{key}",
        title,
        *lines,
        tone=tone,
        icon=icon or signs[tone],
        blocks=(Facts(facts),) if facts else (),
        offers=offers,
    )


def _claimed(desk: Desk, claims: SealClaims, checked: Checked) -> tuple[Fact, ...]:
    known_to = checked.revocations_known_to
    listed = say("还没有收到") if known_to is None else say("截至 {at}", at=in_china(known_to))
    return (
        Fact(say("纸的名称"), paper_title(claims.kind)),
        Fact(say("盖章机关"), issuer_words(claims.issuer, desk.region)),
        Fact(say("姓名"), say("{name}", name=claims.masked_name)),
        *_code_and_dates(claims),
        Fact(say("作废名单"), listed),
    )


def _of_demo(claims: SealClaims) -> tuple[Fact, ...]:
    """Anybody may have the key: no name and no bureau that its owner chose is shown as if it were one."""
    return (
        Fact(say("纸的名称"), paper_title(claims.kind)),
        *_code_and_dates(claims),
    )


def _code_and_dates(claims: SealClaims) -> tuple[Fact, ...]:
    return (
        Fact(say("验证码"), say("{code}", code=claims.code)),
        Fact(say("出具时间"), say("{at}", at=in_china(claims.issued_at))),
        Fact(say("有效期到"), say("{day}", day=in_china(claims.expires).date())),
    )


def _told_of(check: PaperCheck) -> tuple[Fact, ...]:
    return (
        Fact(say("纸的名称"), paper_title(check.type.kind)),
        Fact(say("出具机关"), in_a_row(check.issuers)),
        Fact(say("姓名"), say("{name}", name=check.masked_name)),
        Fact(say("出具时间"), say("{at}", at=in_china(check.issued_at))),
        Fact(say("有效期到"), say("{day}", day=in_china(check.valid_until).date())),
        Fact(say("电子印章"), say("已盖") if check.sealed else say("没有盖")),
    )


def _telephone(desk: Desk) -> str:
    return desk.region.offices[Issuer.HRSS].telephone
