"""What the benchmarks have in common: servers, the tools that load them, what is read from /proc, results."""
