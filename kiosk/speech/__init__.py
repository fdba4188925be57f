"""What is said of a page, and how a voice has to be told it; who speaks is `drivers.voices`."""
