"""How firm a ranking is and what would change it. Pure; the numbers come from evaluations.engine."""
