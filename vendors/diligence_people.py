"""Security questions about incidents, people, papers and who else is let in, of set 2026-1: see diligence_questions.py."""

from vendors.diligence_shape import Area, Question

INCIDENTS = Area(
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
STAFF = Area(
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
SUBCONTRACTORS = Area(
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
DATA = Area(
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
CERTIFICATES = Area(
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
CONFIDENTIALITY = Area(
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
