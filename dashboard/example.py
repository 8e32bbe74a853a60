"""The example organization as plain data: a small company in the middle of choosing a help desk."""

from dataclasses import dataclass, field

from evaluations.criteria import GATE, CriterionDraft

ORGANIZATION = "Larkspur Foods"
PASSWORD = "look-around-2026"  # noqa: S105  (printed by `./portal up`; only loaded where nobody else can reach it)


@dataclass(frozen=True)
class Person:
    """Somebody at the example company; `login` is the part before the @."""

    login: str
    name: str
    role: str


PEOPLE = (
    Person("admin", "Ada Lindqvist", "admin"),
    Person("owner", "Olivia Marsh", "owner"),
    Person("manager", "Samir Haddad", "manager"),
    Person("evaluator", "Ines Duarte", "evaluator"),
    Person("viewer", "Victor Blom", "viewer"),
)

GATE_NAME = "Liability insurance"
GATE_DRAFT = CriterionDraft(
    name=GATE_NAME,
    kind=GATE,
    question="Is there a valid professional liability insurance of at least 1 million?",
)

VENDORS: tuple[dict[str, object], ...] = (
    {
        "legal_name": "Brightdesk IT GmbH",
        "trading_name": "Brightdesk IT",
        "website": "https://brightdesk.example",
        "country": "DE",
        "languages": ["German", "English"],
        "time_zone": "Europe/Berlin",
        "support_hours": "Mon–Fri 08:00–18:00",
        "size": "10-49",
        "founded_year": 2011,
        "services": ["Help desk", "Network"],
        "industries": ["Food", "Retail"],
        "registration_number": "HRB 48112",
        "status": "candidate",
    },
    {
        "legal_name": "Harbour Managed Services Ltd",
        "trading_name": "Harbour Managed Services",
        "website": "https://harbour-ms.example",
        "country": "IE",
        "languages": ["English"],
        "time_zone": "Europe/Dublin",
        "support_hours": "Every day 07:00–22:00",
        "size": "50-249",
        "founded_year": 2004,
        "services": ["Help desk", "Security operations", "Backup"],
        "industries": ["Logistics"],
        "registration_number": "IE 391204",
        "status": "candidate",
    },
    {
        "legal_name": "Kestrel Cloud B.V.",
        "trading_name": "Kestrel Cloud",
        "website": "https://kestrel-cloud.example",
        "country": "NL",
        "languages": ["Dutch", "English", "German"],
        "time_zone": "Europe/Amsterdam",
        "support_hours": "Round the clock",
        "size": "50-249",
        "founded_year": 2015,
        "services": ["Cloud", "Help desk"],
        "registration_number": "KVK 63120457",
        "status": "candidate",
    },
    {
        "legal_name": "Local Bytes e.K.",
        "trading_name": "Local Bytes",
        "website": "https://localbytes.example",
        "country": "DE",
        "languages": ["German"],
        "time_zone": "Europe/Berlin",
        "support_hours": "Mon–Fri 09:00–17:00",
        "size": "2-9",
        "founded_year": 2019,
        "services": ["Help desk"],
        "status": "candidate",
    },
    {
        "legal_name": "Quayside Support SIA",
        "trading_name": "Quayside Support",
        "website": "https://quayside.example",
        "country": "LV",
        "languages": ["English", "Latvian"],
        "time_zone": "Europe/Riga",
        "support_hours": "Mon–Sat 06:00–20:00",
        "size": "10-49",
        "founded_year": 2017,
        "services": ["Help desk", "Data entry"],
        "status": "candidate",
    },
    {
        "legal_name": "Saltmarsh Backup Oy",
        "trading_name": "Saltmarsh Backup",
        "website": "https://saltmarsh.example",
        "country": "FI",
        "services": ["Backup"],
        "status": "active",
    },
    {
        "legal_name": "Fernhill Networks GmbH",
        "trading_name": "Fernhill Networks",
        "website": "https://fernhill-networks.example",
        "country": "DE",
        "languages": ["German", "English"],
        "time_zone": "Europe/Berlin",
        "support_hours": "Mon–Fri 08:00–18:00",
        "size": "10-49",
        "founded_year": 2009,
        "services": ["Network", "Firewall"],
        "status": "active",
    },
)


@dataclass(frozen=True)
class Agreed:
    """A mark that was agreed on: candidate, criterion by place, mark, why."""

    candidate: str
    place: int
    mark: str
    reason: str


@dataclass(frozen=True)
class Decision:
    """The award of a finished evaluation. Days count back from today."""

    winner: str
    runner_up: str
    rationale: str
    winner_quote: str
    runner_up_quote: str
    quoted_days_ago: int
    valid_for_days: int
    conditions: tuple[str, ...]
    settled: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Choice:
    """One evaluation: marks by evaluator's login → candidate → one character per criterion.

    Digits are marks, `n` is N/A, `.` is still empty; the last character is the gate: `p` or `f`.
    Evidence grades stand beside in the same order: measured, reference, document, demo, claim, guess.
    """

    title: str
    service: str
    reason: str
    candidates: tuple[str, ...]
    in_house: bool
    marks: dict[str, dict[str, str]]
    evidence: dict[str, str]
    comments: dict[tuple[str, str, int], str] = field(default_factory=dict)
    submitted: tuple[str, ...] = ()
    closed: bool = False
    # Started from the outsourcing plan of the help desk, which brings the gate and staying in-house.
    planned: bool = False
    # Orders of importance by login, as places of the weighted criteria; the first one's is taken.
    orders: dict[str, str] = field(default_factory=dict)
    agreed: tuple[Agreed, ...] = ()
    decision: Decision | None = None


EVIDENCE = {"m": "measured", "r": "reference", "d": "document", "o": "demo", "c": "claim"}
IN_HOUSE = "Stay in-house"

BACKUP = Choice(
    title="Backup and restore 2025",
    service="Backup",
    reason="Two failed restores in one year. We want somebody who tests restores every month.",
    candidates=(
        "Saltmarsh Backup",
        "Harbour Managed Services",
        "Kestrel Cloud",
        "Quayside Support",
    ),
    in_house=True,
    marks={
        "owner": {
            "Saltmarsh Backup": "44444p",
            "Harbour Managed Services": "43243p",
            "Kestrel Cloud": "54243p",
            "Quayside Support": "43544f",
            IN_HOUSE: "23425p",
        },
        "manager": {
            "Saltmarsh Backup": "54454p",
            "Harbour Managed Services": "44253p",
            "Kestrel Cloud": "43244p",
            "Quayside Support": "44543p",
            IN_HOUSE: "2n325p",
        },
        "evaluator": {
            "Saltmarsh Backup": "45434p",
            "Harbour Managed Services": "34344p",
            "Kestrel Cloud": "53153p",
            "Quayside Support": "34444p",
            IN_HOUSE: "1n414p",
        },
    },
    evidence={"owner": "drdrod", "manager": "mrdddd", "evaluator": "orccod"},
    comments={
        (
            "manager",
            "Saltmarsh Backup",
            0,
        ): "Restored our test share in 40 minutes while we watched.",
        ("owner", "Quayside Support", 5): "The policy they sent ran out in March.",
        ("evaluator", IN_HOUSE, 0): "Both failed restores this year were ours.",
    },
    submitted=("owner", "manager", "evaluator"),
    closed=True,
    agreed=(
        Agreed(
            "Kestrel Cloud",
            2,
            "2",
            "We went through the price list together: restores above 1 TB cost extra, which one of "
            "us had missed.",
        ),
    ),
    decision=Decision(
        winner="Saltmarsh Backup",
        runner_up="Kestrel Cloud",
        rationale="First by a clear margin, and the only one whose restore we watched with our own "
        "data. The extra cost against Kestrel Cloud is less than one lost day a year.",
        winner_quote="6480.00",
        runner_up_quote="5904.00",
        quoted_days_ago=20,
        valid_for_days=70,
        conditions=(
            "A restore test each month stands in the contract",
            "Data stays in the EU, also in the second location",
            "Proof of liability insurance of at least 1 million",
        ),
        settled=((2, "Certificate received, valid for a year."),),
    ),
)

BACKUP_WINNER = "Saltmarsh Backup"

NETWORK = Choice(
    title="Network and firewall",
    service="Network",
    reason="The firewall is seven years old, and nobody in the house dares to touch it.",
    candidates=(
        "Brightdesk IT",
        "Harbour Managed Services",
        "Kestrel Cloud",
        "Local Bytes",
    ),
    in_house=True,
    orders={"owner": "02314", "manager": "30124"},
    marks={
        "owner": {
            "Brightdesk IT": "44344p",
            "Harbour Managed Services": "44353p",
            "Kestrel Cloud": "54244p",
            "Local Bytes": "24525p",
            IN_HOUSE: "22314p",
        },
        "manager": {
            "Brightdesk IT": "43435p",
            "Harbour Managed Services": "54254p",
            "Kestrel Cloud": "44143p",
            "Local Bytes": "33414f",
            IN_HOUSE: "1n315p",
        },
        "evaluator": {
            "Brightdesk IT": "33424p",
            "Harbour Managed Services": "43243p",
            "Kestrel Cloud": "54532p",
            "Local Bytes": "23423p",
            IN_HOUSE: "12213p",
        },
    },
    evidence={"owner": "rdrcod", "manager": "orccdd", "evaluator": "cocccd"},
    comments={
        ("manager", "Kestrel Cloud", 2): "Priced per device: the cash registers count as well.",
        ("evaluator", "Kestrel Cloud", 2): "Cheapest for the office alone.",
        ("manager", "Local Bytes", 5): "The cover ended in June; nothing newer was shown.",
        ("owner", "Harbour Managed Services", 3): "Watched their night team close an alarm.",
    },
    submitted=("owner", "manager", "evaluator"),
    closed=True,
)

HELP_DESK = Choice(
    title="Help desk for 60 users",
    service="Help desk",
    reason="Our one IT person leaves in spring. Staff wait two days for an answer today.",
    candidates=(
        "Brightdesk IT",
        "Harbour Managed Services",
        "Kestrel Cloud",
        "Local Bytes",
        "Quayside Support",
    ),
    in_house=True,
    planned=True,
    marks={
        "owner": {
            "Brightdesk IT": "44344p",
            "Harbour Managed Services": "34242p",
            "Kestrel Cloud": "44144p",
            "Local Bytes": "25524p",
            "Quayside Support": "33433p",
            IN_HOUSE: "23225p",
        },
        "manager": {
            "Brightdesk IT": "44444p",
            "Harbour Managed Services": "44352p",
            "Kestrel Cloud": "532.4p",
            "Local Bytes": "24445f",
            "Quayside Support": "33432p",
            IN_HOUSE: "2n325p",
        },
        "evaluator": {"Brightdesk IT": "44424p", "Kestrel Cloud": "43...."},
    },
    evidence={"owner": "drdcod", "manager": "rrdcod", "evaluator": "oorcod"},
    comments={
        ("owner", "Brightdesk IT", 0): "Two references called; both would sign again.",
        ("manager", "Local Bytes", 5): "No certificate yet, only a promise to buy cover.",
        ("manager", "Kestrel Cloud", 2): "Dearest of all over three years.",
        ("evaluator", "Brightdesk IT", 3): "No penetration test since 2023.",
    },
    submitted=("owner",),
)
