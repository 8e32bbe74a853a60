"""A page as a PDF. WeasyPrint is loaded only here and only when asked for: that is in the worker."""

import logging

from core.charts import pdf_styles
from core.errors import Refused

MISSING = (
    "This machine can't make PDFs yet: its system package libpangoft2-1.0-0 is missing. "
    "The operator installs it; the page itself prints as well."
)
VARIANT = "pdf/ua-1"
STYLES = """
@page { size: A4; margin: 18mm 16mm 20mm;
  @bottom-left { content: element(foot); width: 85%; margin-left: 0; padding: 0; text-align: left; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt "Liberation Sans", "DejaVu Sans", Arial, sans-serif; color: #53626a; } }
html { font: 10pt/1.45 system-ui, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", "DejaVu Sans", Arial,
  sans-serif; color: #182226; }
body { margin: 0; }
h1 { font-size: 19pt; line-height: 1.2; margin: 0 0 4pt; }
h2 { font-size: 13pt; margin: 13pt 0 4pt; break-after: avoid; }
h3 { font-size: 10.5pt; margin: 10pt 0 2pt; break-after: avoid; }
p, ul, ol, dl { margin: 0 0 6pt; }
ul, ol { break-inside: avoid; }
ul, ol { padding-left: 14pt; }
table { border-collapse: collapse; width: 100%; margin: 4pt 0 10pt; font-size: 8.5pt; }
th, td { text-align: left; padding: 3pt 5pt; border-bottom: 0.5pt solid #cdd6da; vertical-align: top; }
thead th { border-bottom: 1pt solid #7f8d95; }
tr { break-inside: avoid; }
.num { text-align: right; white-space: nowrap; }
.foot { position: running(foot); font-size: 8pt; color: #53626a; }
.verdict { font-size: 13pt; line-height: 1.35; border-left: 3pt solid #0b6075; padding-left: 9pt; margin: 8pt 0; }
.muted { color: #53626a; }
.under { display: block; color: #53626a; font-size: 8pt; font-weight: 400; }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 6pt; margin: 8pt 0; }
.tile { border: 0.5pt solid #cdd6da; padding: 5pt 7pt; break-inside: avoid; }
.tile dd { margin: 0; font-size: 14pt; font-weight: 600; }
.tile dt, .tile dd.tile-note { font-size: 8pt; font-weight: 400; color: #53626a; }
.small { font-size: 8pt; overflow-wrap: anywhere; }
.no-print { display: none; }
a { color: inherit; text-decoration: none; }
.facts { display: grid; grid-template-columns: 28mm 1fr; gap: 2pt 8pt; margin-bottom: 8pt; }
.facts dd { margin: 0; }
.status { font-weight: 600; }
.status svg { display: none; }
.heat-table caption { display: none; }
.caveats { font-size: 9pt; }
.changes h2 { font-size: 10.5pt; margin: 6pt 0 2pt; }
.changes details { display: none; }
details > summary { display: none; }
.new-page { break-before: page; }
.new-page > h2:first-child { margin-top: 0; }
.together { break-inside: avoid; }
.mark { border: 1pt solid #774a00; color: #774a00; padding: 2pt 6pt; font-weight: 600; }
dt { font-weight: 600; }
dd { margin: 0 0 4pt; }
"""
TIGHTER = [
    f"""
.page-one {{ font-size: {text}pt; line-height: 1.32; }}
.page-one h2 {{ font-size: {text + 2}pt; margin: {gap}pt 0 2pt; }}
.page-one .changes h2 {{ font-size: {text + 0.5}pt; margin: {gap / 2}pt 0 1pt; }}
.page-one .verdict {{ font-size: {text + 2.5}pt; margin: {gap / 2}pt 0; }}
.page-one :is(p, ul, dl) {{ margin-bottom: {gap / 3:.1f}pt; }}
.page-one .caveats {{ font-size: {text}pt; }}
.page-one .facts {{ gap: 0 8pt; }}
.page-one .facts dd {{ margin: 0; }}
"""
    for text, gap in [(9.5, 9), (9, 7), (8.5, 6), (8, 5), (7, 4)]
]
"""What is tried, one after the other, to have `.page-one` on one page."""


class NoPdf(Refused):
    """A PDF can't be made here."""


def to_pdf(html: str, *, page_two: str = "") -> bytes:
    """The document as PDF/UA. Nothing is fetched: styles and pictures are in the text itself,
    and what an address in it leads to is left out.

    With `page_two`, the id of an element, all before it is to stand on the first page: the part
    with the class `page-one` is set as small as that takes, but never too small to be read.

    Raises NoPdf where the system lacks what WeasyPrint needs.
    """
    try:
        import weasyprint  # noqa: PLC0415 - 40 MB that only the worker carries
    except OSError as error:
        raise NoPdf(MISSING) from error
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    nothing = weasyprint.urls.URLFetcher(allowed_protocols=())
    source = weasyprint.HTML(string=html, url_fetcher=nothing)
    styles = [weasyprint.CSS(string=text) for text in (pdf_styles(), STYLES)]
    document = source.render(stylesheets=styles, pdf_variant=VARIANT)
    for tighter in TIGHTER if page_two else []:
        if any(page_two in page.anchors for page in document.pages[:2]):
            break
        tried = [*styles, weasyprint.CSS(string=tighter)]
        document = source.render(stylesheets=tried, pdf_variant=VARIANT)
    made: bytes = document.write_pdf(pdf_variant=VARIANT)
    return made
