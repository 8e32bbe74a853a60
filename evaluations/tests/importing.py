"""What the tests of bringing a spreadsheet share: uploading, confirming, reading the ranking."""

import uuid
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.tenancy import ALL, organization_scope
from evaluations import results
from evaluations.models import Evaluation, ScoreImport

SAMPLES = Path(__file__).parent / "samples"
NAMES = sorted(path.name for path in SAMPLES.iterdir())
URL = "/o/acme/evaluations/import/"
SMALL = b"Criterion,Weight,Northwind,Contoso\nQuality,60,3,4\nCost,40,5,2\n"


def upload(client: Client, data: bytes, name: str = "scores.csv", **fields):
    file = SimpleUploadedFile(name, data)
    return client.post(URL, {"file": file, "creation_key": uuid.uuid4().hex, **fields})


@organization_scope(ALL)
def newest() -> ScoreImport:
    return ScoreImport.objects.latest("pk")


def confirm(client: Client, row: ScoreImport):
    return client.post(f"{URL}{row.pk}/confirm/", {"version": row.version})


@organization_scope(ALL)
def imported(client: Client, data: bytes, name: str = "scores.csv", **fields) -> Evaluation:
    assert upload(client, data, name, **fields).status_code == 302
    row = newest()
    response = confirm(client, row)
    assert response.status_code == 302, response.content.decode()
    row.refresh_from_db()
    assert response.url == f"/o/acme/evaluations/{row.evaluation_id}/ranking/"
    return row.evaluation


@organization_scope(ALL)
def ranked(evaluation: Evaluation) -> dict[str, results.VendorResult]:
    return {line.candidate.name: line for line in results.ranking(evaluation).vendors}


def problem_at(response, cell: str, words: str) -> None:
    """The preview names the cell, says what is wrong, and offers no confirmation."""
    page = " ".join(response.content.decode().split())
    assert f'<th scope="row">{cell}</th>' in page, page
    assert words in page
    assert "Make it an evaluation" not in page


def wide(vendors: int, criteria: int) -> bytes:
    lines = [["Criterion", *(f"Vendor {v}" for v in range(vendors))]]
    lines += [[f"C{c}", *(str(v * c % 6) for v in range(vendors))] for c in range(criteria)]
    return "\n".join(map(",".join, lines)).encode()
