"""The counter services, one file each."""
