"""What seals are checked with at a terminal (docs/facts/seals.md): the keys, and the list of void papers."""

from __future__ import annotations

from typing import Final

import structlog

from kiosk.central_client import CentralClient
from kiosk.centre_line import CentreFaulty
from kiosk.clock import Clock
from kiosk.contract.papers import PaperAnswer, RightsRecordContent
from kiosk.contract.seals.claims import PaperKind, SealClaims, content_digest
from kiosk.contract.seals.keys import Revocations, RevocationsWire, SealKeys
from kiosk.contract.seals.verdicts import Checked, DemoKey, UnknownKey, Valid, Verdict, check_seal
from kiosk.kept import KeptRegion, KeptRevocations
from offline_cache.cache import OfflineCache
from offline_cache.vault_thread import VaultThread

NO_KEYS: Final = SealKeys(())


class SealBooks:
    """Keys and list as they last came here; they lie in the vault. Each call raises `VAULT_TROUBLE`."""

    def __init__(self, vault: VaultThread[OfflineCache], clock: Clock) -> None:
        self._region = KeptRegion(vault, clock)
        self._list = KeptRevocations(vault, clock)
        self._clock = clock

    def check(self, text: str) -> Checked:
        """验真 of what a seal's code holds, without a network."""
        return check_seal(text, self.keys(), self.revocations(), self._clock.now())

    def keys(self) -> SealKeys:
        try:
            kept = self._region.last()
        except ValueError:
            # Kept by a program with another contract; the next answer of the centre takes its place.
            return NO_KEYS
        return NO_KEYS if kept is None else SealKeys(key.to_domain() for key in kept[0].seal_keys)

    def revocations(self) -> Revocations | None:
        """None where no list has come here yet."""
        kept = self._kept_list()
        return None if kept is None else kept[0].to_domain()

    def renew_keys(self, client: CentralClient) -> None:
        """Raises `CentreError`."""
        news = client.region()
        if news is not None:
            self._region.keep(news.region, news.etag)

    def renew_revocations(self, client: CentralClient) -> None:
        """Raises `CentreError`."""
        kept, asked_at = self._kept_list(), self._clock.now()
        news = client.revocations(None if kept is None else kept[1])
        if news is not None:
            self._list.keep(news.revocations, news.etag)
        elif kept is not None:
            # The centre has just said that this is still all of it.
            known_to = max(kept[0].known_to, asked_at)
            self._list.keep(kept[0].model_copy(update={"known_to": known_to}), kept[1])

    def _kept_list(self) -> tuple[RevocationsWire, str | None] | None:
        try:
            return self._list.last()
        except ValueError:
            return None


class IssuedPapers:
    """Looks at a paper that the centre issued, before anybody carries it away."""

    def __init__(self, books: SealBooks, client: CentralClient, clock: Clock) -> None:
        self._books = books
        self._client = client
        self._clock = clock

    def is_demo(self, answer: PaperAnswer) -> bool:
        """Whether its seals are 演示 and worth nothing. Raises `CentreFaulty` for one that does not hold, or
        of another paper, `CentreError` and `VAULT_TROUBLE` where that cannot be found out."""
        # Each is looked at: `any` would stop at the first that is 演示.
        demo = tuple(self._seal_is_demo(answer, one.text) for one in answer.seals)
        return any(demo)

    def _seal_is_demo(self, answer: PaperAnswer, text: str) -> bool:
        verdict = self._verdict(text)
        genuine = verdict.otherwise if isinstance(verdict, DemoKey) else verdict
        if not isinstance(genuine, Valid):
            structlog.get_logger().error("the centre's seal does not hold", verdict=type(genuine).__name__)
            raise CentreFaulty(f"its seal does not hold: {type(genuine).__name__}")
        if not _is_of(genuine.claims, answer, answer.rights_record):
            raise CentreFaulty("its seal is another paper's")
        return isinstance(verdict, DemoKey)

    def _verdict(self, text: str) -> Verdict:
        now = self._clock.now()
        verdict = check_seal(text, self._books.keys(), None, now).verdict
        if isinstance(verdict, UnknownKey):
            # A bureau's new key may be younger than what was last heard of the region.
            self._books.renew_keys(self._client)
            verdict = check_seal(text, self._books.keys(), None, now).verdict
        return verdict


def _is_of(claims: SealClaims, answer: PaperAnswer, content: RightsRecordContent) -> bool:
    return (
        claims.code == answer.code
        and claims.kind is PaperKind.RIGHTS_RECORD
        and claims.content == content_digest(content)
    )
