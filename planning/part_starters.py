"""Lines that a person may take over into a plan with one button: offered, never there by themselves. Pure.

Risks are judged and watched by people, so their likelihood, impact and owner stay open.
"""

RISKS = {
    "lock-in": {
        "kind": "lock_in",
        "text": "We can’t leave: data, accounts or know-how are only with the vendor",
        "mitigation": "Own every account and key; agree on formats and help at the end; rehearse the exit once a year.",
    },
    "control": {
        "kind": "control",
        "text": "We no longer notice what is going wrong, or can’t steer it",
        "mitigation": "Service levels with measurements we can check, a monthly report, one named person on each side.",
    },
    "confidentiality": {
        "kind": "confidentiality",
        "text": "Confidential data gets into wrong hands at the vendor",
        "mitigation": "Confidentiality in the contract, access only as far as needed, a security check before and every year.",
    },
    "morale": {
        "kind": "morale",
        "text": "Our own people fear for their work, or their roles stay unclear",
        "mitigation": "Tell them early and honestly; say who does what from when; offer the work that stays and training.",
    },
    "continuity": {
        "kind": "continuity",
        "text": "The vendor fails, is bought, or loses the people who know us",
        "mitigation": "Look at its finances, keep documentation with us, name a second vendor who could take over.",
    },
    "cost": {
        "kind": "cost",
        "text": "It costs more than quoted: extras, growth, yearly rises",
        "mitigation": "Price every kind of work in the contract, cap the rise, compare invoices with the plan.",
    },
}

COMMUNICATION = {
    "outage": {
        "purpose": "Outages",
        "roles": "Whoever notices it with the help desk",
        "channel": "Phone",
        "frequency": "At once",
        "format": "A short call, then a mail",
    },
    "report": {
        "purpose": "Monthly report",
        "roles": "Vendor’s lead to our manager",
        "channel": "E-mail",
        "frequency": "Every month",
        "format": "Numbers of the service levels, what is open",
    },
    "review": {
        "purpose": "Review",
        "roles": "Our manager with the vendor’s lead",
        "channel": "Meeting",
        "frequency": "Every quarter",
        "format": "Minutes with what was agreed",
    },
    "staff": {
        "purpose": "What changes for our people",
        "roles": "Management to all",
        "channel": "Meeting",
        "frequency": "Before the start, then when something changes",
        "format": "In person, then in writing",
    },
    "complaint": {
        "purpose": "Complaints and escalation",
        "roles": "Our manager to the vendor’s management",
        "channel": "E-mail",
        "frequency": "When the usual way did not help",
        "format": "In writing, answered within two working days",
    },
}

TRAINING = {
    "business": {"topic": "What we do, for whom, and our words for it"},
    "systems": {"topic": "Our systems, and how they hang together"},
    "rules": {"topic": "Our rules: security, privacy, whom to ask"},
}
