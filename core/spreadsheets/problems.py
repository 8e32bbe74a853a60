"""What can be wrong with a file, said in words a person may read."""


class SpreadsheetProblem(Exception):
    """The file can't be used. `str()` is for people; `cell` ("B7") is where, if one place is to blame."""

    def __init__(self, message: str, cell: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.cell = cell


class NotASpreadsheet(SpreadsheetProblem):
    """The bytes are something else: a picture, a PDF, an old .xls, nothing at all."""
