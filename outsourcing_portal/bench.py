"""`./portal bench`: `manage.py bench` on a PostgreSQL of its own, unless DATABASE_URL names another."""

import contextlib
import os
import signal
import sys

from django.core.management import execute_from_command_line

from outsourcing_portal import services
from outsourcing_portal.processes import temporary_folder


def main(arguments: list[str]) -> int:
    """Measure (0), or say on stderr what is missing (1). Leaves no server and no folder."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # tidy up, as after Ctrl-C
    with contextlib.ExitStack() as held:
        var = held.enter_context(temporary_folder("portal-bench-"))
        (var / "static").mkdir()  # as after ./portal up: WhiteNoise warns without it
        os.environ["PORTAL_VAR"] = str(var)
        os.environ.pop("DEBUG", None)
        try:
            if not os.environ.get("DATABASE_URL") and not os.environ.get("DATABASE_URL_FILE"):
                os.environ["DATABASE_URL"] = held.enter_context(services.postgres())
        except services.ServiceError as error:
            sys.stderr.write(f"portal: {error}\n")
            return 1
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "outsourcing_portal.settings")
        execute_from_command_line(["portal", "bench", *arguments])
    return 0
