"""Security questions about how systems and data are protected, of set 2026-1: see diligence_questions.py."""

from vendors.diligence_shape import Area, Question

POLICIES = Area(
    "policies",
    "Rules and responsibility",
    (
        Question(
            "policy",
            "Security rules in writing",
            "Do you have written security rules that your management approved and went through again"
            " within the last 12 months?",
            2,
            "The table of contents or the first page, with the day of approval",
            ("5.1",),
            ("GV.PO-01", "GV.PO-02"),
        ),
        Question(
            "responsible",
            "Somebody answers for security",
            "Is there one named person who answers for security, with time and authority for it?",
            2,
            "Name, position and to whom he or she reports",
            ("5.2", "5.4"),
            ("GV.RR-01", "GV.RR-02"),
        ),
        Question(
            "risks",
            "Risks are looked at",
            "Do you write down what could go wrong in your services, how bad it would be, and what you"
            " do about it, at least once a year?",
            2,
            "An extract of the list of risks, with the day of the last look",
            ("5.7", "5.8"),
            ("ID.RA-03", "ID.RA-05", "ID.RA-06"),
        ),
        Question(
            "inventory",
            "Knowing what there is",
            "Do you keep an up-to-date list of the systems and data of clients that you look after?",
            1,
            "A blank or blackened extract of the list",
            ("5.9",),
            ("ID.AM-01", "ID.AM-02"),
        ),
    ),
)
ACCESS = Area(
    "access",
    "Access",
    (
        Question(
            "second_factor",
            "Second factor for access to clients",
            "Does everybody of yours who gets at a client’s systems or data sign in with a second factor?",
            3,
            "A picture of the setting that demands it",
            ("5.17", "8.5"),
            ("PR.AA-01", "PR.AA-03"),
            essential=True,
        ),
        Question(
            "own_accounts",
            "Nobody shares an account",
            "Does each of your people work with an account of his or her own, so that it can be seen who"
            " did what?",
            3,
            "How accounts are given out, and an extract of a log",
            ("5.16", "8.15"),
            ("PR.AA-01", "PR.AA-02"),
        ),
        Question(
            "least_access",
            "Only the access that is needed",
            "Do people get only the access that their work needs, and is that looked through at least"
            " twice a year?",
            2,
            "The notes of the last look through",
            ("5.15", "5.18", "8.3"),
            ("PR.AA-05",),
        ),
        Question(
            "admin_access",
            "Administrators’ access is kept apart",
            "Are administrators’ rights kept in accounts of their own, and is their use recorded?",
            3,
            "A description of how they are given, used and recorded",
            ("8.2", "8.18"),
            ("PR.AA-05",),
        ),
        Question(
            "leavers",
            "Access ends with the job",
            "Does somebody who leaves or changes the team lose all access to clients on the same day?",
            2,
            "The checklist for people who leave",
            ("5.18", "6.5"),
            ("PR.AA-01", "PR.AA-05"),
        ),
    ),
)
ENCRYPTION = Area(
    "encryption",
    "Encryption",
    (
        Question(
            "in_transit",
            "Encrypted on the way",
            "Is everything that leaves your or our network encrypted on the way, remote control included?",
            3,
            "Which connections there are, and how each is encrypted",
            ("8.20", "8.24"),
            ("PR.DS-02",),
        ),
        Question(
            "at_rest",
            "Encrypted where it lies",
            "Is our data encrypted where it lies: on servers, laptops, phones and backups?",
            3,
            "The setting of one device and of the storage",
            ("8.1", "8.24"),
            ("PR.DS-01",),
        ),
        Question(
            "secrets",
            "Passwords and keys are kept safely",
            "Are our passwords and keys kept in a password manager or vault, and changed when somebody"
            " who knew them leaves?",
            3,
            "Which product, and who can open it",
            ("5.17", "8.24"),
            ("PR.AA-01", "PR.DS-01"),
        ),
    ),
)
BACKUP = Area(
    "backup",
    "Backups and going on after a failure",
    (
        Question(
            "backups",
            "Backups every day",
            "Is what you run for us backed up at least daily, with one copy that an attacker in your"
            " network can’t reach?",
            3,
            "The plan of the backups, with where the copies lie",
            ("8.13",),
            ("PR.DS-11",),
            essential=True,
        ),
        Question(
            "restore_tests",
            "Restoring was tried",
            "Did you restore from a backup as a test within the last 6 months, and note how long it took?",
            3,
            "The notes of the last test",
            ("5.30", "8.13"),
            ("PR.DS-11", "RC.RP-03"),
            essential=True,
        ),
        Question(
            "continuity",
            "Going on after a failure",
            "Is there a plan for going on when your office, your network or key people are not there, and"
            " was it tried within the last 12 months?",
            2,
            "The plan’s first pages and the notes of the exercise",
            ("5.29", "5.30", "8.14"),
            ("PR.IR-03", "RC.RP-01"),
        ),
    ),
)
TESTS = Area(
    "tests",
    "Weak points and tests",
    (
        Question(
            "updates",
            "Updates in time",
            "Do you close serious weak points within 14 days of the update that mends them, in your own"
            " systems and in those that you run for us?",
            3,
            "Figures of the last three months",
            ("8.8", "8.19"),
            ("ID.RA-01", "PR.PS-02"),
        ),
        Question(
            "scans",
            "Looking for weak points",
            "Do you look for weak points with a scanner at least once a month?",
            2,
            "The summary of the last scan",
            ("8.8",),
            ("ID.RA-01", "ID.RA-08"),
        ),
        Question(
            "penetration_test",
            "Penetration test by others",
            "Did somebody independent try to break into your systems within the last 12 months, and is"
            " what was found mended?",
            3,
            "The report’s summary and the state of what was found",
            ("5.35", "8.29", "8.34"),
            ("ID.IM-02", "ID.RA-01"),
        ),
        Question(
            "malware",
            "Protection from malware",
            "Does every computer that gets at our systems have protection from malware that reports to"
            " a place where somebody looks?",
            2,
            "Which product, and how many of all computers it covers",
            ("8.7",),
            ("DE.CM-09", "PR.PS-05"),
        ),
        Question(
            "changes",
            "Changes are planned",
            "Are changes to our systems planned, approved, tried out and written down, with a way back?",
            2,
            "One change as it was written down",
            ("8.32", "8.9"),
            ("ID.RA-07", "PR.PS-01"),
        ),
    ),
)
