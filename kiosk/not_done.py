"""What a command of `kioskctl` says when it could not do what was asked."""

from __future__ import annotations


class NotDone(Exception):
    """The message says why, and what to do."""
