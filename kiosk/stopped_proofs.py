"""After a genuine card has refused the terminal's proof, no card's key is risked before somebody has looked.

Each resident has a front of his own, so the word is kept in the run directory: it ends with the next start of
the machine, or when a technician deletes the file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from drivers.cards.authentication import (
    AuthenticatorUnavailable,
    GuardedAuthenticator,
    load_authenticator,
)

FILE_NAME: Final = "card-proofs-stopped"


def authenticator_of(
    name: str, run_dir: Path, tell: Callable[[str], None] | None = None
) -> GuardedAuthenticator:
    """The plug-in of this name, unless proofs are stopped; one that stops is kept, and told.

    Raises `AuthenticatorUnavailable`.
    """
    stops = StoppedProofs(run_dir)
    stops.check()

    def stopped(reason: str) -> None:
        stops.keep(reason)
        if tell is not None:
            tell(reason)

    return load_authenticator(name, on_stop=stopped)


class StoppedProofs:
    """Whether the terminal has stopped to prove itself to cards."""

    def __init__(self, run_dir: Path) -> None:
        self._file = run_dir / FILE_NAME

    def check(self) -> None:
        """Raises `AuthenticatorUnavailable` with what was kept, and what to do."""
        try:
            reason = self._file.read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            return
        except OSError as error:
            reason = f"{error.strerror}"
        raise AuthenticatorUnavailable(f"{reason}; mend the PSAM's or HSM's keys, then delete {self._file}")

    def keep(self, reason: str) -> None:
        """From now on `check` raises."""
        try:
            self._file.write_text(f"{reason}\n", encoding="utf-8")
        except OSError as error:
            # This front proves nothing any more all the same.
            structlog.get_logger().error("not kept that proofs are stopped", why=str(error))
