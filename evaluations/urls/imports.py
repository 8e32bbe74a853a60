"""Addresses: bringing a scorecard that was made in a spreadsheet."""

from django.urls import path

from evaluations.views import imports

urlpatterns = [
    path("import/", imports.import_scores, name="import_scores"),
    path("import/<int:score_import_id>/", imports.import_preview, name="import_preview"),
    path(
        "import/<int:score_import_id>/scale/",
        imports.change_import_scale,
        name="change_import_scale",
    ),
    path("import/<int:score_import_id>/confirm/", imports.confirm_import, name="confirm_import"),
]
