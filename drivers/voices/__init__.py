"""The voice: pages said aloud, private things in headphones only."""
