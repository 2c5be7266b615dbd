"""Events in, a trace file out."""
