"""Four ways to say what the criteria weigh, each turned into percent. Pure; the numbers come from evaluations.engine."""
