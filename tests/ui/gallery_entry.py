"""Example pages on which something is typed."""

from __future__ import annotations

from kiosk.conversation.steps import Enter, EntryForm
from kiosk.domain.text import Text, say

CODE_FORM = EntryForm("23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 20, 4)
TITLE = say("请输入纸上的验证码")
OR_SCANNED = say("请扫纸上的方块码，或输入验证码")
HINT = say("验证码印在方块码下面，20个，没有0和O、1和I")


def _never(_text: str) -> Text | None:
    return say("没有这样的验证码，请对着纸再看一遍")


def _fine(_text: str) -> Text | None:
    return None


def code_page(given: str = "", *, scans: bool = False) -> Enter:
    title = OR_SCANNED if scans else TITLE
    return Enter("enter:1", title, CODE_FORM, HINT, _fine, say("核对"), given, scans)


def entry_pages() -> tuple[tuple[str, Enter], ...]:
    return (
        ("enter", code_page(scans=True)),
        ("enter-begun", code_page("7KQM2XRA9P")),
        (
            "enter-complaint",
            Enter("enter:1", TITLE, CODE_FORM, HINT, _never, say("核对"), "7KQM2XRA9PWEHV4CTB8N"),
        ),
        (
            "enter-digits",
            Enter(
                "enter:tel", say("请输入手机号"), EntryForm("0123456789", 11, 4), HINT, _fine, say("下一步")
            ),
        ),
    )
