"""The vault's files: modes, keys, damage, schema."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vault_helpers import AMPLE, NOON, Start, draft, vault_key

from offline_cache.cache import OfflineCache
from offline_cache.entries import EntryDamaged
from offline_cache.errors import (
    UnsafeSqlite,
    VaultBusy,
    VaultClosed,
    VaultExposed,
    VaultFailed,
    VaultTooNew,
    VaultUnreadable,
)
from offline_cache.intents import MOST_DETAIL, Outcome
from offline_cache.schema import MIGRATIONS
from offline_cache.secret import KeyWiped, VaultKey
from offline_cache.snapshots import SealBroken
from offline_cache.sql import require_safe_sqlite
from offline_cache.vault import Transaction, Vault

PAGE = 4096
LONG = b"a payload " * 1200  # fills overflow pages
WORDS = "因" * MOST_DETAIL  # several of them do, too


def filled(path: Path, jobs: int = 40) -> None:
    with_jobs = OfflineCache.open(path, vault_key())
    for number in range(jobs):
        with_jobs.journal.begin(f"job {number}", "print", bytes(200), 1, NOON)
    with_jobs.snapshots.put([b"subject"], "page", NOON, NOON + timedelta(days=1), LONG)
    with_jobs.documents.keep("region", None, LONG, NOON)
    with_jobs.outbox.append(draft(1, LONG), NOON, AMPLE)
    with_jobs.intents.open("i-1", "card", b"bills", NOON)
    for outcome in (Outcome.UNKNOWN, Outcome.NOT_CHARGED, Outcome.CHARGED):
        with_jobs.intents.settle("i-1", outcome, WORDS, NOON)
    with_jobs.close()


def damaged_copy(sound: Path, directory: Path, place: int, bit: int) -> Path:
    """A copy of the vault `sound` with one bit flipped."""
    octets = bytearray(sound.read_bytes())
    octets[place % len(octets)] ^= 1 << bit
    path = directory / "private" / "vault.db"
    path.parent.mkdir(mode=0o700)
    path.write_bytes(octets)
    path.chmod(0o600)
    return path


def everything(cache: OfflineCache) -> list[object]:
    """What the vault answers to each kind of question; None where it says that it cannot be read."""

    def answer(question: Callable[[], object]) -> object:
        try:
            return question()
        except (VaultUnreadable, SealBroken, EntryDamaged):
            return None

    return [
        answer(lambda: cache.journal.recent(100)),
        answer(lambda: cache.snapshots.get([b"subject"], "page", NOON)),
        answer(lambda: cache.documents.last("region")),
        answer(lambda: cache.outbox.find("key 1")),
        answer(lambda: cache.intents.get("i-1")),
    ]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "private" / "vault.db"
    filled(path)
    return path


def test_files_are_0600_in_a_directory_of_0700(cache: OfflineCache, vault_path: Path) -> None:
    cache.documents.keep("region", None, b"x", NOON)
    modes = {file.name: file.stat().st_mode & 0o7777 for file in vault_path.parent.iterdir()}
    assert modes == dict.fromkeys(["vault.db", "vault.db-wal", "vault.db-shm", "vault.db.opening"], 0o600)
    assert vault_path.parent.stat().st_mode & 0o7777 == 0o700


def test_the_connection_is_durable_and_strict(cache: OfflineCache) -> None:
    found = {
        name: cache.vault.rows(f"PRAGMA {name}")[0][0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "cipher_memory_security", "busy_timeout")
    }
    full = 2
    assert found == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "cipher_memory_security": "1",
        "busy_timeout": 5000,
    }


@pytest.mark.parametrize("which", ["vault.db", "."])
def test_a_vault_that_others_may_enter_is_refused_with_the_remedy(vault_path: Path, which: str) -> None:
    filled(vault_path)
    exposed = vault_path.parent / which
    exposed.chmod(exposed.stat().st_mode | 0o050)
    with pytest.raises(VaultExposed, match=r"chmod [67]00"):
        Vault.open(vault_path, vault_key())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_vault_of_another_user_is_refused(vault_path: Path) -> None:
    filled(vault_path)
    os.chown(vault_path, 65534, 65534)
    with pytest.raises(VaultExposed, match="run it as the owner"):
        Vault.open(vault_path, vault_key())


def test_nothing_that_was_written_can_be_read_in_the_files(cache: OfflineCache, vault_path: Path) -> None:
    cache.journal.begin("job-of-the-secret", "print", b"hash", 1, NOON)
    cache.snapshots.put([b"subject"], "page", NOON, NOON + timedelta(days=1), b"a telling payload")
    cache.documents.keep("region-of-secrets", '"etag"', b"another payload", NOON)
    cache.close()
    octets = vault_path.read_bytes()
    for secret in (b"job-of", b"region", b"payload", b"subject", b"SQLite", b"CREATE"):
        assert secret not in octets


def test_a_wrong_key_is_unreadable_with_path_and_remedy(
    vault_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    filled(vault_path)
    with pytest.raises(VaultUnreadable, match="another key, or is damaged") as raised:
        Vault.open(vault_path, VaultKey.random())
    assert str(vault_path) in str(raised.value)
    assert raised.value.path == vault_path
    assert capfd.readouterr().err == ""


def test_a_file_copied_away_opens_with_nothing(vault_path: Path) -> None:
    filled(vault_path)
    copied = sqlite3.connect(vault_path)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        copied.execute("SELECT * FROM sqlite_master")
    copied.close()


def test_a_plain_sqlite_file_is_unreadable(vault_path: Path) -> None:
    vault_path.parent.mkdir(mode=0o700)
    plain = sqlite3.connect(vault_path)
    plain.execute("CREATE TABLE t (a)")
    plain.close()
    vault_path.chmod(0o600)
    with pytest.raises(VaultUnreadable):
        Vault.open(vault_path, vault_key())


@settings(deadline=None, max_examples=60)
@given(place=st.integers(0, 2**20), bit=st.integers(0, 7))
def test_any_flipped_bit_is_found_and_reported(
    sound: Path, tmp_path_factory: pytest.TempPathFactory, place: int, bit: int
) -> None:
    path = damaged_copy(sound, tmp_path_factory.mktemp("flipped"), place, bit)
    try:
        damaged = OfflineCache.open(path, vault_key())
    except VaultUnreadable:
        return
    with damaged.vault:
        assert damaged.vault.damage()


def test_whichever_page_is_damaged_no_read_gives_anything_but_the_truth(sound: Path, tmp_path: Path) -> None:
    whole = OfflineCache.open(sound, vault_key())
    truth = everything(whole)
    whole.close()
    assert None not in truth
    refused = set()
    for page in range(1, sound.stat().st_size // PAGE):
        directory = tmp_path / str(page)
        directory.mkdir()
        path = damaged_copy(sound, directory, page * PAGE + 1000, 0)
        try:
            damaged = OfflineCache.open(path, vault_key())
        except VaultUnreadable:  # a page of the schema
            continue
        found = everything(damaged)
        damaged.close()
        assert all(part is None or part == true for part, true in zip(found, truth, strict=True))
        refused |= {number for number, part in enumerate(found) if part is None}
    assert refused == {0, 1, 2, 3, 4}, "each kind of answer lay on some damaged page"


def test_a_sound_vault_has_no_damage(cache: OfflineCache) -> None:
    cache.documents.keep("region", None, bytes(50_000), NOON)
    assert cache.vault.damage() == ()


def test_an_emptied_file_is_damage_and_no_new_vault(vault_path: Path) -> None:
    filled(vault_path)
    os.truncate(vault_path, 0)
    with pytest.raises(VaultUnreadable, match="empty"):
        Vault.open(vault_path, vault_key())


def test_a_wal_without_its_file_is_no_new_vault(vault_path: Path) -> None:
    filled(vault_path)
    vault_path.rename(vault_path.with_name("vault.db-wal"))
    with pytest.raises(VaultUnreadable, match="-wal is there"):
        Vault.open(vault_path, vault_key())


def test_what_a_broken_off_creation_left_is_no_hindrance(vault_path: Path) -> None:
    vault_path.parent.mkdir(mode=0o700)
    for suffix in ("", "-journal", "-wal", "-shm"):
        vault_path.with_name("vault.db.new" + suffix).write_bytes(b"half")
    OfflineCache.open(vault_path, vault_key()).close()
    assert {file.name for file in vault_path.parent.iterdir()} == {"vault.db", "vault.db.opening"}


def test_a_directory_that_cannot_be_made_is_a_failed_vault(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(VaultFailed, match="file"):
        Vault.open(tmp_path / "file" / "vault.db", vault_key())


def test_a_newer_schema_is_refused(vault_path: Path) -> None:
    newer = [*MIGRATIONS, ["CREATE TABLE later (a)"]]
    Vault.open(vault_path, vault_key(), migrations=newer).close()
    with pytest.raises(VaultTooNew) as raised:
        Vault.open(vault_path, vault_key())
    assert (raised.value.found, raised.value.known) == (len(MIGRATIONS) + 1, len(MIGRATIONS))


def test_a_vault_migrated_by_another_program_takes_no_write_from_this_one(cache: OfflineCache) -> None:
    newer = [*MIGRATIONS, ["CREATE TABLE later (a)"]]
    Vault.open(cache.vault.path, vault_key(), migrations=newer).close()
    with pytest.raises(VaultTooNew):
        cache.documents.keep("region", None, b"x", NOON)
    assert cache.documents.last("region") is None


def test_a_migration_keeps_what_is_there_and_fails_whole(cache: OfflineCache) -> None:
    cache.documents.keep("region", None, b"x", NOON)
    broken = [*MIGRATIONS, ["CREATE TABLE later (a)", "CREATE TABLE later (b)"]]
    with pytest.raises(Exception, match="already exists"):
        Vault.open(cache.vault.path, vault_key(), migrations=broken)
    assert cache.vault.rows("PRAGMA user_version") == [(len(MIGRATIONS),)]
    assert cache.vault.rows("SELECT name FROM sqlite_master WHERE name = 'later'") == []
    mended = [*MIGRATIONS, ["CREATE TABLE later (a)"]]
    with Vault.open(cache.vault.path, vault_key(), migrations=mended) as migrated:
        assert migrated.rows("SELECT payload FROM kept_document") == [(b"x",)]


def test_a_write_that_raises_leaves_nothing(cache: OfflineCache) -> None:
    statement = "INSERT INTO kept_document VALUES ('a', NULL, x'00', x'00', 0)"
    ended: list[Transaction] = []

    def broken_off() -> None:
        with cache.vault.write() as transaction:
            ended.append(transaction)
            transaction.change(statement)
            raise KeyError

    with pytest.raises(KeyError):
        broken_off()
    assert cache.documents.last("a") is None
    with pytest.raises(RuntimeError, match="ended"):
        ended[0].change(statement)


def test_a_writer_that_waits_too_long_is_told_so(vault_path: Path, start: Start) -> None:
    holder = start("hold-write", vault_path)
    assert holder.stdout is not None
    assert [holder.stdout.readline() for _ in range(2)] == ["open\n", "holding\n"]
    with Vault.open(vault_path, vault_key(), busy_limit=0.05) as vault:
        with pytest.raises(VaultBusy, match="nothing was written"), vault.write():
            pass
        assert vault.rows("SELECT count(*) FROM device_job") == [(0,)]
        holder.communicate("go\n", timeout=20)
        with vault.write():
            pass


def test_a_closed_vault_says_so(vault_path: Path) -> None:
    vault = Vault.open(vault_path, vault_key())
    vault.close()
    vault.close()
    with pytest.raises(VaultClosed):
        vault.rows("SELECT 1")


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2)])
def test_a_sqlite_that_corrupts_is_refused(version: tuple[int, ...]) -> None:
    with pytest.raises(UnsafeSqlite, match=r"from 3\.51\.3"):
        require_safe_sqlite(version)


def test_the_key_is_zeroed_once_the_vault_is_open_and_when_it_does_not_open(vault_path: Path) -> None:
    filled(vault_path)
    right, wrong = bytearray.fromhex("5c" * 32), bytearray(b"wrong key" + bytes(23))
    OfflineCache.open(vault_path, VaultKey(right)).close()
    with pytest.raises(VaultUnreadable):
        OfflineCache.open(vault_path, VaultKey(wrong))
    assert right == wrong == bytes(32)


def test_a_wiped_key_opens_nothing(vault_path: Path) -> None:
    key = vault_key()
    key.wipe()
    with pytest.raises(KeyWiped):
        OfflineCache.open(vault_path, key)
    with pytest.raises(KeyWiped):
        Vault.open(vault_path, key)


def test_a_key_shows_itself_nowhere() -> None:
    key = vault_key()
    assert "5c" not in repr(key)
    with pytest.raises(TypeError):
        key.__reduce__()
    with pytest.raises(ValueError, match="32 octets"):
        VaultKey(bytearray(31))
    assert len({bytes(VaultKey.random().octets) for _ in range(20)}) == 20
    assert key.subkey("a") != key.subkey("b")
