"""Sealed papers at a terminal: what is printed, what is refused, and what is known of void papers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from fixtures.centre import TERMINAL, serving
from fixtures.local_centre import KEY, NOW, LocalCentre, Opened
from fixtures.printer import PrinterProcess
from fixtures.sealing import issuer_keys, write_seal_keys
from paying_bench import BackOffice, sooner_or_later
from PIL import Image
from pydantic import SecretStr
from resident import Visit, words_on

from central.county.builders import DemoResident
from central.revocations import RevocationBooks
from central.seals.sealing import Sealer
from drivers.printers.paper import Code
from kiosk.central_client import CentralClient, CentreFaulty
from kiosk.clock import clock_of
from kiosk.contract.papers import PaperAnswer, PaperRequest, PaperType
from kiosk.contract.seals.keys import SealKey
from kiosk.contract.seals.verdicts import DemoKey, Revoked, UnknownKey, Valid
from kiosk.openings import open_vault
from kiosk.seal_books import IssuedPapers, SealBooks
from offline_cache.cache import OfflineCache
from offline_cache.secret import VaultKey
from offline_cache.vault_thread import VaultThread

LIU = "liu-guilan"


def test_a_sealed_record_says_so_and_its_seals_hold_here_without_the_centre(
    at_terminal: Visit, printer: PrinterProcess, tmp_path: Path
) -> None:
    directory = tmp_path / "centre"
    directory.mkdir()
    keys = str(write_seal_keys(directory / "seals"))
    with serving(directory, "--seal-keys", keys) as own, at_terminal(at=own) as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
        resident.touch("打印权益记录")
        preview = resident.wait_for("preview:masked")
        assert "出国、买房、办事时可用" in preview.text
        said = list(words_on(preview.sheet))
        assert "已盖电子印章，不用再到窗口盖章。" in said
        assert "【未盖章】" not in said
        _, *seals = (row.payload for row in preview.sheet.rows if isinstance(row, Code))
        resident.touch("打印")
        resident.wait_for("printed")
        settings, clock = resident.settings, clock_of(own.environment)
    with Image.open(printer.png(printer.settle())) as picture:
        assert set(seals) <= {one.text for one in zxingcpp.read_barcodes(picture)}
    vault = open_vault(settings)
    try:
        books = SealBooks(vault, clock)
        for text in seals:
            checked = books.check(text)
            assert isinstance(checked.verdict, Valid)
            assert checked.revocations_known_to is None, "no list has come here yet"
    finally:
        vault.close()


def test_demo_seals_are_printed_with_a_warning(at_terminal: Visit, tmp_path: Path) -> None:
    directory = tmp_path / "centre"
    directory.mkdir()
    with serving(directory, "--demo-seals", str(directory / "seals")) as own, at_terminal(at=own) as resident:
        resident.insert(LIU)
        resident.wait_for("overview")
        resident.touch("打印权益记录")
        preview = resident.wait_for("preview:masked")
        assert "只作演示" in preview.text
        assert "【演示】" in list(words_on(preview.sheet))


@dataclass(frozen=True)
class Stand:
    """What a terminal keeps, at a centre of the test's own."""

    centre: LocalCentre
    client: CentralClient
    books: SealBooks
    papers: IssuedPapers

    def issued(self, resident: DemoResident) -> PaperAnswer:
        token = SecretStr(self.centre.open_session(resident))
        request = PaperRequest(type=PaperType.RIGHTS_RECORD, years=(2026,))
        return self.client.issue_paper(token, request)


@pytest.fixture
def stand_at(tmp_path: Path) -> Iterator[Callable[[LocalCentre], Stand]]:
    """A terminal, whichever centre it is at: it keeps its vault."""
    path = tmp_path / "vault" / "vault.db"
    vault = VaultThread(lambda: OfflineCache.open(path, VaultKey.random()))
    clients = []

    def stand(centre: LocalCentre) -> Stand:
        client = CentralClient(centre.base_url, TERMINAL, KEY, centre.clock)
        clients.append(client)
        books = SealBooks(vault, centre.clock)
        return Stand(centre, client, books, IssuedPapers(books, client, centre.clock))

    yield stand
    for client in clients:
        client.close()
    vault.close()


StandAt = Callable[[LocalCentre], Stand]


def test_a_bureaus_new_key_is_fetched_when_its_first_seal_comes(
    stand_at: StandAt, open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    before = stand_at(open_centre(sealer=Sealer(issuer_keys())))
    before.books.renew_keys(before.client)
    stand = stand_at(open_centre(sealer=Sealer(issuer_keys())))
    answer = stand.issued(county["刘桂兰"])
    assert isinstance(stand.books.check(answer.seals[0].text).verdict, UnknownKey)
    assert not stand.papers.is_demo(answer)
    assert isinstance(stand.books.check(answer.seals[0].text).verdict, Valid)


class AnotherPapersSeal(Sealer):
    """Seals as if it were another paper."""

    def seal(self, **told: Any) -> str:
        return super().seal(**told | {"code": "2222-3333-4444-5555-6666"})


class AnotherContent(Sealer):
    """Seals another content than the paper's."""

    def seal(self, **told: Any) -> str:
        return super().seal(**told | {"content": told["content"].model_copy(update={"name": "刘桂芳"})})


class Expiring(Sealer):
    """Seals what has expired already."""

    def seal(self, **told: Any) -> str:
        return super().seal(**told | {"issued_at": NOW - timedelta(days=2), "expires": NOW})


class Unpublished(Sealer):
    """Seals with keys that it keeps to itself."""

    @property
    def public_keys(self) -> Sequence[SealKey]:
        return Sealer(issuer_keys()).public_keys


@pytest.mark.parametrize(
    ("lying", "why"),
    [
        (AnotherPapersSeal, "another paper's"),
        (AnotherContent, "another paper's"),
        (Expiring, "Expired"),
        (Unpublished, "UnknownKey"),
    ],
)
def test_a_seal_that_does_not_hold_is_not_printed(
    stand_at: StandAt, open_centre: Opened, county: dict[str, DemoResident], lying: type[Sealer], why: str
) -> None:
    stand = stand_at(open_centre(sealer=lying(issuer_keys())))
    with pytest.raises(CentreFaulty, match=why):
        stand.papers.is_demo(stand.issued(county["刘桂兰"]))


def test_a_void_paper_is_known_to_be_void_after_the_centre_has_gone(
    stand_at: StandAt, open_centre: Opened, county: dict[str, DemoResident]
) -> None:
    stand = stand_at(open_centre(sealer=Sealer(issuer_keys(demo=True))))
    answer = stand.issued(county["刘桂兰"])
    assert stand.papers.is_demo(answer)
    stand.books.renew_revocations(stand.client)
    checked = stand.books.check(answer.seals[0].text)
    assert checked.verdict == DemoKey(Valid(checked.verdict.otherwise.claims))  # type: ignore[union-attr]
    assert checked.revocations_known_to == NOW
    stand.centre.clock.advance(timedelta(minutes=10))
    stand.books.renew_revocations(stand.client)
    known_to = stand.books.check(answer.seals[0].text).revocations_known_to
    assert known_to == NOW + timedelta(minutes=10), "nothing is new, and that is news"
    stand.centre.clock.advance(timedelta(minutes=10))
    RevocationBooks(stand.centre.state.database, stand.centre.clock).revoke(answer.code)
    stand.books.renew_revocations(stand.client)
    verdict = stand.books.check(answer.seals[0].text).verdict
    assert isinstance(verdict, DemoKey)
    assert isinstance(verdict.otherwise, Revoked)


def test_the_agent_fetches_the_list_by_itself(office: BackOffice) -> None:
    with office.agent() as vault:
        books = SealBooks(vault, office.clock)
        sooner_or_later(lambda: books.revocations() is not None)
