"""How well the right paragraph is found: sets in, recall, MRR and nDCG out."""
