"""What is said of the pages, when, and how loud; and that nothing private is said to everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from fixtures.kept_voice import READY, KeptVoice
from fixtures.pcsc import wait_until
from gallery import BY_NAME, GOOD
from gallery_blocks import paper
from gallery_entry import CODE_FORM
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from voices.voice_bench import SoundBoxProcess, Tones, voice_of
from windows import LANDSCAPE, MakeWindow

from drivers.voices.speaker import Speaker
from drivers.voices.voice import Outlet, Utterance, VoiceState, Volume
from kiosk.conversation.content import (
    Answers,
    Block,
    Card,
    Cards,
    Fact,
    Facts,
    ForPhone,
    Given,
    Grid,
    GridCell,
    GridRow,
    Notice,
    Offer,
    Sheet,
    Tiles,
    Words,
)
from kiosk.conversation.events import Event
from kiosk.conversation.phase import Phase
from kiosk.conversation.signs import Tone
from kiosk.conversation.steps import Browse, Choose, Enter, Inform, Look, Pay, Present, Print, Review
from kiosk.conversation.touches import StillHere
from kiosk.conversation.view import View
from kiosk.domain.bills import ForWhom
from kiosk.domain.insurance import Kind
from kiosk.domain.money import Money
from kiosk.domain.sales import PayProgress, PayStage, Premium, Sale, TenderKind
from kiosk.domain.text import CHINESE, Language, Text, say
from kiosk.languages.catalogue import other_languages
from kiosk.speech import privacy
from kiosk.speech.verbal import aloud
from ui.spoken_pages import spoken_by
from ui.touch import Button, Touch
from ui.window import KioskWindow

LANGUAGES = other_languages()
OVERVIEW = replace(BY_NAME["overview"], step_key="overview")
HEADPHONES = replace(READY, headphones=True)


def opened(
    make_window: MakeWindow, voice: KeptVoice, page: str = "overview", *, unasked: bool = True
) -> KioskWindow:
    window = make_window(LANDSCAPE, languages=LANGUAGES, voice=spoken_by(voice, unasked=unasked))
    window.show_view(BY_NAME[page])
    return window


def button(window: KioskWindow, label: str) -> Touch:
    (found,) = (b for b in window.findChildren(Touch) if b.label == label and b.isVisible())
    return found


def touch(window: KioskWindow, label: str) -> None:
    QTest.mouseClick(button(window, label), Qt.MouseButton.LeftButton)


def right(window: KioskWindow) -> Button:
    """The arrow; gives what it came to."""
    QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Right)
    now = window.focusWidget()
    assert isinstance(now, Button)
    return now


def tell(window: KioskWindow, voice: KeptVoice, state: VoiceState) -> None:
    """As the front brings it from the voice's thread."""
    voice.state = state
    window.hear(state)


def test_each_page_is_said_once_when_it_opens_and_not_again_when_it_is_drawn_anew(
    make_window: MakeWindow,
) -> None:
    voice = KeptVoice()
    window = opened(make_window, voice, "left-behind")
    window.show_view(OVERVIEW)
    window.show_view(replace(OVERVIEW, status=BY_NAME["overview-away"].status, slow=True))
    touch(window, "大字")
    touch(window, "高对比")
    window.show_view(replace(BY_NAME["printed"], serial=8))
    assert voice.first_words == ["请先取走里面的卡", "王女士，您好", "打印好了"]


def test_while_nobody_is_here_the_room_is_quiet_until_somebody_asks(make_window: MakeWindow) -> None:
    voice = KeptVoice()
    window = opened(make_window, voice, "attract")
    assert voice.said == []
    touch(window, "再听一遍")
    assert voice.first_words == ["请放入社保卡"]


def test_who_comes_with_headphones_hears_what_to_do(make_window: MakeWindow) -> None:
    voice = KeptVoice()
    window = opened(make_window, voice, "attract")
    window.hear(replace(voice.state, headphones=True))
    assert voice.first_words == ["请放入社保卡"]


def test_in_another_language_the_page_is_said_anew_in_it(make_window: MakeWindow) -> None:
    voice = KeptVoice()
    window = opened(make_window, voice, "help")
    touch(window, "English")
    assert [utterance.language for utterance in voice.said] == ["zh", "en"]
    assert voice.last[0].text == "How to use this machine"
    touch(window, "Listen")
    assert voice.said[-1] == voice.said[-2]


def test_a_payment_is_said_at_each_stage_and_not_between(make_window: MakeWindow) -> None:
    voice, view = KeptVoice(), BY_NAME["pay-preparing"]
    window = opened(make_window, voice, "pay-preparing")
    for stage in (PayStage.AT_PAD, PayStage.AT_PAD, PayStage.CONFIRMING):
        window.show_view(replace(view, paying=PayProgress(stage)))
    assert voice.first_words == ["正在准备，请稍等", "请在密码键盘上刷卡", "正在确认结果，请不要离开"]


def test_one_button_says_it_again_and_stops_it(make_window: MakeWindow, sent: list[Event]) -> None:
    voice = KeptVoice()
    window = opened(make_window, voice)
    touch(window, "再听一遍")
    assert voice.said == [voice.said[0]] * 2
    tell(window, voice, replace(READY, speaking=True))
    touch(window, "停")
    assert voice.acts[-1] == "stop"
    tell(window, voice, READY)
    assert button(window, "再听一遍").isVisible()
    assert [type(event) for event in sent] == [StillHere] * 2, "who listens is here"


def test_after_a_name_it_is_the_page_that_is_said_again(make_window: MakeWindow) -> None:
    voice = KeptVoice()
    window = opened(make_window, voice)
    right(window)
    assert len(voice.said) == 2
    touch(window, "再听一遍")
    assert voice.said[2] == voice.said[0]


def test_the_volume_goes_round_and_is_as_before_when_the_session_is_over(
    make_window: MakeWindow, sent: list[Event]
) -> None:
    voice = KeptVoice()
    window = opened(make_window, voice)
    for label in ("音量：中", "音量：大", "音量：关", "音量：小", "音量：中", "音量：大"):
        touch(window, label)
    volumes = [act for act in voice.acts if isinstance(act, Volume)]
    assert volumes == [Volume.HIGH, Volume.OFF, Volume.LOW, Volume.NORMAL, Volume.HIGH, Volume.OFF]
    assert {type(event) for event in sent} == {StillHere}
    window.show_view(BY_NAME["take-card"])
    window.show_view(BY_NAME["attract"])
    assert [act for act in voice.acts if isinstance(act, Volume)][-1] is Volume.NORMAL
    assert button(window, "音量：中").isVisible()


def test_a_volume_left_behind_without_a_session_goes_back(make_window: MakeWindow) -> None:
    voice = KeptVoice()
    window = opened(make_window, voice, "attract")
    touch(window, "音量：中")
    assert window._nobody.isActive()
    window._nobody.timeout.emit()
    assert voice.acts[-1] is Volume.NORMAL
    assert button(window, "音量：中").isVisible()
    assert voice.said == [], "nobody is there to hear it"


def test_the_warning_is_said_once_and_the_page_again_behind_it(make_window: MakeWindow) -> None:
    voice = KeptVoice()
    window = opened(make_window, voice)
    for seconds in (30, 29, 28):
        window.show_view(replace(BY_NAME["overview"], phase=Phase.IDLE_WARNING, warning_s=seconds))
    assert [saying.text for saying in voice.last[:2]] == ["您还在吗？", "再过三十秒就退出，保护您的信息"]
    assert len(voice.said) == 2
    window.show_view(BY_NAME["overview"])
    assert voice.said[2] == voice.said[0]


def test_the_blank_page_is_silent_and_there_is_nothing_to_repeat(make_window: MakeWindow) -> None:
    voice = KeptVoice()
    window = opened(make_window, voice)
    said = len(voice.said)
    window.show_view(BY_NAME["over"])
    assert voice.acts[-1] == "stop"
    assert len(voice.said) == said
    tell(window, voice, HEADPHONES)
    assert len(voice.said) == said


def test_unasked_for_nothing_is_said_until_somebody_listens(make_window: MakeWindow) -> None:
    voice = KeptVoice()
    window = opened(make_window, voice, unasked=False)
    assert voice.said == []
    touch(window, "再听一遍")
    assert voice.first_words == ["王女士，您好"]
    window.show_view(replace(BY_NAME["printed"], serial=8))
    assert len(voice.said) == 1
    assert voice.acts[-1] == "stop", "what was said of the page before ends with it"
    tell(window, voice, HEADPHONES)
    assert voice.first_words[1:] == ["打印好了"]
    window.show_view(replace(OVERVIEW, serial=9))
    assert len(voice.said) == 3, "whoever has headphones on hears every page"


def test_unasked_for_whoever_goes_by_arrows_hears_the_pages(make_window: MakeWindow) -> None:
    voice = KeptVoice()
    window = opened(make_window, voice, unasked=False)
    right(window)
    window.show_view(replace(BY_NAME["printed"], serial=8))
    assert voice.first_words[-1] == "打印好了"


def test_what_cannot_be_heard_has_no_buttons(make_window: MakeWindow) -> None:
    voice = KeptVoice(replace(READY, works=False, why="no device"))
    window = opened(make_window, voice)
    labels = {one.label for one in window.findChildren(Touch)}
    assert not labels & {"再听一遍", "音量：中"}
    tell(window, voice, READY)
    assert button(window, "再听一遍").isVisible()
    assert window.page is not None
    assert window.page.geometry() == window._frame.within, "the bar that came lies over nothing"


def test_one_sound_that_failed_takes_no_button_away(make_window: MakeWindow) -> None:
    voice = KeptVoice()
    window = opened(make_window, voice)
    tell(window, voice, replace(READY, works=False, why="the sound was cut off"))
    said = len(voice.said)
    touch(window, "再听一遍")
    assert len(voice.said) == said + 1


def test_speech_that_begins_under_the_finger_is_not_what_was_touched(make_window: MakeWindow) -> None:
    voice = KeptVoice()
    window = opened(make_window, voice)
    said, hear = len(voice.said), button(window, "再听一遍")
    QTest.mousePress(hear, Qt.MouseButton.LeftButton)
    tell(window, voice, replace(READY, speaking=True))
    assert hear.label == "停"
    QTest.mouseRelease(hear, Qt.MouseButton.LeftButton)
    assert (len(voice.said), voice.acts[-1] == "stop") == (said + 1, False)
    touch(window, "停")
    assert voice.acts[-1] == "stop"


@pytest.mark.parametrize("language", [CHINESE, *other_languages()])
def test_what_is_heard_moves_nothing_in_the_bar(make_window: MakeWindow, language: Language) -> None:
    voice = KeptVoice()
    window = opened(make_window, voice)
    window._dress(language=language)
    bar = window._frame.parts[-1]

    def places() -> list[QRect]:
        return [
            one.geometry()
            for one in bar.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
            if one.isVisible()
        ]

    first = places()
    for speaking in (True, False):
        tell(window, voice, replace(READY, speaking=speaking))
        for _ in Volume:
            window._voice._next_volume()
            assert places() == first


def test_what_the_arrows_come_to_is_said_by_its_name(make_window: MakeWindow) -> None:
    voice = KeptVoice()
    window = opened(make_window, voice, "grid")
    heard: dict[str, bool] = {}
    for _ in window._keyboard.order():
        now = right(window)
        (saying,) = voice.last
        heard[now.accessibleName()] = saying.private
        assert voice.said[-1].language == "zh"
    assert heard["工伤保险 10月 欠缴"], "a month is a person's own"
    for open_to_all in ("返回", "退出", "大字", "English", "再听一遍"):
        assert not heard[open_to_all], open_to_all


NAME, NUMBER, AMOUNT = "欧阳甲乙", "800100198103120242", Money(1_234_56)
OWN: dict[str, object] = {"name": NAME, "number": NUMBER, "amount": AMOUNT}
MARKERS = ("欧阳", aloud(say("{number}", number=NUMBER), CHINESE), aloud(say("{a}", a=AMOUNT), CHINESE))
"""What is heard of each."""


def own(words: str) -> Text:
    """A sentence about somebody."""
    return say(f"{words}：{{name}}，{{number}}，{{amount}}", **OWN)


def offer(key: str, *, primary: bool = False, grey: bool = False) -> Offer:
    why = own("不能") if grey else None
    return Offer(key, own("点"), own("提示"), primary=primary, unavailable=why)


CELL = GridCell("●", own("已缴"), Tone.GOOD, "cell")
FACTS = (Fact(own("名"), own("值"), held=own("按住")), Fact(own("金额"), own("多少"), number=True))
BLOCKS: tuple[Block, ...] = (
    Notice(Tone.PROBLEM, own("注意"), (own("还有"),), offer("notice")),
    Facts(FACTS[:1], own("表")),
    Cards((Card(own("险"), own("在缴"), "●", Tone.GOOD, FACTS[1:]),)),
    Tiles((offer("tile"),)),
    Words((own("一"), own("二")), own("题"), numbered=True),
    Grid((own("月"),), (GridRow(own("行"), (CELL,)),), (), (offer("year"),), "year"),
    Answers((Given(own("给谁"), own("他"), offer("change:who")),)),
    Sheet(paper()),
    ForPhone("HTTPS://CENTRE.EXAMPLE/P/7KQM", own("码")),
)
CONFIRM = offer("ok", primary=True)
SALE = Sale(
    (Premium("b", Kind.MEDICAL_RESIDENT, 2027, AMOUNT, NAME, ForWhom.OTHER),), NAME, TenderKind.WECHATPAY
)


def complaint(_typed: str) -> Text | None:
    return own("不对")


def no_work() -> None:
    return None


STEPS: tuple[object, ...] = (
    Choose("k", own("哪个"), ("a",), (offer("a"), offer("b", grey=True)), (own("说明"),)),
    *(Browse("k", own("看"), ("tile",), (block,), (CONFIRM,)) for block in BLOCKS),
    Inform("k", own("好了"), (own("句"),), ("ok",), (CONFIRM,)),
    Review("k", own("核对"), ("ok",), BLOCKS[6:7], CONFIRM),
    Present("k", own("放卡"), (own("句"),), ("ok",), (CONFIRM,)),
    Enter("k", own("输入"), CODE_FORM, own("提示"), complaint, own("好"), "7KQM2XRA9PWEHV4CTB8N"),
    Look("k", own("查"), no_work, ()),
    Print("k", own("打"), paper(), "", 1),
    Pay("k", SALE),
)


@dataclass
class Listener:
    """A window whose voice is a real one, at a box that writes down what is heard where."""

    window: KioskWindow
    box: SoundBoxProcess
    speaker: Speaker
    kept: KeptVoice

    heard: int = 0

    def all_heard(self) -> None:
        """Waits until what was given last is over."""
        utterance, plugged = self.kept.said[-1], self.kept.state.headphones
        sayings = [one for one in utterance.sayings if plugged or not one.private]
        self.heard += len(sayings) + (utterance.withheld is not None and not plugged)
        wait_until(lambda: len(self.box.heard()) == self.heard)

    def walk(self, due: object, serial: int) -> None:
        """Opens the page of a step and goes through all that can be touched on it."""
        view = View(Phase.TALKING, GOOD, serial, due, (own("在"),), True, True)
        if isinstance(due, Pay):
            view = replace(view, paying=PayProgress(PayStage.SCAN, "weixin://x"))
        self.window.show_view(view)
        if not self.window.settled:
            self.window._late_look.timeout.emit()
        self.all_heard()
        self.window._keyboard.put_away()
        assert self.window.page is not None
        for thing in self.window._keyboard.order():
            if self.window.page.isAncestorOf(thing):
                right(self.window)
                self.all_heard()

    def leaks(self) -> list[str]:
        return [
            text
            for outlet, text in self.box.heard()
            if outlet == Outlet.LOUDSPEAKER and any(marker in text for marker in MARKERS)
        ]


class Both(KeptVoice):
    """Keeps what it is given, and gives it on."""

    def __init__(self, speaker: Speaker) -> None:
        super().__init__()
        self.speaker = speaker

    def speak(self, utterance: Utterance) -> None:
        super().speak(utterance)
        self.speaker.speak(utterance)

    def stop(self) -> None:
        super().stop()
        self.speaker.stop()


@pytest.fixture(scope="module")
def box_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundBoxProcess]:
    process = SoundBoxProcess(tmp_path_factory.mktemp("box") / "said.jsonl", "--pace", "0")
    yield process
    process.close()


@pytest.fixture
def listener(make_window: MakeWindow, box_process: SoundBoxProcess) -> Iterator[Listener]:
    box = box_process.fresh()
    with voice_of(box.address.output(), Tones(0.01)) as speaker:
        both = Both(speaker)
        window = make_window(LANDSCAPE, languages=LANGUAGES, voice=spoken_by(both, unasked=True))
        yield Listener(window, box, speaker, both)


@pytest.mark.parametrize("plugged", [False, True], ids=["loudspeaker", "headphones"])
def test_nothing_private_comes_out_of_the_loudspeaker_on_any_kind_of_page(
    listener: Listener, plugged: bool
) -> None:
    if plugged:
        listener.box.control.headphones(plugged=True)
        wait_until(lambda: listener.speaker.state.headphones)
        tell(listener.window, listener.kept, HEADPHONES)
    for serial, due in enumerate(STEPS, start=1):
        listener.walk(due, serial)
    assert listener.leaks() == []
    quiet = " ".join(text for outlet, text in listener.box.heard() if outlet == Outlet.HEADPHONES)
    assert all((marker in quiet) is plugged for marker in MARKERS)
    assert len(listener.box.heard()) > len(STEPS), "something was said"


def test_the_search_finds_a_button_that_is_wrongly_public(listener: Listener) -> None:
    listener.walk(STEPS[0], 1)
    assert listener.leaks() == []
    (wrong,) = (one for one in listener.window._keyboard.order() if "欧阳" in one.accessibleName())
    wrong.public = True
    listener.window._keyboard.put_away()
    assert right(listener.window) is wrong
    listener.all_heard()
    assert listener.leaks() != []


def test_the_search_finds_a_rule_that_leaks(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privacy.Told, "private", property(lambda _told: False))
    listener.walk(STEPS[0], 1)
    assert listener.leaks() != []


def test_the_steps_here_are_all_there_are() -> None:
    from_gallery = {type(view.due) for view in BY_NAME.values() if view.due is not None}
    assert from_gallery <= {type(step) for step in STEPS}
    assert {type(block) for block in BLOCKS} == set(Block.__args__)
