"""Devices: cards, printers, and virtual ones. Knows nothing of the kiosk."""
