"""Virtual devices: products for the demo, the tests and a technician's training."""
