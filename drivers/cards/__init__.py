"""Smart cards over PC/SC: the APDU seam, the reader loop, and what cards say."""
