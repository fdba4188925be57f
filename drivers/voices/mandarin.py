"""Words that espeak-ng reads wrong: it reads one character after the other, each always in the same way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

READINGS: Final[Mapping[str, str]] = {
    "银行": "yin2 hang2",
    "行业": "hang2 ye4",
    "地": "di4",
    "不了": "bu4 liao3",
    "着急": "zhao2 ji2",
    "重新": "chong2 xin1",
    "重复": "chong2 fu4",
    "重启": "chong2 qi3",
    "重庆": "chong2 qing4",
    "变更": "bian4 geng1",
    "更改": "geng1 gai3",
    "更正": "geng1 zheng4",
    "更换": "geng1 huan4",
    "更新": "geng1 xin1",
    "感应": "gan3 ying4",
    "对应": "dui4 ying4",
    "相应": "xiang1 ying4",
    "还款": "huan2 kuan3",
    "退还": "tui4 huan2",
    "归还": "gui1 huan2",
    "累计": "lei3 ji4",
    "差额": "cha1 e2",
    "调整": "tiao2 zheng3",
    "处理": "chu3 li3",
    "尽快": "jin3 kuai4",
    "尽量": "jin3 liang4",
    "空白": "kong4 bai2",
    "空闲": "kong4 xian2",
    "为止": "wei2 zhi3",
    "改为": "gai3 wei2",
    "要求": "yao1 qiu2",
    "间隔": "jian4 ge2",
    "脏": "zang1",
    "藏族": "zang4 zu2",
    "侗族": "dong4 zu2",
    "仡佬": "ge1 lao3",
    "门巴": "men2 ba1",
    "珞巴": "luo4 ba1",
    "蒙古": "meng3 gu3",
    "朝鲜": "chao2 xian3",
}
"""By word: its pinyin, which the Mandarin voices take too. Of all the words of this program those whose
readings differ from a dictionary's (`docs/facts/voice.md` §2)."""
_WORDS: Final = re.compile("|".join(sorted(READINGS, key=len, reverse=True)))


def as_read(text: str) -> str:
    """The text with its misread words in pinyin."""
    return _WORDS.sub(lambda word: f" {READINGS[word[0]]} ", text)
