"""How hard the property tests try."""

from hypothesis import settings

# No deadline: on a busy machine a slow example is no fault of the engine.
patient = settings(deadline=None, max_examples=60)
