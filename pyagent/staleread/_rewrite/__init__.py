"""Source text to instrumented code. Knows nothing of a running recording."""
