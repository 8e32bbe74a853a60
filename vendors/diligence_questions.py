"""What a vendor is asked about security: our own set, each question tied to control numbers. Pure; no Django.

A round of questions names the VERSION of the set that it used, so a set that was asked once is never
changed: a better one gets a new version beside it. Weights go from 1 (good to have) to 3 (without it, we
would hesitate). The numbers of ISO/IEC 27001:2022 (Annex A) and NIST CSF 2.0 say where else the same thing
is asked; they are facts to find one's way by, not the wording of those texts.
"""

from collections.abc import Container
from dataclasses import dataclass

VERSION = "2026-1"


@dataclass(frozen=True)
class Question:
    """One question. `topic` names it in lists and gaps; `evidence` is what would prove a yes.

    `essential`: a no is a critical gap. `iso` are controls of Annex A ("5.17" for A.5.17), `csf` subcategories.
    """

    key: str
    topic: str
    text: str
    weight: int
    evidence: str
    iso: tuple[str, ...]
    csf: tuple[str, ...]
    essential: bool = False


@dataclass(frozen=True)
class Area:
    """Questions about one thing, in the order in which they are asked."""

    key: str
    title: str
    questions: tuple[Question, ...]


_POLICIES = Area(
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
_ACCESS = Area(
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
_ENCRYPTION = Area(
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
_BACKUP = Area(
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
_TESTS = Area(
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
_INCIDENTS = Area(
    "incidents",
    "Incidents",
    (
        Question(
            "monitoring",
            "Somebody watches",
            "Are sign-ins and alarms of the systems that you run for us collected and looked at, also at"
            " night and on weekends?",
            2,
            "What is collected, how long it is kept, and who looks",
            ("8.15", "8.16"),
            ("DE.AE-02", "DE.CM-01", "PR.PS-04"),
        ),
        Question(
            "incident_plan",
            "A plan for incidents",
            "Is there a plan for security incidents that says who does what, and was it practised within"
            " the last 12 months?",
            3,
            "The plan’s table of contents and the notes of the exercise",
            ("5.24", "5.26"),
            ("ID.IM-04", "RS.MA-01"),
        ),
        Question(
            "notification",
            "We are told quickly",
            "Do you tell us within 24 hours when our data or systems may be affected, and is that in the"
            " contract?",
            3,
            "The clause, or the page of the plan that says so",
            ("5.20", "5.26", "6.8"),
            ("GV.SC-08", "RS.CO-02"),
            essential=True,
        ),
        Question(
            "past_incidents",
            "Learning from incidents",
            "After an incident, do you write down what led to it and what you changed, and show it to the"
            " clients concerned?",
            1,
            "One such report, with names blackened",
            ("5.27", "5.28"),
            ("ID.IM-03", "RS.AN-03"),
        ),
    ),
)
_STAFF = Area(
    "staff",
    "People",
    (
        Question(
            "staff_checks",
            "Checks before people start",
            "Do you check who people are, their references and, where the law allows it, their record,"
            " before they get at clients’ systems?",
            2,
            "Which checks are made for which job",
            ("6.1",),
            ("GV.RR-04",),
        ),
        Question(
            "training",
            "Training every year",
            "Do all your people learn about security at least once a year, with a phishing test or the"
            " like?",
            2,
            "What was taught last, and how many took part",
            ("6.3",),
            ("PR.AT-01", "PR.AT-02"),
        ),
        Question(
            "remote_work",
            "Work from elsewhere",
            "Are there rules for work from home and on the road, and are those computers managed by you?",
            1,
            "The rules",
            ("6.7", "8.1"),
            ("PR.AA-05", "PR.PS-01"),
        ),
    ),
)
_SUBCONTRACTORS = Area(
    "subcontractors",
    "Subcontractors",
    (
        Question(
            "sub_list",
            "Who else works for us",
            "Do you name every subcontractor who gets at our data or systems, and ask us before another"
            " one does?",
            3,
            "The list, with country and task",
            ("5.19", "5.21"),
            ("GV.SC-04", "ID.AM-04"),
        ),
        Question(
            "sub_duties",
            "The same duties for them",
            "Do subcontractors sign the same duties of security and confidentiality that you sign to us,"
            " and do you check that they keep them?",
            2,
            "The clause, and the notes of the last check",
            ("5.20", "5.22"),
            ("GV.SC-05", "GV.SC-07"),
        ),
    ),
)
_DATA = Area(
    "data",
    "Where our data is",
    (
        Question(
            "location",
            "Where data is kept and seen",
            "Can you say in which countries our data is kept, and from which ones it can be seen?",
            3,
            "The list of places, cloud services included",
            ("5.23", "5.31"),
            ("GV.OC-03", "ID.AM-07"),
        ),
        Question(
            "separation",
            "Kept apart from other clients",
            "Is our data kept apart from that of other clients, so that none of them can get at it?",
            2,
            "A drawing or a description",
            ("8.3", "8.22"),
            ("PR.IR-01",),
        ),
        Question(
            "return",
            "Given back and deleted at the end",
            "When we part, do we get all data, passwords and documents back in a usual format, and is the"
            " rest deleted with a confirmation?",
            3,
            "The clause, and an example of a confirmation",
            ("5.11", "8.10"),
            ("GV.SC-10", "ID.AM-08"),
        ),
        Question(
            "privacy",
            "Personal data",
            "Is there an agreement on processing personal data that fits our law, with somebody who"
            " answers for it?",
            2,
            "The agreement as you offer it",
            ("5.34",),
            ("GV.OC-03",),
        ),
    ),
)
_CERTIFICATES = Area(
    "certificates",
    "Certificates and audits",
    (
        Question(
            "certificate",
            "Certificate or independent audit",
            "Do you have a valid certificate or a report of an independent audit (for example ISO/IEC"
            " 27001 or SOC 2) that covers the service you offer us?",
            2,
            "The certificate with its scope, or the report",
            ("5.35", "5.36"),
            ("GV.OV-03", "ID.IM-01"),
        ),
        Question(
            "our_audit",
            "We may look ourselves",
            "May we, or somebody for us, check your security once a year?",
            1,
            "The clause as you offer it",
            ("5.22", "5.35"),
            ("GV.SC-07",),
        ),
    ),
)
_CONFIDENTIALITY = Area(
    "confidentiality",
    "Confidentiality",
    (
        Question(
            "agreement",
            "Confidentiality agreement",
            "Do you sign a confidentiality agreement that also holds after the contract has ended?",
            2,
            "The agreement as you offer it",
            ("6.6",),
            ("GV.SC-05",),
        ),
        Question(
            "staff_agreement",
            "Your people have signed too",
            "Have all your people, and those who work for you, signed that they keep clients’ matters to"
            " themselves?",
            2,
            "The form that they sign",
            ("6.2", "6.6"),
            ("GV.RR-04",),
        ),
    ),
)

SETS: dict[str, tuple[Area, ...]] = {
    VERSION: (
        _POLICIES,
        _ACCESS,
        _ENCRYPTION,
        _BACKUP,
        _TESTS,
        _INCIDENTS,
        _STAFF,
        _SUBCONTRACTORS,
        _DATA,
        _CERTIFICATES,
        _CONFIDENTIALITY,
    )
}


def areas_of(version: str, left_out: Container[str] = ()) -> tuple[Area, ...]:
    """The areas of a set with the questions that are asked; areas without any are not there.

    Raises:
        KeyError: no set has that version.
    """
    asked = (
        Area(area.key, area.title, tuple(q for q in area.questions if q.key not in left_out))
        for area in SETS[version]
    )
    return tuple(area for area in asked if area.questions)


def questions_of(version: str, left_out: Container[str] = ()) -> dict[str, Question]:
    """The questions that are asked, by their keys, in their order."""
    return {q.key: q for area in areas_of(version, left_out) for q in area.questions}
