"""What the tests of the cards share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures.pcsc import Watch
from fixtures.proofs import Tally
from id_bench import id_loop

from drivers.cards.id_reader import IdReaderLoop
from drivers.cards.reader_events import ReaderAppeared
from drivers.virtual.sam_v_pty import VirtualIdModule


@pytest.fixture(scope="session")
def card_tally() -> Iterator[Tally]:
    """What all proofs of the cards tried, in one file; written down where any of them ran."""
    one = Tally()
    yield one
    one.write("cards")


@pytest.fixture
def virtual(tmp_path: Path) -> Iterator[VirtualIdModule]:
    """An ID card's module on a pseudo terminal, with nothing on it."""
    with VirtualIdModule(tmp_path / "id-module") as module:
        yield module


@pytest.fixture
def loop(virtual: VirtualIdModule, watch: Watch) -> Iterator[IdReaderLoop]:
    """A running loop on it that tells its events to `watch`."""
    running = id_loop(virtual.link, watch)
    running.start()
    watch.wait_for(ReaderAppeared)
    yield running
    running.stop()
