"""One tool a module; each runs in an environment of its own and imports nothing of the engine."""
