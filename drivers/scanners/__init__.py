"""Scanners of printed codes: a line of text for each code that is held before them."""
