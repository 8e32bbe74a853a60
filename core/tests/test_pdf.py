"""PDFs: text comes out as written, nothing is fetched, and a machine without Pango says what to install."""

import io
import socket
import sys

import pypdf
import pytest

from core.pdf import NoPdf, to_pdf

PAGE = '<html lang="en"><head><title>Report</title></head><body>{}</body></html>'


def test_the_text_is_in_it_and_it_is_tagged():
    document = pypdf.PdfReader(io.BytesIO(to_pdf(PAGE.format("<h1>Größe &amp; Łódź €</h1>"))))
    assert "Größe & Łódź €" in document.pages[0].extract_text()
    assert document.metadata.title == "Report"
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_nothing_is_fetched():
    """Neither a file of this machine nor a page of its network gets into a report."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        there = f"http://127.0.0.1:{server.getsockname()[1]}/secret.png"
        parts = [
            f'<img src="{there}" alt="a picture">',
            '<link rel="attachment" href="file:///etc/passwd">',
            f'<link rel="stylesheet" href="{there}">',
            f'<p style="background: url({there})">here</p>',
        ]
        document = pypdf.PdfReader(io.BytesIO(to_pdf(PAGE.format("".join(parts)))))
        with pytest.raises(BlockingIOError):
            server.accept()
    assert "here" in document.pages[0].extract_text()
    assert dict(document.attachments) == {}


def test_without_the_system_package_it_says_what_to_install(monkeypatch):
    class Broken:
        def find_spec(self, name, path=None, target=None):
            if name == "weasyprint":
                raise OSError("cannot load library 'pangoft2-1.0'")

    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    for name in [name for name in sys.modules if name.split(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(NoPdf, match="libpangoft2-1.0-0 is missing"):
        to_pdf(PAGE.format(""))
