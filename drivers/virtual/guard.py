"""A virtual device refuses to start on a provisioned terminal."""

from pathlib import Path

PROVISIONED = Path("/etc/bianmin/provisioned")
"""Exists on a terminal that serves residents; written when it is provisioned."""


class ProvisionedTerminal(RuntimeError):
    """A virtual device was asked to start where real ones serve."""

    def __init__(self, mark: Path) -> None:
        super().__init__(f"{mark} exists: this terminal is provisioned, a virtual device does not start here")
        self.mark = mark


def refuse_on_provisioned_terminal(mark: Path = PROVISIONED) -> None:
    """Raise `ProvisionedTerminal` where `mark` exists."""
    if mark.exists():
        raise ProvisionedTerminal(mark)
