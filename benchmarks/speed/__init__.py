"""How the engine's cost grows with the corpus; `docs/scaling.md` shows what they printed."""
