"""Reading people's spreadsheets (CSV and XLSX) and writing ours.

Pure: no Django. Import everything from here:

    grid = read_grid(data, "scores.xlsx", max_rows=5_000, max_columns=200)
    found = match_headings(grid.rows[0], {"name": ["name", "vendor"], "country": ["country"]})

Everything that can be wrong with a file is a `SpreadsheetProblem` (or its child `NotASpreadsheet`)
whose message a person may read. Nothing else is raised, whatever the bytes.
"""

from core.spreadsheets.grid import Cell, Grid, Kind, Row, address, column_letters
from core.spreadsheets.headings import Headings, heading_key, heading_keys, match_headings
from core.spreadsheets.numbers import NumberProblem, parse_number
from core.spreadsheets.problems import NotASpreadsheet, SpreadsheetProblem
from core.spreadsheets.reading import EXTENSIONS, MAX_BYTES, read_grid
from core.spreadsheets.writing import Value, safe_cell, write_csv, write_xlsx

__all__ = [
    "EXTENSIONS",
    "MAX_BYTES",
    "Cell",
    "Grid",
    "Headings",
    "Kind",
    "NotASpreadsheet",
    "NumberProblem",
    "Row",
    "SpreadsheetProblem",
    "Value",
    "address",
    "column_letters",
    "heading_key",
    "heading_keys",
    "match_headings",
    "parse_number",
    "read_grid",
    "safe_cell",
    "write_csv",
    "write_xlsx",
]
