"""Papers for the tests: real ones, and ones that are not what they say."""

import datetime as dt
import io
import struct
import zipfile
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Membership
from contracts.models import Contract, ContractTerms
from core.tenancy import ALL, organization_scope
from vendors.models import Vendor

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
ODT = "application/vnd.oasis.opendocument.text"


def make_contract(by: Membership, **values: Any) -> Contract:
    """A draft with a vendor and empty terms."""
    with organization_scope(ALL):
        vendor = Vendor.objects.create(
            organization=by.organization, legal_name="Northwind", name="Northwind"
        )
        values = {"title": "Help desk 2026", "vendor": vendor, **values}
        contract = Contract.objects.create(organization=by.organization, created_by=by, **values)
        ContractTerms.objects.create(
            organization=by.organization, contract=contract, currency="EUR"
        )
        return contract


def sign(contract: Contract, by: Membership) -> None:
    """As if it had been signed."""
    contract.stage, contract.manager, contract.signed_by = "signed", by, by
    contract.signed_on = contract.starts_on = dt.date(2026, 1, 1)
    contract.save()


def pdf(*pages: str) -> bytes:
    """A small PDF with a line of text on each page; no text at all is a scan."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
    kids = []
    for text in pages:
        stream = b"BT /F1 12 Tf 50 700 Td (" + text.encode("cp1252") + b") Tj ET" if text else b""
        objects.append(b"<</Length %d>>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R"
            b"/Resources<</Font<</F1 3 0 R>>>>>>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(out))
    )


def packed(parts: dict[str, bytes | str], *, prefix: bytes = b"") -> bytes:
    """A ZIP archive of these parts, compressed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return prefix + file.getvalue()


def docx(text: str = "", **more: bytes) -> bytes:
    """A Word document with one paragraph, and further parts."""
    body = f'<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'
    kinds = f'<Types><Override PartName="/word/document.xml" ContentType="{WORD}"/></Types>'
    return packed({"[Content_Types].xml": kinds, "word/document.xml": body, **more})


def odt(text: str) -> bytes:
    """An OpenDocument text with one paragraph."""
    return packed(
        {"mimetype": ODT, "content.xml": f'<o xmlns:t="t"><t:p>{text}<t:s/>end</t:p></o>'}
    )


def xlsx(text: str) -> bytes:
    """A workbook whose texts hold this one."""
    kinds = f'<Types><Override PartName="/xl/workbook.xml" ContentType="{SHEET}"/></Types>'
    strings = f"<sst><si><t>{text}</t></si></sst>"
    return packed({"[Content_Types].xml": kinds, "xl/sharedStrings.xml": strings})


def png(more: bytes = b"", side: int = 1) -> bytes:
    """A picture of one pixel, and what stands after its end."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    picture = chunk(b"IDAT", zlib.compress(b"\0\0\0\0"))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + picture + chunk(b"IEND", b"") + more


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"


def file(name: str = "contract.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    """What a browser sends."""
    return SimpleUploadedFile(name, pdf("Signed by both") if content is None else content)
