"""Every page of every service, found by walking: real services, records, vault and centre; cards and outcomes
of every kind. A service that is in the menu is walked by being there.

    python -m demo.walk --out walk-out/pages.json
"""

from demo.walk.pages import Walked
from demo.walk.walking import Tour, tour, walk

__all__ = ["Tour", "Walked", "tour", "walk"]
