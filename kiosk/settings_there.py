"""The terminal's settings for a command of `kioskctl` that can do without them."""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk.not_done import NotDone
from kiosk.settings import DEFAULT_FILE, Settings, SettingsError, load_settings


def settings_there(config: Path | None, without: str) -> Settings | None:
    """Those of `config`, else of the usual file if it is there.

    Raises `NotDone` for settings that are named and not there. Any other trouble with them is told, with what
    is done `without` them: it may be why the technician looks.
    """
    file = config or DEFAULT_FILE
    try:
        if file.exists():
            return load_settings(file)
    except (OSError, SettingsError) as error:
        print(f"kioskctl: {error}; {without}", file=sys.stderr)
        return None
    if config is not None:
        raise NotDone(f"{config}: no such file")
    return None
