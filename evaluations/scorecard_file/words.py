"""The words by which a scorecard's headings, rows and marks are recognised.

English first; the common German, French, Spanish and Dutch words too, because decimal commas and
semicolons come with them. Compared by `heading_key`: case, accents, spaces, punctuation don't count.
"""

import re
import unicodedata
from functools import lru_cache

from core.spreadsheets import heading_key, heading_keys

REMEMBERED = 4_096  # long tables ask the same of the same names on every row

VENDOR = (
    "vendor", "vendors", "vendor name", "provider", "providers", "provider name",
    "service provider", "supplier", "suppliers", "supplier name", "company", "companies",
    "company name", "candidate", "candidates", "bidder", "bidders", "tenderer", "contractor",
    "firm", "partner", "option", "options", "alternative", "alternatives", "MSP", "agency",
    "Anbieter", "Lieferant", "Lieferanten", "Dienstleister", "Firma", "Unternehmen",
    "fournisseur", "fournisseurs", "prestataire", "entreprise", "société",
    "proveedor", "proveedores", "empresa", "leverancier", "leveranciers", "aanbieder",
)  # fmt: skip
CRITERION = (
    "criterion", "criteria", "criterion name", "criteria name", "criterias", "criterium",
    "evaluation criterion", "evaluation criteria", "selection criterion", "selection criteria",
    "factor", "factors", "attribute", "attributes", "requirement", "requirements", "aspect",
    "KPI", "Kriterium", "Kriterien", "critère", "critères", "criterio", "criterios",
)  # fmt: skip
PERHAPS_CRITERION = ("dimension", "measure", "category", "item", "question", "area")
MARK = (
    "score", "scores", "mark", "marks", "rating", "ratings", "points", "point", "value", "result",
    "score given", "raw score", "Punkte", "Punktzahl", "Bewertung", "Wertung", "puntuación",
    "puntos", "puntaje", "nota", "points attribués", "punten", "cijfer",
)  # fmt: skip
EVALUATOR = (
    "evaluator", "evaluators", "evaluator name", "evaluator email", "evaluated by", "rater",
    "raters", "rated by", "reviewer", "reviewed by", "assessor", "assessed by", "judge", "scorer",
    "scored by", "marked by", "marker", "respondent", "voter", "panel member", "participant",
    "person", "user", "email", "Bewerter", "Gutachter", "Prüfer", "évaluateur", "evaluador",
    "beoordelaar",
)  # fmt: skip
WEIGHT = (
    "weight", "weights", "weighting", "weightings", "weightage", "weight percent",
    "weight percentage", "weight in percent", "relative weight", "criterion weight",
    "criteria weight", "weight share", "importance", "percent", "percentage", "%", "wt", "wgt",
    "Gewicht", "Gewichte", "Gewichtung", "Gewichtung in Prozent", "poids", "pondération",
    "peso", "pesos", "ponderación", "weging", "gewichten",
)  # fmt: skip
EVIDENCE = (
    "evidence", "evidence grade", "evidence type", "evidence level", "evidence quality", "basis",
    "proof", "source", "source of evidence", "type of evidence", "based on",
)  # fmt: skip
COMMENT = (
    "comment", "comments", "note", "notes", "remark", "remarks", "reason", "reasons", "rationale",
    "justification", "explanation", "Kommentar", "Bemerkung", "Anmerkung", "commentaire",
    "comentario", "opmerking",
)  # fmt: skip
NEVER_MARKS = (
    "#", "no", "nr", "number", "id", "ref", "s no", "sl no", "№", "date", "phone", "telephone",
    "contact", "email", "website", "web site", "url", "postcode", "zip",
)  # fmt: skip
DESCRIPTION = (
    *COMMENT, *EVIDENCE, "description", "definition", "details", "question", "anchor", "anchors",
    "guidance", "what to look for", "country", "city", "address", "type", "group", "section",
    "category", "status", "unit", "direction", "kind", "owner", "Beschreibung",
)  # fmt: skip
LONG_TABLE = {
    "vendor": VENDOR, "criterion": (*CRITERION, *PERHAPS_CRITERION), "mark": MARK, "evaluator": EVALUATOR,
    "weight": WEIGHT, "evidence": EVIDENCE, "comment": COMMENT,
}  # fmt: skip

EVIDENCE_GRADES = {
    "measured": ("measured", "measurement", "measure", "metric", "metrics", "data", "test",
                 "tested", "benchmark", "pilot", "trial"),
    "reference": ("reference", "references", "referee", "customer reference", "case study"),
    "document": ("document", "documents", "documentation", "documented", "certificate",
                 "contract", "policy", "audit", "report", "written"),
    "demo": ("demo", "demonstration", "demonstrated", "presentation", "shown"),
    "claim": ("claim", "claims", "claimed", "vendor claim", "vendors claim", "vendor's claim",
              "sales claim", "sales", "brochure", "proposal", "stated", "promise"),
    "guess": ("guess", "guessed", "estimate", "estimated", "assumption", "assumed", "gut feeling",
              "opinion", "impression"),
}  # fmt: skip

FAMILIAR_CRITERIA = (
    "quality", "satisfaction", "customer satisfaction", "cost", "costs", "price", "pricing",
    "security", "cultural fit", "culture", "support", "experience", "reliability", "communication",
    "references", "flexibility", "scalability", "availability", "expertise", "service", "delivery",
    "technology", "reputation", "responsiveness", "compliance", "total cost", "Qualität", "Preis",
    "Kosten", "Sicherheit", "qualité", "prix", "sécurité", "calidad", "precio", "seguridad",
)  # fmt: skip

_TOTAL_WORDS = frozenset(
    ("total", "totals", "totaal", "subtotal", "subtotals", "sum", "sums", "average", "averages",
     "avg", "mean", "median", "max", "min", "maximum", "minimum", "rank", "ranks", "ranking", "overall", "stdev", "summe", "gesamt",
     "gesamtpunkte", "gesamtpunktzahl", "zwischensumme", "rang", "durchschnitt", "mittelwert",
     "somme", "moyenne", "suma", "promedio", "gemiddelde", "som")
)  # fmt: skip
_QUALIFIERS = frozenset(("weighted", "unweighted", "final", "grand", "gewichtet", "gewichtete"))
_FILLERS = frozenset(
    ("score", "scores", "point", "points", "mark", "marks", "rating", "ratings", "result",
     "results", "value", "values", "of", "the", "all", "weight", "weights", "percent", "pct",
     "possible", "out", "raw", "and", "by", "punkte", "punktzahl", "wert")
)  # fmt: skip
_ALONE = frozenset({"score", "scores", "result", "results", "points"})
_NOT_APPLICABLE = frozenset(
    {"na", "notapplicable", "doesnotapply", "nonapplicable", "sansobjet", "noaplica", "nvt",
     "nichtzutreffend", "entfallt", "nichtanwendbar"}
)  # fmt: skip
_DASHES = frozenset({"-", "--", "\u2013", "\u2014", "\u2212"})
_NOTE = re.compile(
    r"\A(?:notes?|comments?|remarks?|sources?|legend|key|scale|prepared|scored|n\.?b\.?|last updated|"
    r"hinweis|anmerkung|quelle|legende|remarque|nota)\b|\A[*\u2020\u00b9]",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")


def _keys(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(heading_key(word) for word in words)


_VENDOR, _CRITERION, _WEIGHT = _keys(VENDOR), _keys(CRITERION), _keys(WEIGHT)
_EVALUATOR, _NEVER_MARKS, _DESCRIPTION = _keys(EVALUATOR), _keys(NEVER_MARKS), _keys(DESCRIPTION)
_PERHAPS_CRITERION = _keys(PERHAPS_CRITERION)
_FAMILIAR = _keys(FAMILIAR_CRITERIA)
_GRADES = {heading_key(word): grade for grade, words in EVIDENCE_GRADES.items() for word in words}


def _is_one_of(text: str, keys: frozenset[str]) -> bool:
    return any(key in keys for key in heading_keys(text))


def is_vendor_heading(text: str) -> bool:
    """ "Vendor", "Supplier", "Company (short name)"."""
    return _is_one_of(text, _VENDOR)


def is_criterion_heading(text: str) -> bool:
    """ "Criterion", "Criteria", "Factor"."""
    return _is_one_of(text, _CRITERION)


def is_perhaps_criterion_heading(text: str) -> bool:
    """ "Category", "Item": criteria if nothing better is there."""
    return _is_one_of(text, _PERHAPS_CRITERION)


@lru_cache(REMEMBERED)
def is_weight(text: str) -> bool:
    """ "Weight", "Weighting (%)", "%"."""
    return _is_one_of(text, _WEIGHT)


def is_evaluator_heading(text: str) -> bool:
    """ "Evaluator", "Rater", "Scored by"."""
    return _is_one_of(text, _EVALUATOR)


def is_never_marks(text: str) -> bool:
    """ "#", "ID", "Phone": a column whose numbers are no marks."""
    return _is_one_of(text, _NEVER_MARKS)


def is_description(text: str) -> bool:
    """ "Comments", "Description", "Website": a column of text beside the marks."""
    return _is_one_of(text, _DESCRIPTION)


def is_familiar_criterion(text: str) -> bool:
    """ "Quality", "Price": names that nobody gives a vendor."""
    return _is_one_of(text, _FAMILIAR)


@lru_cache(REMEMBERED)
def is_total(text: str) -> bool:
    """ "Total", "Weighted score", "Average", "Rank" – but not "Total cost", which is a criterion."""
    plain = unicodedata.normalize("NFKD", re.sub(r"\([^()]*\)", " ", text).casefold())
    words = set(_WORD.findall("".join(char for char in plain if not unicodedata.combining(char))))
    if not words or not words <= _TOTAL_WORDS | _QUALIFIERS | _FILLERS:
        return False
    return bool(words & (_TOTAL_WORDS | _QUALIFIERS)) or words <= _ALONE


@lru_cache(REMEMBERED)
def is_not_applicable(text: str) -> bool:
    """ "N/A", "n.a.", "–", "not applicable"."""
    return text in _DASHES or (not text.startswith("#") and heading_key(text) in _NOT_APPLICABLE)


@lru_cache(REMEMBERED)
def is_note(text: str) -> bool:
    """Whether a line below the table is prose rather than a name."""
    return (
        bool(_NOTE.match(text)) or len(text) > 120 or (text.endswith(".") and text.count(" ") > 3)
    )


@lru_cache(REMEMBERED)
def evidence_grade(text: str) -> str | None:
    """Return the grade that `text` means, or None if it is none we know."""
    return _GRADES.get(heading_key(text))


@lru_cache(REMEMBERED)
def name_key(name: str) -> str:
    """Reduce a name so that "ACME  IT" and "Acme IT" are the same."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
