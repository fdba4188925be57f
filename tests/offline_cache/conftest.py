"""A vault of one test, and programs over it that run in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from vault_helpers import KEY_HEX, Start, vault_key

import offline_cache.cache
from offline_cache.cache import OfflineCache

ROOM = Path(__file__).parent


@pytest.fixture
def vault_path(tmp_path: Path) -> Path:
    return tmp_path / "private" / "vault.db"


@pytest.fixture
def cache(vault_path: Path) -> Iterator[OfflineCache]:
    opened = OfflineCache.open(vault_path, vault_key())
    yield opened
    opened.close()


@pytest.fixture
def start() -> Iterator[Start]:
    """Start `vault_child.py` with arguments, behind an optional `wrapper`; none outlives the test."""
    children: list[subprocess.Popen[str]] = []

    def run(*arguments: object, wrapper: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        assert offline_cache.cache.__file__ is not None
        root = str(Path(offline_cache.cache.__file__).parents[1])
        child = subprocess.Popen(
            [*wrapper, sys.executable, str(ROOM / "vault_child.py"), KEY_HEX, *map(str, arguments)],
            env=os.environ | {"PYTHONPATH": root, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        children.append(child)
        return child

    yield run
    for child in children:
        child.kill()
        child.communicate(timeout=20)
