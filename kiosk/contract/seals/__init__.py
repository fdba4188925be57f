"""Seals on papers: what the centre signs and anyone checks without a network (docs/facts/seals.md)."""
