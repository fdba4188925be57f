"""What seals are checked with at a terminal (docs/facts/seals.md): the keys, and the list of void papers."""

from __future__ import annotations

from typing import Final

import structlog

from kiosk.central_client import CentralClient, IssuedPaper
from kiosk.centre_line import Limits
from kiosk.clock import Clock
from kiosk.contract.papers import SealWire
from kiosk.contract.region import RegionAnswer
from kiosk.contract.seals.claims import PaperKind, SealClaims
from kiosk.contract.seals.keys import Revocations, SealKeys
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
        region = self.region()
        return NO_KEYS if region is None else SealKeys(key.to_domain() for key in region.seal_keys)

    def region(self) -> RegionAnswer | None:
        """None where none was kept that can be read; the next answer of the centre takes its place."""
        try:
            kept = self._region.last()
        except ValueError:
            return None
        return None if kept is None else kept[0]

    def revocations(self) -> Revocations | None:
        """None where no list is known, or only a part of one: a paper that is not on it may be void."""
        kept = self._list.last()
        return None if kept is None else kept.to_domain()

    def renew_keys(self, client: CentralClient, *, limits: Limits | None = None) -> None:
        """Raises `CentreError`."""
        news = client.region(limits=limits)
        if news is not None:
            self._region.keep(news.region, news.etag)

    def renew_revocations(self, client: CentralClient, *, limits: Limits | None = None) -> None:
        """Raises `CentreError`."""
        kept = self._list.last()
        self._list.keep(client.revocations(None if kept is None else kept.version, limits=limits))


class SealDoesNotHold(Exception):
    """The centre issued a paper whose seals are not what they should be; the message is for a technician."""


class IssuedPapers:
    """Looks at a paper that the centre issued, before anybody carries it away."""

    def __init__(self, books: SealBooks, client: CentralClient, clock: Clock) -> None:
        self._books = books
        self._client = client
        self._clock = clock

    def is_demo(self, issued: IssuedPaper) -> bool:
        """Whether its seals are 演示 and worth nothing. Raises `SealDoesNotHold` unless each issuer's seal is
        there, holds and is this paper's; `CentreError`, `VAULT_TROUBLE` where that cannot be found out."""
        seals = issued.answer.seals
        try:
            if seals and tuple(one.issuer for one in seals) != issued.answer.issuers:
                raise SealDoesNotHold("its seals are not those of its issuers")
            # Each is looked at: `any` would stop at the first that is 演示.
            demo = tuple(self._seal_is_demo(issued, one) for one in seals)
        except SealDoesNotHold as refused:
            structlog.get_logger().error("a paper that the centre issued is not printed", why=str(refused))
            raise
        return any(demo)

    def _seal_is_demo(self, issued: IssuedPaper, seal: SealWire) -> bool:
        verdict = self._verdict(seal.text)
        genuine = verdict.otherwise if isinstance(verdict, DemoKey) else verdict
        if not isinstance(genuine, Valid):
            raise SealDoesNotHold(f"a seal of {seal.issuer}: {type(genuine).__name__}")
        if not self._is_of(genuine.claims, issued, seal.issuer):
            raise SealDoesNotHold(f"a seal of {seal.issuer} is another paper's or another bureau's")
        return isinstance(verdict, DemoKey)

    def _verdict(self, text: str) -> Verdict:
        now = self._clock.now()
        verdict = check_seal(text, self._books.keys(), None, now).verdict
        if isinstance(verdict, UnknownKey):
            # A bureau's new key may be younger than what was last heard of the region.
            self._books.renew_keys(self._client)
            verdict = check_seal(text, self._books.keys(), None, now).verdict
        return verdict

    def _is_of(self, claims: SealClaims, issued: IssuedPaper, issuer: str) -> bool:
        """Everything that stands on the paper is what was sealed."""
        answer, region = issued.answer, self._books.region()
        return (
            region is not None
            and claims.issuer.region == region.code
            and region.issuers.get(claims.issuer.bureau) == issuer
            and claims.code == answer.code
            and claims.kind is PaperKind.RIGHTS_RECORD
            and claims.content == issued.content
            and claims.issued_at == answer.issued_at.replace(microsecond=0)
            and claims.expires == answer.valid_until.replace(microsecond=0)
        )
