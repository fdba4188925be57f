"""What is said of a paper, and of a question that has no answer: what it means and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from central.problems import STATUS, Refused
from central.public_page.typed import NotACode
from kiosk.clock import CHINA
from kiosk.contract.papers import PaperCheck
from kiosk.contract.problems import ProblemType
from kiosk.contract.seals.claims import CODE_LENGTH
from kiosk.domain.text import CHINESE

_MOST_NAMED: Final = 5
_NEW_ONE: Final = "还要用的，请本人重新打印一张，不收费。"


class Tone(StrEnum):
    """How a verdict is coloured; its title and symbol say the same without a colour."""

    GOOD = "good"
    ATTENTION = "attention"
    PROBLEM = "problem"

    @property
    def symbol(self) -> str:
        return _SYMBOLS[self]


_SYMBOLS: Final = {Tone.GOOD: "✓", Tone.ATTENTION: "!", Tone.PROBLEM: "✕"}


class Form(StrEnum):
    """What may be filled in on a page."""

    CODE = "code"
    LAST_FOUR = "last_four"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The top of a page: what is so, what that means, what to do."""

    tone: Tone
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A page that has no paper to show."""

    status: HTTPStatus
    verdict: Verdict
    form: Form | None = Form.CODE
    again: bool = False
    """Whether the way back to the paper's own page helps."""
    wait_s: int | None = None
    """How long to wait; None where waiting helps nothing."""


def moment(at: datetime) -> str:
    """`2026年11月20日 09:30`, in China's time."""
    return CHINESE.value(at.astimezone(CHINA))


def of_paper(check: PaperCheck) -> Verdict:
    if check.revoked_since is not None:
        return Verdict(
            Tone.PROBLEM,
            "这张纸已作废",
            (f"从 {moment(check.revoked_since)} 起作废，请不要采信，不能再用来办事。", _NEW_ONE),
        )
    if not check.sealed:
        return Verdict(
            Tone.ATTENTION,
            "查到了，现在有效，但未盖章",
            (
                "这张纸没有电子印章，可以用来核对内容。",
                "一定要盖章的，请本人到窗口办理。",
            ),
        )
    if check.demo:
        return Verdict(
            Tone.ATTENTION,
            "查到了，但只作演示",
            ("这张纸只作演示，上面的印章没有效力，不能用来办事。",),
        )
    return Verdict(
        Tone.GOOD,
        "查到了，现在有效",
        ("出具过这样一张纸，已盖电子印章，不用再到窗口盖章。", "纸上的内容有没有改过，请往下对照。"),
    )


def seal_words(check: PaperCheck) -> str:
    if not check.sealed:
        return "未盖章"
    return "【演示】没有效力" if check.demo else "已盖"


def of_wrong_code(wrong: NotACode) -> Trouble:
    """No paper can have this code: each way in which it is wrong, in words."""
    lines = ["没有查，因为这不是一个完整的验证码。"]
    if wrong.wrong_length:
        lines.append(f"验证码是 {CODE_LENGTH} 个字符，您输入了 {wrong.signs} 个。")
    if wrong.strange:
        # The hint beside the field says what 0, O, 1 and I are mistaken for.
        lines.append(f"验证码里没有“{'”“'.join(wrong.strange[:_MOST_NAMED])}”。")
    if wrong.other_signs:
        lines.append("验证码里只有字母和数字。")
    lines.append("请照着纸上的验证码，再对一遍。")
    return Trouble(HTTPStatus.NOT_FOUND, Verdict(Tone.ATTENTION, "验证码不对", tuple(lines)))


def of_refusal(refused: Refused) -> Trouble:
    """What the centre answered instead of a paper."""
    status = STATUS[refused.problem]
    match refused.problem:
        case ProblemType.NO_SUCH_PAPER:
            return Trouble(status, _NO_SUCH)
        case ProblemType.PAPER_EXPIRED:
            return Trouble(status, _EXPIRED)
        case ProblemType.PAPER_REVOKED:
            return Trouble(status, _REVOKED)
        case ProblemType.LAST_FOUR_WRONG:
            return Trouble(status, _OTHER_LAST_FOUR, Form.LAST_FOUR, again=True)
        case ProblemType.TOO_MANY_REQUESTS if refused.retry_after is not None:
            wait_s = -(-refused.retry_after // timedelta(seconds=1))
            return Trouble(status, _wait(wait_s), None, again=True, wait_s=wait_s)
        case ProblemType.TOO_MANY_REQUESTS:
            return Trouble(status, _CLOSED, None, again=True)
        case _:
            return of_status(status)


def of_status(status: HTTPStatus) -> Trouble:
    """For what the framework refuses: a method, a length."""
    return Trouble(status, _NOT_SO)


def _wait(seconds: int) -> Verdict:
    return Verdict(
        Tone.ATTENTION,
        f"请等 {seconds} 秒再查",
        (
            "查得太频繁了，这一次没有查。",
            "用同一个网络的人合在一起计算，可能不是您查得多。",
        ),
    )


_NO_SUCH: Final = Verdict(
    Tone.PROBLEM,
    "没有查到这张纸",
    (
        "这里没有出具过这个验证码的纸。",
        "自己输入的，请先看看有没有输错。",
        "扫码打开的，或者没有输错的：这张纸不是这里出具的，请不要采信。",
    ),
)
_REVOKED: Final = Verdict(
    Tone.PROBLEM,
    "这张纸已作废",
    ("这张纸已被收回，也已过期，不能再用来办事。", _NEW_ONE),
)
_EXPIRED: Final = Verdict(
    Tone.ATTENTION,
    "这张纸已过期",
    ("这张纸是这里出具的，但是可以核对的期限已过，内容不能再查了。", _NEW_ONE),
)
_OTHER_LAST_FOUR: Final = Verdict(
    Tone.ATTENTION,
    "后四位不对，详细内容没有打开",
    ("请再问一次本人，或者看看有没有输错。", "再三不对的，这张纸可能不是他本人的。"),
)
LAST_FOUR_MALFORMED: Final = Trouble(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    Verdict(
        Tone.ATTENTION,
        "后四位没有填对",
        ("要填 4 个字符：前三个是数字，第四个是数字或字母 X。", "这一次没有查，也不算填错。"),
    ),
    Form.LAST_FOUR,
    again=True,
)
_CLOSED: Final = Verdict(
    Tone.PROBLEM,
    "详细内容已经关闭",
    (
        "后四位填错的次数太多，为了保护本人，这张纸的详细内容不能再看了。",
        "真假仍然可以核对。要看内容的，请本人重新打印一张，不收费。",
    ),
)
_NOT_SO: Final = Verdict(Tone.ATTENTION, "这一页打不开", ("请重新扫一下纸上的码，或者在这里输入验证码。",))
FAILED: Final = Trouble(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    Verdict(
        Tone.ATTENTION,
        "系统出了问题，没有查成",
        ("这不说明纸有问题。请过几分钟再扫一次。",),
    ),
    None,
)
