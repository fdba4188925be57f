"""What the journey takes for a resident's own, when it listens to the loudspeaker."""

import pytest

from demo.access_journey import own_among


@pytest.mark.parametrize(
    "sentence",
    [
        "请注意：您的职工医保 二零一九年一月到七月没有缴费，同期养老已缴",
        "刘女士，您好",
        "Hello, Ms 刘",
        "四百元",
        "Please note: 400 yuan",
        "职工养老：参保缴费；缴至：二零二六年十月",
    ],
)
def test_a_sentence_of_a_residents_own_is_found(sentence: str) -> None:
    assert own_among([sentence, "请放入社保卡"]) == [sentence]


def test_what_is_everybodys_is_not() -> None:
    assert own_among(["请放入社保卡", "查缴费：每个险种缴到哪个月、差哪几个月", "打印好了"]) == []
