"""The bare halves of the benchmarks that need Qt."""
