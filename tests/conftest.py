"""Fixtures that several areas share, and how hypothesis tries."""

from hypothesis import settings

# A machine that is busy is not a fault of what is tried.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

pytest_plugins = ["fixtures.centre", "fixtures.local_centre", "fixtures.gateway", "fixtures.pcsc"]
