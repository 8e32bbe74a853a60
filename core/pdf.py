"""A page as a PDF. WeasyPrint is loaded only here and only when asked for: that is in the worker."""

import logging

from core.charts import pdf_styles
from core.errors import Refused

MISSING = (
    "This machine can't make PDFs yet: its system package libpangoft2-1.0-0 is missing. "
    "The operator installs it; the page itself prints as well."
)
STYLES = """
@page { size: A4; margin: 18mm 16mm 20mm;
  @bottom-left { content: element(foot); }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #53626a; } }
html { font: 10pt/1.45 system-ui, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", "DejaVu Sans", Arial,
  sans-serif; color: #182226; }
h1 { font-size: 19pt; line-height: 1.2; margin: 0 0 4pt; }
h2 { font-size: 13pt; margin: 16pt 0 4pt; break-after: avoid; }
h3 { font-size: 10.5pt; margin: 10pt 0 2pt; break-after: avoid; }
p, ul, ol, dl { margin: 0 0 6pt; }
ul, ol { padding-left: 14pt; }
table { border-collapse: collapse; width: 100%; margin: 4pt 0 10pt; font-size: 8.5pt; }
th, td { text-align: left; padding: 3pt 5pt; border-bottom: 0.5pt solid #cdd6da; vertical-align: top; }
thead th { border-bottom: 1pt solid #7f8d95; }
tr { break-inside: avoid; }
.num { text-align: right; white-space: nowrap; }
.foot { position: running(foot); font: 8pt sans-serif; color: #53626a; }
.verdict { font-size: 13pt; line-height: 1.35; border-left: 3pt solid #0b6075; padding-left: 9pt; margin: 8pt 0; }
.muted { color: #53626a; }
.small { font-size: 8pt; overflow-wrap: anywhere; }
.no-print { display: none; }
a { color: inherit; text-decoration: none; }
.facts { display: grid; grid-template-columns: 28mm 1fr; gap: 2pt 8pt; margin-bottom: 8pt; }
.facts dd { margin: 0; }
.status { font-weight: 600; }
.status svg { display: none; }
.heat-table caption { display: none; }
.caveats { font-size: 9pt; }
.changes h2 { font-size: 11pt; margin-top: 8pt; }
details > summary { display: none; }
.new-page { break-before: page; }
.together { break-inside: avoid; }
.mark { border: 1pt solid #774a00; color: #774a00; padding: 2pt 6pt; font-weight: 600; }
dt { font-weight: 600; }
dd { margin: 0 0 4pt; }
"""


class NoPdf(Refused):
    """A PDF can't be made here."""


def to_pdf(html: str) -> bytes:
    """The document as PDF/UA. Nothing is fetched: styles and pictures are in the text itself,
    and what an address in it leads to is left out.

    Raises NoPdf where the system lacks what WeasyPrint needs.
    """
    try:
        import weasyprint  # noqa: PLC0415 - 40 MB that only the worker carries
    except OSError as error:
        raise NoPdf(MISSING) from error
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    nothing = weasyprint.urls.URLFetcher(allowed_protocols=())
    document = weasyprint.HTML(string=html, url_fetcher=nothing)
    styles = [weasyprint.CSS(string=text) for text in (pdf_styles(), STYLES)]
    made: bytes = document.write_pdf(stylesheets=styles, pdf_variant="pdf/ua-1")
    return made
