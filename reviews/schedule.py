"""Which periods of a contract have to be reviewed, and when each review is due. Pure."""
