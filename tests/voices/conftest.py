from collections.abc import Iterator

import pytest
from voice_bench import SoundBoxProcess


@pytest.fixture(scope="session")
def real_time_box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundBoxProcess]:
    directory = tmp_path_factory.mktemp("box")
    process = SoundBoxProcess(directory / "said.jsonl", "--keep", str(directory / "sounds"))
    yield process
    process.close()


@pytest.fixture(scope="session")
def quick_box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundBoxProcess]:
    directory = tmp_path_factory.mktemp("quick-box")
    process = SoundBoxProcess(directory / "said.jsonl", "--pace", "0", "--keep", str(directory / "sounds"))
    yield process
    process.close()


@pytest.fixture
def box(real_time_box: SoundBoxProcess) -> SoundBoxProcess:
    """In real time: what is longer than a test goes on until something ends it."""
    return real_time_box.fresh()


@pytest.fixture
def quick(quick_box: SoundBoxProcess) -> SoundBoxProcess:
    """Every sound is over at once."""
    return quick_box.fresh()
