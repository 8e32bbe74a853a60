"""Which standing a review suggests, and the watermelon alarm. Pure."""
