"""The collector leaves alone what lives as long as the process."""

import subprocess
import sys

WSGI = """
import gc, sys
import outsourcing_portal.wsgi
print(gc.get_freeze_count() > 100_000, gc.get_threshold(), "vendors.views.register" in sys.modules)
print([name for name in ("openpyxl", "PIL", "weasyprint") if name in sys.modules])
"""


def test_the_web_server_settles_it_after_loading_everything():
    ran = subprocess.run([sys.executable, "-c", WSGI], capture_output=True, text=True)
    assert ran.stdout.split("\n")[0] == "True (20000, 20, 20) True", ran.stderr


def test_what_seldom_is_needed_waits_until_it_is():
    ran = subprocess.run([sys.executable, "-c", WSGI], capture_output=True, text=True)
    assert ran.stdout.split("\n")[1] == "[]", ran.stderr
