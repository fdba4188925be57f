"""Fixtures that several areas share."""

pytest_plugins = ["fixtures.centre", "fixtures.local_centre", "fixtures.gateway", "fixtures.pcsc"]
