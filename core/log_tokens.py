"""Whoever reads the log gets in nowhere: tokens of private links do not stand in it."""

import logging
import re

# Part of a path, as long as a token is (activity/tokens.py, activity/links.py).
_TOKEN = re.compile(r"(?<=/)[A-Za-z0-9_-]{32,}")


class HideTokens(logging.Filter):
    """Shortens what looks like a token in the path of a request to its first four signs, enough to find the
    lines of one link. What we log ourselves names none."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith("django."):
            return True
        said = record.getMessage()
        hidden = _TOKEN.sub(lambda found: f"{found[0][:4]}…", said)
        if hidden != said:
            record.msg, record.args = hidden, ()
        return True
