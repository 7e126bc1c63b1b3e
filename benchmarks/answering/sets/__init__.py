"""Set questions on made-up work plans: python -m benchmarks.answering.sets."""
