"""Fixtures that several areas share, how hypothesis tries, and what is begun first."""

import pytest
from hypothesis import HealthCheck, settings

# A machine that is busy is not a fault of what is tried.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

pytest_plugins = ["fixtures.centre", "fixtures.local_centre", "fixtures.gateway", "fixtures.pcsc"]

LONGEST = ("test_demo_journey.py", "test_every_page.py", "test_sale_kills.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: begun last, they would run on alone. xdist keeps the order of the files where
    told `--no-loadscope-reorder`."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))
