"""Frozen values and rules of social insurance: pure, no I/O, no clock of its own."""
