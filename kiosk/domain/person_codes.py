"""What cards say of a person in codes: sex 性别 (GB/T 2261.1) and ethnic group 民族 (GB/T 3304)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kiosk.domain.citizen_number import Sex

_SEXES: Final = {"1": Sex.MALE, "2": Sex.FEMALE}

ETHNIC_GROUPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        f"{code:02d}": name
        for code, name in enumerate(
            (
                *("汉族", "蒙古族", "回族", "藏族", "维吾尔族", "苗族", "彝族", "壮族", "布依族", "朝鲜族"),
                *("满族", "侗族", "瑶族", "白族", "土家族", "哈尼族", "哈萨克族", "傣族", "黎族", "傈僳族"),
                *("佤族", "畲族", "高山族", "拉祜族", "水族", "东乡族", "纳西族", "景颇族", "柯尔克孜族"),
                *("土族", "达斡尔族", "仫佬族", "羌族", "布朗族", "撒拉族", "毛南族", "仡佬族", "锡伯族"),
                *("阿昌族", "普米族", "塔吉克族", "怒族", "乌孜别克族", "俄罗斯族", "鄂温克族", "德昂族"),
                *("保安族", "裕固族", "京族", "塔塔尔族", "独龙族", "鄂伦春族", "赫哲族", "门巴族", "珞巴族"),
                "基诺族",
            ),
            start=1,
        )
    }
    | {"97": "其他", "98": "外国血统中国籍人士"}
)
"""By code, two digits."""

_CODES: Final = {name.removesuffix("族"): code for code, name in ETHNIC_GROUPS.items()}


def sex_of(code: str) -> Sex | None:
    """None for 0 未知的性别 and 9 未说明的性别, and for what is no code."""
    return _SEXES.get(code)


def ethnic_group_of(code: str) -> str | None:
    """`01` → 汉族; None for what is no code."""
    return ETHNIC_GROUPS.get(code)


def ethnic_code_of(name: str) -> str | None:
    """汉 or 汉族 → `01`; None for what names none."""
    return _CODES.get(name.removesuffix("族"))
