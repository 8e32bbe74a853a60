"""The columns of a list of contracts: what they are called in exports, and what people call them. Pure."""

# field: heading in the template, and in exports where they have it.
HEADINGS = {
    "title": "Title",
    "reference": "Reference",
    "vendor": "Vendor",
    "kind": "Kind",
    "services": "Services",
    "status": "Status",
    "manager": "Delegated manager",
    "signed_on": "Signed on",
    "start": "Start",
    "end": "End",
    "initial_months": "Initial term (months)",
    "renewal_mode": "Renewal",
    "renewal_months": "Renewal term (months)",
    "notice": "Notice",
    "price_month": "Price per month",
    "price_quarter": "Price per quarter",
    "price_year": "Price per year",
    "price": "Price",
    "period": "Price period",
    "currency": "Currency",
    "notes": "Notes",
}
# What the portal derives: in exports, and left out when they come back.
DERIVED = {
    "term_ends_on": "Term ends on",
    "over_on": "Over on",
    "notice_by_on": "Notice must arrive by",
    "safe_notice_on": "Last safe day",
    "committed_until_on": "Committed until",
    "at_stake": "Cost of doing nothing",
    "exit_plan": "Exit plan",
}

SYNONYMS = {
    "title": [
        "title", "contract", "contract title", "contract name", "agreement", "name", "subject",
        "description of contract", "titel", "vertrag", "vertragstitel", "vertragsname",
        "bezeichnung", "vertragsbezeichnung", "betreff", "vertragsgegenstand",
    ],
    "reference": [
        "reference", "reference number", "ref", "contract number", "contract no", "contract id",
        "number", "no", "id", "agreement number", "our reference", "vertragsnummer",
        "vertragsnr", "vertrags-nr", "nummer", "nr", "referenz", "aktenzeichen", "kennung",
    ],
    "vendor": [
        "vendor", "vendor name", "provider", "supplier", "supplier name", "company",
        "contractor", "partner", "counterparty", "party", "service provider", "anbieter",
        "lieferant", "dienstleister", "firma", "vertragspartner", "partnerfirma", "kreditor",
    ],
    "kind": [
        "kind", "type", "contract type", "agreement type", "art", "vertragsart", "typ",
        "vertragstyp",
    ],
    "services": [
        "services", "service", "scope", "category", "leistung", "leistungen", "dienst",
        "dienste", "kategorie", "dienstleistung",
    ],
    "status": ["status", "state", "stage", "contract status", "zustand", "stand"],
    "manager": [
        "delegated manager", "manager", "contract manager", "contract owner", "owner",
        "responsible", "responsible person", "person in charge", "internal owner",
        "verantwortlich", "verantwortlicher", "verantwortliche", "zustandig", "ansprechpartner",
        "vertragsmanager", "betreuer",
    ],
    "signed_on": [
        "signed on", "signed", "signature date", "date signed", "signing date", "date of signature",
        "contract date", "unterschrieben am", "unterzeichnet am", "unterschrift", "vertragsdatum",
        "abschluss", "abgeschlossen am", "vertragsabschluss", "datum der unterschrift",
    ],
    "start": [
        "start", "start date", "starts on", "begin", "begins on", "beginning", "valid from", "from",
        "effective date", "commencement", "commencement date", "beginn", "vertragsbeginn",
        "startdatum", "gultig ab", "gueltig ab", "laufzeitbeginn", "anfang", "ab",
    ],
    "end": [
        "end", "end date", "ends", "ends on", "expiry", "expiry date", "expires", "expires on",
        "valid until", "valid to", "until", "to", "term end", "ende", "vertragsende", "enddatum",
        "gultig bis", "gueltig bis", "laufzeitende", "bis", "ablauf", "ablaufdatum", "lauft bis",
    ],
    "initial_months": [
        "initial term", "term", "initial period", "duration", "contract term", "term length",
        "minimum term", "term months", "term in months", "initial term in months",
        "term in years", "term years", "laufzeit", "vertragslaufzeit", "erstlaufzeit",
        "mindestlaufzeit", "grundlaufzeit", "laufzeit in monaten", "laufzeit monate",
        "laufzeit in jahren", "dauer",
    ],
    "renewal_mode": [
        "renewal", "renewal mode", "renewal type", "auto renewal", "auto-renew", "autorenew",
        "automatic renewal", "renews", "extension", "verlangerung", "verlaengerung",
        "automatische verlangerung", "verlangert sich", "verlangerungsart",
    ],
    "renewal_months": [
        "renewal term", "renewal period", "renewal months", "renewal term in months", "renews for",
        "extension period", "verlangerung um", "verlangerungszeitraum", "verlangerungsdauer",
        "verlangerung in monaten", "verlangerungslaufzeit",
    ],
    "notice": [
        "notice", "notice period", "notice term", "termination notice", "cancellation period",
        "notice days", "notice in days", "notice months", "notice in months",
        "notice period in days", "notice period in months", "notice period days",
        "notice period months", "kundigungsfrist", "kuendigungsfrist", "frist",
        "kundigungsfrist in monaten", "kundigungsfrist in tagen", "kundigungsfrist monate",
        "kundigungsfrist tage",
    ],
    "price_month": [
        "price per month", "monthly price", "monthly fee", "monthly cost", "monthly", "per month",
        "cost per month", "fee per month", "monatspreis", "preis pro monat", "kosten pro monat",
        "monatlich", "monatliche kosten", "monatsgebuhr",
    ],
    "price_quarter": [
        "price per quarter", "quarterly price", "quarterly fee", "quarterly cost", "per quarter",
        "quartalspreis", "preis pro quartal", "kosten pro quartal",
    ],
    "price_year": [
        "price per year", "yearly price", "annual price", "yearly fee", "annual fee", "yearly cost",
        "annual cost", "annual value", "yearly value", "per year", "cost per year", "yearly",
        "jahrespreis", "preis pro jahr", "kosten pro jahr", "jahrlich", "jahrliche kosten",
        "jahreskosten", "jahresgebuhr",
    ],
    "price": ["price", "fee", "cost", "amount", "preis", "betrag", "kosten", "gebuhr", "entgelt"],
    "period": [
        "price period", "billing period", "period", "billing cycle", "per", "interval",
        "payment interval", "zeitraum", "abrechnungszeitraum", "zahlweise", "turnus", "intervall",
    ],
    "currency": ["currency", "wahrung", "waehrung"],
    "notes": [
        "notes", "note", "comment", "comments", "remarks", "description", "notizen", "notiz",
        "bemerkung", "bemerkungen", "kommentar", "anmerkung", "beschreibung",
    ],
    **{name: [heading] for name, heading in DERIVED.items()},
}  # fmt: skip

TEMPLATE_ROW = {
    "title": "Help desk 2026",
    "reference": "C-2026-01",
    "vendor": "Northwind Support Ltd",
    "kind": "Contract",
    "services": "Help desk, Network",
    "status": "Draft",
    "manager": "",
    "signed_on": "",
    "start": "2026-01-01",
    "end": "",
    "initial_months": "36 months",
    "renewal_mode": "Renews by itself",
    "renewal_months": "12 months",
    "notice": "3 months",
    "price_month": "1,200.00",
    "price_quarter": "",
    "price_year": "",
    "price": "",
    "period": "",
    "currency": "EUR",
    "notes": "An example: replace this line with your own contracts.",
}
