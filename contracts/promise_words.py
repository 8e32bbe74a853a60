"""How many promises of the vendor stand nowhere, in words. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """How many promises there are, and how many of them were dropped or are in no document."""

    total: int = 0
    dropped: int = 0
    nowhere: int = 0

    def words(self, *, is_signed: bool) -> str:
        """ "7 of 23 promises are in no document you will sign", or that each has its place."""
        if self.nowhere:
            noun = "promise" if self.total == 1 else "promises"
            verb = "is" if self.nowhere == 1 else "are"
            document = "no document that you signed" if is_signed else "no document you will sign"
            return f"{self.nowhere} of {self.total} {noun} {verb} in {document}"
        said = f"Each of {self.total} promises has its place"
        if self.total == 1:
            said = "The one promise has its place"
        return f"{said}; knowingly dropped: {self.dropped}" if self.dropped else said
