"""What is kept of what strangers upload: by name and by content, with a message that names the file."""

import io
import zipfile

import pytest

from contracts.tests.papers import JPEG, docx, odt, packed, pdf, png, xlsx
from core import uploads
from core.packed import PackedProblem, check_packed
from core.uploads import Accepted, UploadProblem, check_upload, clean_name

PDF = pdf("Hello")
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)
BIG = b"0" * 30_000_000


def check(name: str, content: bytes, size: int | None = None) -> Accepted:
    return check_upload(io.BytesIO(content), name, len(content) if size is None else size)


def refused(name: str, content: bytes, size: int | None = None) -> str:
    with pytest.raises(UploadProblem) as error:
        check(name, content, size)
    return str(error.value)


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("Contract.PDF", PDF, "application/pdf"),
        ("with-a-byte-order-mark.pdf", b"\xef\xbb\xbf" + PDF, "application/pdf"),
        ("a.docx", docx("Hello"), uploads._WORD),
        ("chart.docx", docx("Hello", **{"word/embeddings/1.xlsx": xlsx("1")}), uploads._WORD),
        ("a.xlsx", xlsx("Hello"), uploads._SHEET),
        ("a.odt", odt("Hello"), uploads._TEXT_DOCUMENT),
        ("a.png", png(), "image/png"),
        ("a.jpeg", JPEG, "image/jpeg"),
        ("a.txt", "Grüße, tab\tline\n".encode(), "text/plain"),
        ("old.txt", "Grüße".encode("cp1252"), "text/plain"),
        ("wide.txt", "Grüße".encode("utf-16"), "text/plain"),
        ("a.csv", b"Vendor;Price\r\nNorthwind;3 < 4\r\n", "text/csv"),
        ("Anlage 3.2 – Ümläut 契約.pdf", PDF, "application/pdf"),
        ("acme.com.pdf", PDF, "application/pdf"),
    ],
)
def test_kept(name, content, content_type):
    stream = io.BytesIO(content)
    found = check_upload(stream, name, len(content))
    assert (found.name, found.content_type) == (name, content_type)
    assert stream.tell() == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("page.pdf", HTML, "it looks like a web page"),
        ("drawing.png", SVG, "it looks like a drawing with code"),
        ("x.svg", SVG, "an SVG drawing can hold scripts"),
        ("x.html", HTML, "web pages can hold scripts"),
        ("x.pdf.exe", PDF, "only PDF, DOCX"),
        ("x.exe.pdf", PDF, "is called .exe and .pdf"),
        ("x.doc", b"\xd0\xcf\x11\xe0", "Save it as DOCX or PDF"),
        ("x.docm", docx(), "it may hold macros"),
        ("x", PDF, "is not kept"),
        ("x.ｐｄｆ", PDF, "is not kept"),
        ("x.pdf", b"", "is empty"),
        ("x.pdf", b"MZ" + b"\0" * 99, "it looks like a program"),
        ("x.pdf", png(), "it looks like a PNG picture"),
        ("x.pdf", b"<script>alert(1)</script>" + PDF, "it looks like a web page"),
        ("x.pdf", b"%PDF-1.4\n<html><script>", "it looks like a web page"),
        ("x.pdf", b"GIF89a" + PDF, "it looks like a GIF picture"),
        ("x.pdf", b" " * 2000 + PDF, "it looks like something else"),
        ("x.pdf", PDF[:200], "whose end is missing"),
        ("x.pdf", packed({"a": "b"}, prefix=PDF), "an archive at once"),
        ("x.png", png(HTML), "it looks like a web page"),
        ("x.png", png(b"more"), "hides something"),
        ("x.png", png(side=30_000), "20,000 pixels"),
        ("x.png", JPEG, "it looks like a JPEG picture"),
        ("x.jpg", PDF, "it looks like a PDF"),
        ("x.jpg", packed({"a": "b"}, prefix=JPEG), "an archive at once"),
        ("x.txt", HTML, "it looks like a web page"),
        ("x.txt", b"text\0text", "holds what no text does"),
        ("x.txt", packed({"a": "b"}, prefix=b"text"), "an archive at once"),
        ("x.csv", b"#!/bin/sh\n", "it looks like a program"),
        ("x.docx", PDF, "it looks like a PDF"),
        ("x.docx", packed({"a.txt": "b"}), "but it is not"),
        ("x.docx", xlsx("a"), "but it is not"),
        ("x.odt", docx("a"), "but it is not"),
        ("x.docx", b"PK\x03\x04" + b"\0" * 99, "is damaged"),
        ("x.odt", PDF, "it looks like a PDF"),
        ("x.docx", docx("a", **{"word/vbaProject.bin": b"x"}), "holds macros"),
        ("x.docx", docx("a", **{"word/activeX/1.bin": b"x"}), "holds macros"),
        ("x.odt", packed({"mimetype": "x", "Basic/Standard/M.xml": "x"}), "holds macros"),
        ("x.docx", docx("a", **{"../../etc/passwd": b"x"}), "leads out of the file"),
        ("x.docx", docx("a", **{"word/a.zip": packed({"a": "b"})}), "holds another archive"),
        ("x.docx", docx("a", **{"word/a.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]>"}), "XML entities"),
        ("x.docx", docx("a", **{"word/bomb.bin": BIG}), "a hundred times its size"),
        ("x.docx", docx("a", **{f"word/{n}.bin": b"" for n in range(2100)}), "more than 2,000 parts"),
    ],
)  # fmt: skip
def test_refused(name, content, words):
    told = refused(name, content)
    assert words in told
    assert told.startswith(f"“{name}” ")


def test_macros_are_found_by_what_the_file_says_it_is():
    kinds = "application/vnd.ms-word.document.macroEnabled.main+xml"
    told = refused("x.docx", packed({"[Content_Types].xml": kinds, "word/document.xml": "<a/>"}))
    assert "holds macros" in told


def test_a_bomb_in_a_bomb_is_counted_in():
    half = packed(
        {"[Content_Types].xml": "x", "a.bin": b"0" * 40_000_000 + bytes(range(256)) * 3000}
    )
    told = refused(
        "x.docx", docx("a", **{"word/embeddings/1.xlsx": half, "b.bin": b"1" * 30_000_000})
    )
    assert "unpacks to more" in told
    deep = packed({"word/embeddings/2.docx": docx("b")})
    assert "holds another archive" in refused("x.docx", docx("a", **{"embeddings/1.docx": deep}))


def test_what_an_archive_says_of_its_sizes_is_checked():
    data = bytearray(docx("a", **{"word/long.xml": b"a" * 70_000}))
    entry = data.rindex(b"word/long.xml") - 46
    data[entry + 24 : entry + 28] = (10).to_bytes(4, "little")  # it unpacks to 10 bytes, it says
    assert "is damaged" in refused("x.docx", bytes(data))


def test_parts_may_not_overlap():
    data = bytearray(docx("a", **{"word/long.xml": bytes(range(256)) * 40}))
    for name in (b"[Content_Types].xml", b"word/document.xml", b"word/long.xml"):
        entry = data.rindex(name) - 46
        data[entry + 20 : entry + 24] = (5000).to_bytes(4, "little")  # packed, each of them
    assert "overlap" in refused("x.docx", bytes(data))


def test_something_before_the_beginning_is_refused():
    with pytest.raises(PackedProblem, match="before its beginning"):
        check_packed(io.BytesIO(b"#!/bin/sh\n" + docx("a")), 999)


def test_more_than_is_read_unpacked():
    data = bytes(range(256)) * 4000
    parts = {f"{n}.bin": data + b"\0" * 20_000_000 for n in range(4)}
    assert "unpacks to more than 64 MB" in refused("x.docx", docx("a", **parts))


def test_a_password_is_told():
    data = bytearray(docx("a"))
    for signature, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(signature) + place] |= 1
    assert "protected by a password" in refused("x.docx", bytes(data))


def test_the_same_part_twice_is_two_files_in_one():
    file = io.BytesIO(docx("a"))
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", "<b/>")
    assert "the same part twice" in refused("x.docx", file.getvalue())


def test_the_size_is_asked_before_anything_is_read():
    class Unreadable(io.BytesIO):
        def read(self, *args):
            raise AssertionError

    with pytest.raises(UploadProblem, match=r"“x.pdf” has 100 MB; at most 20 MB can be kept"):
        check_upload(Unreadable(), "x.pdf", 100 * 2**20)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\a.pdf", "a.pdf"),
        ("a\0b\n.pdf", "ab.pdf"),
        ("invoice\u202efdp.txt", "invoicefdp.txt"),
        (" .a.pdf. ", "a.pdf"),
        ("<b>&quot;.pdf", "<b>&quot;.pdf"),
    ],
)
def test_a_name_is_only_a_name(name, kept):
    assert clean_name(name) == kept


@pytest.mark.parametrize("name", ["", "..", "/", "\0", "a/"])
def test_a_file_has_a_name(name):
    with pytest.raises(UploadProblem, match="has no name"):
        clean_name(name)


def test_a_long_name_is_refused_not_cut():
    with pytest.raises(UploadProblem, match="204 characters, at most 200"):
        clean_name("a" * 200 + ".pdf")
