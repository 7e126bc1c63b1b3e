"""Training, measuring and exporting the extractive reader (needs torch; see README.md)."""
