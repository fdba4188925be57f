"""The hash chain: whatever is changed, removed, added or moved in the outbox's rows is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from vault_helpers import AMPLE, NOON, draft, vault_key

from offline_cache.cache import OfflineCache
from offline_cache.chain import MOST_FINDINGS, ChainReport, Fault, Finding
from offline_cache.entries import Applied, EntryDamaged, Lease, Rejected, Reversed
from offline_cache.entry_rows import SELECTION, StoredEntry, insert, leased, stored
from offline_cache.vault import Transaction

COUNT = 7
HEAD_COLUMNS = ("only", "number", "link")


class Undo(Exception):
    """Ends a transaction that is not to be kept."""


@contextmanager
def changing(cache: OfflineCache) -> Iterator[Transaction]:
    """Changes that are undone at the end, as somebody makes them whom no constraint stops."""
    cache.vault.rows("PRAGMA ignore_check_constraints = ON")
    try:
        with cache.vault.write() as transaction:
            yield transaction
            raise Undo
    except Undo:
        pass  # that is how it ends
    assert cache.outbox.verify().whole


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfflineCache]:
    """Entries 1 shrunk, 2 applied, 3 rejected, 4 acknowledged, 5 reversed, 6 leased, 7 pending."""
    cache = OfflineCache.open(tmp_path_factory.mktemp("chain") / "private" / "vault.db", vault_key())
    for number in range(1, COUNT + 1):
        written = draft(number, b"payload %d " % number * number * 60)
        cache.outbox.append(
            replace(
                written, key=f"{number}" * 8, about=f"i-{number}"
            ),  # keys that one bit does not make equal
            NOON + timedelta(minutes=number),
            AMPLE,
            lease=Lease.begin("front", NOON, 60) if number == 6 else None,
        )
    cache.outbox.finish(1, Applied("C-1", b"answer 1", NOON))
    cache.outbox.shrink(NOON + timedelta(seconds=1))
    cache.outbox.finish(2, Applied("C-2", b"answer 2", NOON))
    for number in (3, 4):
        cache.outbox.finish(number, Rejected("no such bill", NOON))
    cache.outbox.acknowledge(4, "clerk 7", NOON)
    cache.outbox.finish(5, Reversed("undone", NOON))
    yield cache
    cache.close()


def columns(chain: OfflineCache, table: str) -> list[tuple[str, str]]:
    return [(name, kind) for _, name, kind, *_ in chain.vault.rows(f"PRAGMA table_info({table})")]


def row_of(chain: OfflineCache, number: int) -> StoredEntry:
    [row] = chain.vault.rows(f"SELECT {SELECTION} FROM outbox_entry WHERE number = ?", (number,))  # noqa: S608
    return stored(row)


def flipped(value: int | bytes, bit: int) -> int | bytes:
    """`value` with one bit flipped; a whole number has 64, as SQLite keeps it."""
    if isinstance(value, int):
        octets = bytearray(value.to_bytes(8, "big", signed=True))
        octets[bit // 8 % 8] ^= 1 << bit % 8
        return int.from_bytes(octets, "big", signed=True)
    octets = bytearray(value)
    octets[bit // 8 % len(octets)] ^= 1 << bit % 8
    return bytes(octets)


def test_a_whole_chain_is_reported_with_its_end(chain: OfflineCache) -> None:
    assert chain.outbox.verify() == ChainReport(COUNT, chain.outbox.get(COUNT).link, ())


def test_an_empty_chain_is_whole(cache: OfflineCache) -> None:
    assert cache.outbox.verify() == ChainReport(0, bytes(32), ())


def test_a_link_is_what_the_documentation_says(chain: OfflineCache) -> None:
    def told(tag: bytes, octets: bytes) -> bytes:
        return tag + len(octets).to_bytes(8, "big") + octets

    entry, before = chain.outbox.get(5), chain.outbox.get(4)
    assert entry.payload is not None
    microseconds = 1_795_176_000_000_000 + 5 * 60_000_000
    assert (
        entry.link
        == sha256(
            told(b"b", b"outbox link 1")
            + told(b"b", before.link)
            + told(b"i", b"5")
            + told(b"b", b"T-1")
            + told(b"b", b"55555555")
            + told(b"b", b"sale")
            + told(b"i", b"40000")
            + told(b"b", b"i-5")
            + told(b"b", sha256(entry.payload).digest())
            + told(b"i", b"%d" % microseconds)
        ).digest()
    )


@settings(deadline=None, max_examples=400)
@given(data=st.data(), number=st.integers(1, COUNT), bit=st.integers(0, 2**13))
def test_any_flipped_bit_of_any_column_is_found(
    chain: OfflineCache, data: st.DataObject, number: int, bit: int
) -> None:
    name, kind = data.draw(st.sampled_from(columns(chain, "outbox_entry")))
    [(value,)] = chain.vault.rows(
        f"SELECT {f'CAST({name} AS BLOB)' if kind == 'TEXT' else name} FROM outbox_entry WHERE number = ?",  # noqa: S608
        (number,),
    )
    assume(value is not None)
    with changing(chain) as transaction:
        changed = flipped(value, bit)
        assume(name != "number" or not 1 <= int(changed) <= COUNT)
        transaction.change(
            f"UPDATE outbox_entry SET {name} = CAST(? AS {kind}) WHERE number = ?",  # noqa: S608
            (changed, number),
        )
        findings = chain.outbox.verify().findings
        assert any(finding.first <= number <= finding.last for finding in findings), f"{value!r}: {changed!r}"
        firsts = {finding.first for finding in findings}
        if name == "number":  # a row beyond the others leaves another gap, from the last of them to it
            assert firsts <= {number, changed, COUNT + 1}
        else:
            assert firsts <= {number, number + 1}, "what follows a changed link, and no other"
            with pytest.raises(EntryDamaged):
                chain.outbox.get(number)


@pytest.mark.parametrize("name", HEAD_COLUMNS)
@pytest.mark.parametrize("bit", range(0, 256, 5))
def test_any_flipped_bit_of_the_head_is_found(chain: OfflineCache, name: str, bit: int) -> None:
    [(value,)] = chain.vault.rows(f"SELECT {name} FROM outbox_head")  # noqa: S608
    with changing(chain) as transaction:
        transaction.change(f"UPDATE outbox_head SET {name} = ?", (flipped(value, bit),))  # noqa: S608
        [finding] = chain.outbox.verify().findings
        assert finding.fault in {Fault.END, Fault.MISSING}


@pytest.mark.parametrize("first", range(1, COUNT + 1))
@pytest.mark.parametrize("last", range(1, COUNT + 1))
def test_removed_rows_are_missing(chain: OfflineCache, first: int, last: int) -> None:
    with changing(chain) as transaction:
        removed = transaction.change("DELETE FROM outbox_entry WHERE number BETWEEN ? AND ?", (first, last))
        missing = (Finding(Fault.MISSING, first, last),) if first <= last else ()
        assert chain.outbox.verify().findings == missing
        assert removed == max(0, last - first + 1)


def test_an_emptied_table_without_its_head_is_found(chain: OfflineCache) -> None:
    with changing(chain) as transaction:
        transaction.change("DELETE FROM outbox_entry")
        assert chain.outbox.verify().findings == (Finding(Fault.MISSING, 1, COUNT),)
        transaction.change("DELETE FROM outbox_head")
        assert chain.outbox.verify().findings == (Finding(Fault.END, 0, 0),)


@settings(deadline=None, max_examples=100)
@given(source=st.integers(1, COUNT), place=st.one_of(st.just(0), st.integers(COUNT + 1, 2**63 - 1)))
def test_an_inserted_row_is_found_even_with_a_seal_and_a_link_of_its_own(
    chain: OfflineCache, source: int, place: int
) -> None:
    row = row_of(chain, source)
    [(end,)] = chain.vault.rows("SELECT link FROM outbox_head")
    forged = replace(row, number=place, key=b"forged")
    forged = leased(replace(forged, link=forged.link_after(end)), None)
    with changing(chain) as transaction:
        insert(transaction, forged)
        faults = {finding.fault for finding in chain.outbox.verify().findings}
        assert faults & {Fault.MISSING, Fault.END, Fault.LINK}
        if place == COUNT + 1:
            assert faults == {Fault.END}


@settings(deadline=None, max_examples=100)
@given(order=st.permutations(range(1, COUNT + 1)))
def test_reordered_rows_are_found(chain: OfflineCache, order: list[int]) -> None:
    assume(order != sorted(order))
    with changing(chain) as transaction:
        transaction.change("UPDATE outbox_entry SET number = number + 100")
        for place, number in enumerate(order, start=1):
            transaction.change("UPDATE outbox_entry SET number = ? WHERE number = ?", (place, number + 100))
        found = {(finding.fault, finding.first) for finding in chain.outbox.verify().findings}
        moved = {place for place, number in enumerate(order, start=1) if place != number}
        assert found >= {(fault, place) for place in moved for fault in (Fault.LINK, Fault.SEAL)}


@pytest.mark.parametrize("number", range(1, COUNT + 1))
def test_a_row_rewritten_with_a_right_link_and_seal_is_found_by_what_follows(
    chain: OfflineCache, number: int
) -> None:
    row = row_of(chain, number)
    links = [bytes(32), *(chain.outbox.get(each).link for each in range(1, COUNT + 1))]
    forged = replace(row, amount=1)
    forged = leased(replace(forged, link=forged.link_after(links[number - 1])), None)
    with changing(chain) as transaction:
        transaction.change("DELETE FROM outbox_entry WHERE number = ?", (number,))
        insert(transaction, forged)
        [finding] = chain.outbox.verify().findings
        assert finding == (
            Finding(Fault.END, COUNT, COUNT)
            if number == COUNT
            else Finding(Fault.LINK, number + 1, number + 1)
        )


def test_a_chain_of_several_pages_is_walked_to_its_end(cache: OfflineCache) -> None:
    for number in range(1, 402):
        cache.outbox.append(draft(number), NOON, AMPLE)
        if number in {199, 200, 201, 400, 401}:
            assert cache.outbox.verify() == ChainReport(number, cache.outbox.get(number).link, ())
    with cache.vault.write() as transaction:
        transaction.change("UPDATE outbox_entry SET amount = 1 WHERE number = 401")
    assert {finding.first for finding in cache.outbox.verify().findings} == {401}
    with cache.vault.write() as transaction:
        transaction.change("UPDATE outbox_entry SET amount = 1")
    assert len(cache.outbox.verify().findings) == MOST_FINDINGS
