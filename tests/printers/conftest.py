from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from printing_bench import QUICK, FileJobLog, PrinterProcess

from drivers.printers.printer import Printer


@pytest.fixture
def log(tmp_path: Path) -> FileJobLog:
    return FileJobLog(tmp_path / "jobs")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., PrinterProcess]]:
    """Start virtual printers that end with the test."""
    started: list[PrinterProcess] = []

    def one(*options: str) -> PrinterProcess:
        started.append(PrinterProcess(tmp_path / f"papers-{len(started)}", *options))
        return started[-1]

    yield one
    for process in started:
        process.close()


@pytest.fixture
def virtual(start: Callable[..., PrinterProcess]) -> PrinterProcess:
    return start()


@pytest.fixture
def printer(virtual: PrinterProcess, log: FileJobLog) -> Iterator[Printer]:
    with Printer(virtual.address, log, limits=QUICK) as printer:
        yield printer
