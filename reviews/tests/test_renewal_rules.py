"""When a renewal has to be decided, what the votes say, and what the brief tells: arithmetic and words."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews import renewal_letter as letter
from reviews import renewal_rules as rules
from reviews import renewal_words as words
from reviews.renewal_rules import Fate

SAFE = dt.date(2026, 9, 30)
CHOICES = ["renew", "renegotiate", "re_tender", "exit"]
LABELS = {
    "renew": "Keep it as it is",
    "renegotiate": "Keep it and renegotiate",
    "re_tender": "Ask the market again",
    "exit": "Leave",
}
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1))


def days(**values):
    usual = {
        "live": True,
        "leaving": False,
        "safe_notice_on": SAFE,
        "ends_on": None,
        "committed_until_on": dt.date(2028, 1, 1),
    }
    return rules.Days(**{**usual, **values})


def before(count: int) -> dt.date:
    return SAFE - dt.timedelta(days=count)


@pytest.mark.parametrize(
    ("found", "on"),
    [
        (days(), SAFE),
        (days(safe_notice_on=None, ends_on=dt.date(2026, 7, 1)), dt.date(2026, 6, 30)),
        (days(safe_notice_on=None), None),
        (days(live=False), None),
        (days(leaving=True), None),
    ],
)
def test_the_last_safe_day_decides_or_the_last_day_of_what_ends_by_itself(found, on):
    assert found.decision_on == on


@pytest.mark.parametrize(
    ("today", "more", "wanted"),
    [
        (before(61), {}, False),
        (before(60), {}, True),
        (SAFE, {}, True),
        (before(60), {"decided_on": [SAFE]}, False),
        (before(60), {"decided_on": [before(30)]}, False),
        (before(60), {"decided_on": [before(31)]}, True),
    ],
)
def test_a_brief_builds_itself_sixty_days_before(today, more, wanted):
    assert rules.wants_brief(days(), today, **more) is wanted


def test_who_is_bound_for_a_month_only_is_not_bothered():
    month = days(committed_until_on=SAFE + dt.timedelta(days=61))
    assert month.binds_briefly
    assert not rules.wants_brief(month, SAFE)


@given(appeared=DAYS, decision=DAYS)
@settings(max_examples=50)
def test_it_is_to_be_decided_two_weeks_before_or_as_soon_as_it_can_be(appeared, decision):
    by = rules.decide_by_on(decision, appeared)
    assert by >= appeared
    if appeared <= decision - dt.timedelta(days=14):
        assert by == decision - dt.timedelta(days=14)
    elif appeared <= decision:
        assert by == decision


@pytest.mark.parametrize(
    ("found", "today", "taken", "fate"),
    [
        (days(), before(20), [], Fate.STAYS),
        (days(safe_notice_on=before(-10)), before(20), [], Fate.MOVES),
        (days(safe_notice_on=before(-10)), before(20), [before(-10)], Fate.OVERTAKEN),
        (days(safe_notice_on=before(-365)), before(20), [], Fate.OVERTAKEN),
        (days(safe_notice_on=before(-365)), before(-1), [], Fate.LAPSES),
        (days(leaving=True), before(20), [], Fate.OVERTAKEN),
        (days(leaving=True), before(-1), [], Fate.OVERTAKEN),
        (days(live=False), before(-1), [], Fate.LAPSES),
    ],
)
def test_what_becomes_of_an_open_brief(found, today, taken, fate):
    assert rules.fate(SAFE, found, today, taken) == fate


@pytest.mark.parametrize(
    ("votes", "leading", "said"),
    [
        ([], (), "Nobody has said yet what they would do."),
        ([("exit", "Olga")], ("exit",), "The one vote so far: leave."),
        (
            [("renew", "Olga"), ("renew", "Max")],
            ("renew",),
            "All 2 who voted would: keep it as it is.",
        ),
        (
            [("renew", "Olga"), ("exit", "Max"), ("renew", "Vera")],
            ("renew",),
            "2 of 3 would: keep it as it is.",
        ),
        (
            [("renew", "Olga"), ("exit", "Max")],
            ("renew", "exit"),
            "The 2 votes are divided between: keep it as it is and leave.",
        ),
    ],
)
def test_what_the_votes_say(votes, leading, said):
    found = rules.tally(CHOICES, votes)
    assert (found.votes, found.leading) == (len(votes), leading)
    assert rules.in_words(found, LABELS) == said


# Words ----------------------------------------------------------------------------------------------

WRITE = words.Writer(
    lambda day: f"{day:%-d %b %Y}", lambda amount, currency: f"{currency} {amount}"
)
NOTHING = {
    "as_of": "2026-08-01",
    "term": {
        "last_safe_on": "2026-09-30",
        "ends_by_itself": False,
        "arrive_by_on": "2026-10-01",
        "ends_on": "2027-01-01",
        "until_on": "2028-01-01",
        "at_stake": "1200.00",
        "yearly_cost": "1200.00",
        "currency": "EUR",
    },
    "reviews": {"held": [], "not_held": 0, "overdue": 0},
    "levels": {"since_on": "2025-08-01", "measured": 0, "missed": 0, "worst": []},
    "credits": {
        name: {"count": 0, "unpriced": 0, "amounts": []}
        for name in ("due", "claimed", "received", "expired")
    },
    "open": {"issues": 0, "serious": 0, "actions": 0, "overdue": 0, "reopened": 0},
    "satisfaction": [],
    "price": {
        "currency": "EUR",
        "first": None,
        "first_on": None,
        "now": None,
        "now_on": "2026-08-01",
        "next": None,
        "next_on": None,
    },
    "exit": {
        "plan": False,
        "share": "0",
        "best": "Write the steps",
        "days_to_leave": None,
        "begin_by_on": None,
        "cost": None,
        "cost_complete": False,
        "currency": "",
        "independence": None,
    },
    "bench": [],
}
MUCH = {
    **NOTHING,
    "reviews": {
        "held": [
            {"label": "Q2 2026", "held_on": "2026-07-05", "score": "61.25", "standing": "amber"},
            {"label": "Q1 2026", "held_on": "2026-04-05", "score": "74", "standing": "green"},
        ],
        "not_held": 1,
        "overdue": 0,
    },
    "levels": {
        "since_on": "2025-08-01",
        "measured": 12,
        "missed": 3,
        "worst": [{"name": "First response", "measured": 12, "missed": 3}],
    },
    "credits": {
        **NOTHING["credits"],
        "due": {"count": 2, "unpriced": 1, "amounts": [{"currency": "EUR", "amount": "55.00"}]},
    },
    "open": {"issues": 1, "serious": 1, "actions": 2, "overdue": 1, "reopened": 0},
    "satisfaction": [
        {
            "title": "Pulse",
            "audience": "Employees",
            "answered": "5 to 9",
            "told": [
                {
                    "question": "All in all?",
                    "words": "about 40 % satisfied",
                    "low": 9,
                    "high": 78,
                    "change": "",
                }
            ],
            "share": "40",
            "is_low": True,
        }
    ],
    "price": {
        **NOTHING["price"],
        "first": "1000",
        "first_on": "2024-01-01",
        "now": "1100",
        "next": "1122",
        "next_on": "2027-01-01",
    },
    "exit": {**NOTHING["exit"], "plan": True, "share": "0.85", "best": "", "days_to_leave": 30},
    "bench": [
        {
            "name": "Corvid",
            "quote": "900",
            "currency": "EUR",
            "yearly": True,
            "counts": True,
            "more": "-200",
            "share": "-0.1818",
        }
    ],
}


def told(facts):
    return {
        part.key: (part.tone, part.verdict, part.sentence) for part in words.sections(facts, WRITE)
    }


def test_what_is_not_known_is_told_as_missing_and_never_as_good():
    assert told(NOTHING) == {
        "reviews": (
            "neutral",
            "Nothing to go by",
            "No review has been closed, so there is no score to go by.",
        ),
        "levels": ("neutral", "Not measured", "Nothing was measured since 1 Aug 2025."),
        "credits": ("neutral", "None", "No service credit has arisen."),
        "open": ("ok", "Nothing open", "No issue is open and no action is left to do."),
        "satisfaction": ("neutral", "Not asked", "Nobody was asked, or no survey is closed yet."),
        "price": ("neutral", "Not known", "What it costs a year is not said yet."),
        "exit": (
            "warn",
            "No exit plan",
            "There is no exit plan. Leaving would begin with writing one.",
        ),
        "bench": (
            "warn",
            "No alternative",
            "Nobody is named whom you would take instead.",
        ),
    }


def test_what_is_known_is_told_in_numbers():
    assert told(MUCH) == {
        "reviews": (
            "warn",
            "Needs attention",
            "The last review (Q2 2026) says: needs attention, 61.3 points of 100, 12.8 fewer than"
            " one review before. 1 review not held.",
        ),
        "levels": ("bad", "3 missed", "3 of 12 measured windows missed since 1 Aug 2025."),
        "credits": (
            "warn",
            "Unclaimed",
            "2 credits wait to be claimed: EUR 55.00 and 1 credit without an amount.",
        ),
        "open": ("bad", "3 open", "1 issue and 2 actions are open."),
        "satisfaction": ("warn", "Low", "Employees: about 40 % satisfied."),
        "price": (
            "warn",
            "+10.0 % since the start",
            "It costs EUR 1100 a year, +10.0 % since the start. The next term brings +2.0 %.",
        ),
        "exit": ("ok", "Ready", "The exit plan is 85 % ready."),
        "bench": (
            "ok",
            "1 fresh quote",
            "1 quote still counts. Corvid would cost EUR 200 a year less.",
        ),
    }


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (
            {},
            "Last safe day for notice: Wed 30 Sep 2026. If you do nothing you commit to EUR 1200.00"
            " until 1 Jan 2028.",
        ),
        (
            {"at_stake": None},
            "Last safe day for notice: Wed 30 Sep 2026. If you do nothing you are bound until"
            " 1 Jan 2028; what that costs is not known yet.",
        ),
        (
            {"ends_by_itself": True, "last_safe_on": "2026-12-31"},
            "It ends by itself: Thu 31 Dec 2026 is its last day. If you do nothing it is over on"
            " 1 Jan 2027.",
        ),
    ],
)
def test_the_headline_says_by_when_and_what_doing_nothing_brings(term, said):
    assert words.headline({"term": {**NOTHING["term"], **term}}, WRITE) == said


def test_the_writer_takes_what_json_keeps():
    assert WRITE.day(None) == "not said yet"
    assert WRITE.money(None, "EUR") == "not known"
    assert WRITE.money("12.50", "EUR") == f"EUR {Decimal('12.50')}"


# The letter -----------------------------------------------------------------------------------------

LETTER = letter.LetterFacts(
    title="Help desk",
    reference="HD-1",
    vendor="Northwind Ltd",
    contact="Nora North",
    organization="Acme",
    sender="Olga",
    today="1 Aug 2026",
    signed_on="1 Dec 2025",
    ends_on="1 Jan 2027",
    notice_words="3 months",
    choice="exit",
    form="registered_letter",
    data_return="All tickets.",
)


def test_the_letter_says_what_makes_a_notice_count():
    assert letter.subject(LETTER) == "Notice of termination: Help desk (HD-1)"
    assert letter.body(LETTER) == (
        "By registered letter\n1 Aug 2026\n\nDear Nora North,\n\n"
        "We give notice of our contract “Help desk” with you, reference HD-1, signed on 1 Dec 2025,"
        " so that it ends on 1 Jan 2027, or else the earliest day on which it can end with the"
        " agreed notice of 3 months.\n\n"
        "Please confirm in writing that you have received this notice, and on which day the contract"
        " ends by your records.\n\n"
        "Until the contract ends we count on the service as it was agreed, and on your help with the"
        " handover. We expect back: All tickets. Please name the person with whom we plan it.\n\n"
        "Kind regards\nOlga\nAcme"
    )


def test_a_letter_to_talk_from_asks_for_talks():
    text = letter.body(
        letter.LetterFacts(**{**vars(LETTER), "choice": "renegotiate", "ends_on": ""})
    )
    assert "so that it ends on the earliest day on which it can end" in text
    assert "when can we talk?" in text
    assert "handover" not in text


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], ("neutral", "Not said")),
        ([("Seats", "30", None)], ("neutral", "Not said")),
        ([("Seats", "30", "18"), ("Phones", "5", "9")], ("warn", "Not all")),
        ([("Seats", "30", "30"), ("Phones", "5", "9")], ("warn", "More")),
        ([("Seats", "30", "30"), ("Phones", "5", "5")], ("ok", "All")),
        ([("Seats", "30", "30"), ("Phones", "5", None)], ("neutral", "Partly said")),
    ],
)
def test_what_is_paid_and_not_used_speaks_for_talking_about_the_price(lines, said):
    use = [{"label": label, "paid": paid, "used": used} for label, paid, used in lines]
    assert told({**NOTHING, "use": use})["use"][:2] == said
    assert "use" not in told(NOTHING)  # decided before it was asked
