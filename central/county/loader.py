"""Fills an empty database with the demo county."""

from __future__ import annotations

from central.county.people import everybody
from central.store import people
from central.store.database import Database


def fill_if_empty(database: Database) -> bool:
    """Records everybody in one transaction; False, and nothing done, where people are recorded already."""
    files = tuple(resident.file for resident in everybody())
    with database.writing() as connection:
        if not people.nobody_is_recorded(connection):
            return False
        people.file_all(connection, files)
    return True
