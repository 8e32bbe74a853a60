"""`./portal bench`: fill a database, measure pages beside a floor, and say what is over its limit."""
