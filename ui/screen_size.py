"""`python -m ui.screen_size`: the primary screen as JSON, in pixels and millimetres."""

from __future__ import annotations

import json

from PySide6.QtGui import QGuiApplication


def main() -> None:
    application = QGuiApplication(["screen-size"])
    screen = application.primaryScreen()
    size, physical = screen.size() * screen.devicePixelRatio(), screen.physicalSize()
    told = {
        "width_px": size.width(),
        "height_px": size.height(),
        "width_mm": physical.width(),
        "height_mm": physical.height(),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
