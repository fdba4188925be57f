"""Conditional requests (RFC 9110, 13.1.2)."""

from __future__ import annotations


def unchanged(if_none_match: str, etag: str) -> bool:
    """Whether the header, a list of tags compared weakly or `*`, names the current one."""
    tags = (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
    return any(tag in ("*", etag) for tag in tags)
