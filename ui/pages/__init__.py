"""One widget per kind of step, and the blocks of content they are made of."""
