"""What the answers of a survey say, honest at small numbers. Pure."""
