"""The bench 演示台: the demo's second window, where a visitor's hands are. A process of its own."""
