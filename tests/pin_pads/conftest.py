from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fixtures.pin_pad import PinPadProcess
from pad_bench import pin_pad_at

from drivers.pin_pads.pin_pad import PinPad


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., PinPadProcess]]:
    """Start virtual pin pads that end with the test."""
    started: list[PinPadProcess] = []

    def one(*options: str) -> PinPadProcess:
        started.append(PinPadProcess(tmp_path / f"ledger-{len(started)}.jsonl", *options))
        return started[-1]

    yield one
    for process in started:
        process.close()


@pytest.fixture
def virtual(start: Callable[..., PinPadProcess]) -> PinPadProcess:
    return start()


@pytest.fixture
def pad(virtual: PinPadProcess) -> Iterator[PinPad]:
    with pin_pad_at(virtual.address) as pad:
        yield pad
