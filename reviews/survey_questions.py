"""What may be asked in a survey and which answers fit. Pure."""
