"""Pages and what the arrows come to, put into words for a voice; loaded after the first paint."""

from __future__ import annotations

from drivers.voices.voice import Utterance, Voice, Volume
from kiosk.conversation.view import View
from kiosk.domain.text import Language, Public, say
from kiosk.speech.spoken import PageWords, spoken, spoken_focus
from ui.pages.page import Page
from ui.speaking import Spoken


def spoken_by(voice: Voice, *, unasked: bool) -> Spoken:
    """What the window needs of a voice; `unasked`: pages are said as soon as they open."""
    return Spoken(
        voice,
        volume=lambda volume: voice.set_volume(Volume(volume)),
        page=_page,
        thing=_thing,
        unasked=unasked,
    )


def _page(view: View, language: Language, page: Page) -> Utterance | None:
    return spoken(view, language, PageWords(page.said, page.said_buttons))


def _thing(told: str, language: Language, *, private: bool) -> Utterance:
    return spoken_focus(say("{told}", told=Public(told)), language, own=private)
