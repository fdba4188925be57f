"""示例县: a made-up county with the region code 800100, which nobody has, and its people."""
