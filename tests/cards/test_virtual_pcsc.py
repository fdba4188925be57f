"""The virtual slot, and the private PC/SC service: apart from the machine's own, gone with its parent."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fixtures.pcsc import SOON, wait_until

from drivers.cards.pcsc import look_at_readers
from drivers.virtual import pcsc_service
from drivers.virtual.card_file import load_card
from drivers.virtual.cards import VirtualCard
from drivers.virtual.guard import ProvisionedTerminal
from drivers.virtual.pcsc_service import PcscServiceError, PrivatePcscd
from drivers.virtual.slot import SlotState, VirtualSlot

ROOT = Path(__file__).parents[2]
CARD = Path(__file__).parent / "data" / "second_generation.toml"
NOBODY = 65534

STARTS_AND_TELLS = """
import os, sys
from drivers.virtual.pcsc_service import PrivatePcscd
if user := int(sys.argv[1]):
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
service = PrivatePcscd()
service.start()
print(service.socket_path, flush=True)
sys.stdin.read()
service.close()
"""


@pytest.fixture
def card() -> VirtualCard:
    return load_card(CARD)


@contextmanager
def _parent_of_a_service(user: int = 0) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_AND_TELLS, str(user)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        path = Path(parent.stdout.readline().strip())
        try:
            yield parent, path
        finally:
            # Ends it if the test has not; what a killed one leaves behind is taken away here.
            parent.stdin.close()
            parent.wait(SOON)
            shutil.rmtree(path.parents[2], ignore_errors=True)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def test_the_service_dies_with_a_parent_that_is_killed() -> None:
    with _parent_of_a_service() as (parent, path):
        assert _answers(path)
        parent.kill()
        wait_until(lambda: not _answers(path))


def test_the_service_leaves_nothing_behind_when_it_is_closed() -> None:
    with _parent_of_a_service() as (parent, path):
        assert parent.stdin is not None
        parent.stdin.close()
        assert parent.wait(SOON) == 0
        assert not path.parents[2].exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="this test is the ordinary user already")
def test_an_ordinary_user_can_have_a_service() -> None:
    with _parent_of_a_service(NOBODY) as (parent, path):
        assert _answers(path)
        assert Path(f"/proc/{parent.pid}").stat().st_uid == NOBODY
        assert path.stat().st_uid == NOBODY


def test_two_services_live_side_by_side(pcscd: PrivatePcscd) -> None:
    with PrivatePcscd(readers=2) as other:
        assert _answers(other.socket_path)
        assert _answers(pcscd.socket_path)
        assert len(other.ports) == 4
        assert not set(other.ports) & set(pcscd.ports)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pcsc_service, "_DRIVERS", tmp_path)
    with pytest.raises(PcscServiceError, match="apt install vsmartcard-vpcd"):
        PrivatePcscd()


def test_without_namespaces_and_with_another_daemon_the_error_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pcscd: PrivatePcscd
) -> None:
    unshare = tmp_path / "unshare"
    unshare.write_text("#!/bin/sh\necho unshare: not permitted >&2\nexit 1\n", "ascii")
    unshare.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(pcsc_service, "_PUBLIC_SOCKET", pcscd.socket_path)
    with pytest.raises(PcscServiceError, match=r"namespace.*unshare: not permitted.*user namespaces"):
        PrivatePcscd()


def test_a_daemon_that_does_not_start_is_an_error_with_its_words(tmp_path: Path) -> None:
    daemon = tmp_path / "pcscd"
    daemon.write_text("#!/bin/sh\necho out of order\nexit 1\n", "ascii")
    daemon.chmod(0o755)
    service = PrivatePcscd()
    service._pcscd = str(daemon)
    with pytest.raises(PcscServiceError, match="out of order"), service:
        pass


def test_virtual_devices_refuse_a_provisioned_terminal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mark = tmp_path / "provisioned"
    mark.touch()
    monkeypatch.setattr("drivers.virtual.guard.refuse_on_provisioned_terminal.__defaults__", (mark,))
    with pytest.raises(ProvisionedTerminal):
        PrivatePcscd()
    with pytest.raises(ProvisionedTerminal):
        VirtualSlot(1)


def test_a_slot_waits_for_the_service_and_finds_it_again(
    restarted_pcscd: PrivatePcscd, slot: VirtualSlot, card: VirtualCard
) -> None:
    assert slot.wait_for(SlotState.EMPTY, 0)
    restarted_pcscd.kill()
    slot.insert(card)
    assert slot.wait_for(SlotState.WAITING, 0)
    restarted_pcscd.start()
    assert slot.wait_for(SlotState.CONNECTED, SOON)
    wait_until(lambda: look_at_readers()[0].holds_card)
    slot.remove()
    assert slot.wait_for(SlotState.EMPTY, 0)


def test_a_closed_slot_leaves_no_thread(card: VirtualCard) -> None:
    slot = VirtualSlot(1)
    slot.insert(card)
    slot.close()
    assert not any(thread.name == "virtual-slot 1" for thread in threading.enumerate())
