"""验真网页: what a phone shows that scanned the code on a paper (docs/facts/central-api.md §6)."""
