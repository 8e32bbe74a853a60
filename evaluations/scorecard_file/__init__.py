"""A scorecard that somebody made in a spreadsheet, read into vendors, criteria, weights and marks.

Pure: no Django. The web preview and `manage.py rank_scorecard` both read through this door:

    file = read_scorecard(data, "scores.xlsx")
    if file.errors: ...            # each with its cell, value and message
    result = rank(file)            # the engine's result, one line per file.vendors
"""

from evaluations.scorecard_file.model import (
    Criterion,
    Layout,
    Mark,
    Problem,
    Scale,
    ScorecardFile,
    Vendor,
)
from evaluations.scorecard_file.ranking import rank, rank_order
from evaluations.scorecard_file.reading import (
    MAX_CRITERIA,
    MAX_EVALUATORS,
    MAX_VENDORS,
    read_scorecard,
)
from evaluations.scorecard_file.report import as_dict, as_table, one_line
from evaluations.scorecard_file.scale import parse_scale

__all__ = [
    "MAX_CRITERIA",
    "MAX_EVALUATORS",
    "MAX_VENDORS",
    "Criterion",
    "Layout",
    "Mark",
    "Problem",
    "Scale",
    "ScorecardFile",
    "Vendor",
    "as_dict",
    "as_table",
    "one_line",
    "parse_scale",
    "rank",
    "rank_order",
    "read_scorecard",
]
