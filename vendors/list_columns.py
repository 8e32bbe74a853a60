"""The columns of a vendor list: what they are called in exports, and what people call them. Pure."""

# field: heading in exports and the template.
HEADINGS = {
    "legal_name": "Legal name",
    "trading_name": "Trading name",
    "website": "Website",
    "country": "Country",
    "founded_year": "Founded",
    "size": "Size",
    "registration_number": "Registration number",
    "tax_number": "VAT or tax number",
    "services": "Services",
    "industries": "Industries",
    "countries_served": "Countries served",
    "languages": "Languages",
    "time_zone": "Time zone",
    "support_hours": "Support hours",
    "status": "Status",
    "inside_owner": "Owner inside",
    "notes": "Notes",
    "contact_name": "Contact name",
    "contact_role": "Contact position",
    "contact_email": "Contact e-mail",
    "contact_phone": "Contact phone",
}
CONTACT_FIELDS = {
    "contact_name": "name",
    "contact_role": "role",
    "contact_email": "email",
    "contact_phone": "phone",
}
# Understood but not stored: "name" becomes legal or trading name, "archived" is only exported.
EXTRA_HEADINGS = {"name": "Vendor", "archived": "Archived"}

SYNONYMS = {
    "name": [
        "vendor", "vendor name", "vendors", "provider", "provider name", "providers", "supplier",
        "supplier name", "suppliers", "company", "company name", "name", "business", "firm",
        "contractor", "partner", "service provider", "outsourcing provider", "organisation",
        "organization", "account name",
    ],
    "legal_name": [
        "legal name", "registered name", "legal entity", "legal entity name", "official name",
        "full legal name", "legal company name", "full name",
    ],
    "trading_name": [
        "trading name", "trade name", "trading as", "brand", "brand name", "dba",
        "doing business as", "known as", "short name",
    ],
    "website": ["website", "web site", "web", "url", "homepage", "home page", "site", "domain", "www", "link"],
    "country": ["country", "country code", "headquarters", "hq country", "home country", "hq", "based in"],
    "founded_year": [
        "founded", "founded year", "year founded", "founded in", "established", "year established",
        "since", "year of foundation", "founding year",
    ],
    "size": [
        "size", "size band", "company size", "employees", "number of employees", "headcount",
        "head count", "staff", "no of employees", "people", "fte",
    ],
    "registration_number": [
        "registration number", "registration no", "registration", "company number", "company no",
        "reg no", "reg number", "company registration number", "commercial register", "crn",
        "business number", "registration id", "company id",
    ],
    "tax_number": [
        "vat or tax number", "vat number", "vat", "vat no", "vat id", "tax number", "tax id",
        "tax no", "tin", "vat/tax number", "gst number", "ein", "ust-idnr",
    ],
    "services": ["services", "service", "services offered", "offering", "offerings", "products", "expertise"],
    "industries": ["industries", "industry", "sector", "sectors", "verticals", "branches"],
    "countries_served": [
        "countries served", "further countries", "serves", "regions", "markets", "coverage",
        "countries", "locations",
    ],
    "languages": ["languages", "language", "languages spoken", "support languages"],
    "time_zone": ["time zone", "timezone", "tz"],
    "support_hours": ["support hours", "hours", "service hours", "opening hours", "business hours", "availability"],
    "status": ["status", "vendor status", "state", "stage", "relationship"],
    "inside_owner": [
        "owner inside", "owner", "internal owner", "vendor owner", "vendor manager",
        "account owner", "responsible", "relationship owner",
    ],
    "notes": ["notes", "note", "comment", "comments", "remarks", "description", "about"],
    "contact_name": ["contact name", "contact", "contact person", "main contact", "primary contact", "key contact"],
    "contact_role": ["contact position", "contact role", "contact title", "position", "job title"],
    "contact_email": ["contact e-mail", "contact email", "e-mail", "email", "mail", "email address", "e-mail address"],
    "contact_phone": [
        "contact phone", "phone", "telephone", "tel", "mobile", "phone number", "contact telephone",
    ],
    "archived": ["archived"],
}  # fmt: skip

TEMPLATE_ROW = {
    "legal_name": "Northwind Support Ltd",
    "trading_name": "Northwind",
    "website": "northwind.example",
    "country": "Ireland",
    "founded_year": "2011",
    "size": "35",
    "registration_number": "IE-512345",
    "tax_number": "IE1234567T",
    "services": "Help desk, Network",
    "industries": "Retail, Health",
    "countries_served": "Ireland, United Kingdom",
    "languages": "English, German",
    "time_zone": "Europe/Dublin",
    "support_hours": "Mon–Fri 8–18",
    "status": "Prospect",
    "inside_owner": "",
    "notes": "An example: replace this line with your own vendors.",
    "contact_name": "Nora Byrne",
    "contact_role": "Account manager",
    "contact_email": "nora@northwind.example",
    "contact_phone": "+353 1 555 0100",
}
