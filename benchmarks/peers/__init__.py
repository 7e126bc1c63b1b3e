"""The engine beside other search tools: the same passages, questions and vectors."""
