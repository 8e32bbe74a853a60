"""Service levels in plain words, their credits, and what is remarkable about them."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.level_checks import findings
from contracts.level_credits import (
    Measure,
    bands_as_text,
    credit_example,
    credit_for,
    credit_rule,
    measure_of,
    parse_bands,
    price_of,
)
from contracts.level_packs import LEVELS, PACKS
from contracts.level_words import (
    Band,
    Level,
    counted,
    duration,
    example,
    meaning,
    minutes_of,
    promise,
)
from core.service_hours import SupportHours

BERLIN, DUBLIN = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Dublin")
SUNDAY = dt.date(2026, 11, 22)
OFFICE = SupportHours(DUBLIN, frozenset(range(5)), dt.time(9), dt.time(17))


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def level(metric: str, target: str, unit: str, **more) -> Level:
    comparator = "at_most" if unit in ("minutes", "hours", "days") else "at_least"
    bands = tuple(Band(Decimal(a), Decimal(b)) for a, b in more.pop("bands", []))
    for name in ("share", "credit_cap_percent"):
        if name in more:
            more[name] = Decimal(more[name])
    given = {"name": metric.title(), "comparator": comparator, "window": "month", **more}
    return Level(metric=metric, target=Decimal(target), unit=unit, credits=bands, **given)


UP = level("availability", "99.5", "percent", hours="round_clock")
ANSWER = level("response", "4", "hours", hours="support")
GOOD = replace(
    UP, source="Their monitoring", credits=(Band(Decimal("99.5"), Decimal(5)),), claim_days=30
)


@pytest.mark.parametrize(
    ("row", "said", "means"),
    [
        (
            UP,
            "Works at least 99.5 % of the time.",
            "99.5 % allows 3 h 36 min down a month (of 30 days).",
        ),
        (
            replace(UP, window="quarter"),
            "Works at least 99.5 % of the time.",
            "99.5 % allows 10 h 55 min down a quarter (of 91 days).",
        ),
        (
            replace(UP, window="year"),
            "Works at least 99.5 % of the time.",
            "99.5 % allows 43 h 48 min down a year (of 365 days).",
        ),
        (
            replace(UP, target=Decimal("99.99")),
            "Works at least 99.99 % of the time.",
            "99.99 % allows 4 min 19 s down a month (of 30 days).",
        ),
        (
            replace(UP, hours=""),
            "Works at least 99.5 % of the time.",
            "99.5 % allows 3 h 36 min down a month (of 30 days), if it counts round the clock.",
        ),
        (
            replace(UP, hours="support"),
            "Works at least 99.5 % of the time.",
            "99.5 % allows 51 min 25 s down within support hours a month (of 30 days, 40 h of support a week). Outside them it may be down without limit.",
        ),
        (
            level("availability", "4", "hours", hours="round_clock"),
            "Down for at most 4 hours a month.",
            "",
        ),
        (ANSWER, "First answer within 4 hours, every time.", ""),
        (
            replace(ANSWER, share=Decimal("92.5")),
            "First answer within 4 hours in at least 92.5 % of cases.",
            "Of 100 cases 7.5 may take longer, however long.",
        ),
        (
            level("resolution", "1", "days", hours="support"),
            "Solved within 1 day, every time.",
            "A day is one day of support, 8 h.",
        ),
        (
            level("first_contact", "65", "percent"),
            "At least 65 % of cases are solved at the first contact.",
            "Of 100 cases 35 may need a second contact.",
        ),
        (level("satisfaction", "4.2", "score"), "Satisfaction of at least 4.2 points.", ""),
        (level("custom", "1", "count", window="quarter"), "At least once a quarter.", ""),
        (level("custom", "7", "days", share="95"), "At most 7 days in at least 95 % of cases.", ""),
    ],
)
def test_in_plain_words(row, said, means):
    assert plain(promise(row)) == said
    assert plain(meaning(row, OFFICE)) == means


def test_what_can_not_be_said_yet_says_so():
    by_hours = replace(UP, hours="support")
    assert "once the support hours are" in meaning(by_hours, None)
    assert minutes_of(level("resolution", "2", "days", hours="support"), None) is None
    assert example(ANSWER, None, SUNDAY, DUBLIN) is None
    assert example(replace(ANSWER, hours=""), OFFICE, SUNDAY, DUBLIN) is None
    assert example(UP, OFFICE, SUNDAY, DUBLIN) is None
    assert (
        counted(replace(UP, hours=""))
        == "Not said yet in which hours it counts, measured over each month"
    )
    assert counted(level("satisfaction", "4", "score")) == "Measured over each month"


def test_hours_that_never_open_have_no_example():
    class Every:
        def __contains__(self, day: object) -> bool:
            return True

    never = replace(OFFICE, holidays=Every())
    assert example(ANSWER, never, SUNDAY, DUBLIN) is None


@pytest.mark.parametrize(
    ("row", "hours", "zone", "said"),
    [
        (
            ANSWER,
            OFFICE,
            DUBLIN,
            "An outage on Friday 16:30 gets its first answer by Monday 12:30.",
        ),
        (
            ANSWER,
            OFFICE,
            BERLIN,
            "An outage on Friday 16:30 gets its first answer by Monday 12:30 (11:30 in Europe/Dublin).",
        ),
        (
            replace(ANSWER, metric="resolution", priority="low", share=Decimal(90)),
            OFFICE,
            DUBLIN,
            "A case of priority “low” on Friday 16:30 is solved by Monday 12:30, in 90 % of cases.",
        ),
        (
            level("resolution", "10", "days", hours="support"),
            OFFICE,
            DUBLIN,
            "An outage on Friday 16:30 is solved by Friday 11 December, 16:30.",
        ),
        (
            ANSWER,
            replace(
                OFFICE, zone=ZoneInfo("America/New_York"), opens=dt.time(15), closes=dt.time(23)
            ),
            DUBLIN,
            "An outage on Friday 16:30 gets its first answer by Saturday 00:00 (Friday 19:00 in America/New York).",
        ),
        (
            level("resolution", "2", "days", hours="round_clock"),
            OFFICE,
            DUBLIN,
            "An outage on Friday 16:30 is solved by Sunday 16:30.",
        ),
        (
            replace(ANSWER, hours="round_clock"),
            None,
            DUBLIN,
            "An outage on Friday 16:30 gets its first answer by 20:30 on the same day.",
        ),
    ],
)
def test_an_example_of_the_coming_friday(row, hours, zone, said):
    found = example(row, hours, SUNDAY, zone)
    assert plain(found.text) == said
    assert found.reported_at.astimezone(zone) == dt.datetime(2026, 11, 27, 16, 30, tzinfo=zone)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        ("216", "3 h 36 min"),
        ("0", "0 s"),
        ("43.2", "43 min 12 s"),
        ("5400", "3 days 18 h"),
        ("60", "1 h"),
        ("0.999", "59 s"),
    ],
)
def test_durations_are_rounded_down(minutes, said):
    assert plain(duration(Decimal(minutes))) == said


# Credits --------------------------------------------------------------------------------------------

THREE = [("99.5", "5"), ("99", "10"), ("98", "20")]
BELOW = measure_of(UP)


def test_the_rule_and_an_example_with_money():
    row = level(
        "availability", "99.5", "percent", bands=THREE[:2], credit_cap_percent="15", claim_days=30
    )
    assert plain(credit_rule(row)) == (
        "You get 5 % of the month’s price back below 99.5 %, 10 % below 99 %; never more than 15 %."
    )
    assert plain(credit_example(row, Decimal("1200"), "EUR")) == (
        "At 98.7 % you get 10 % of the month’s price back, EUR 120; claim it within 30 days."
    )
    assert plain(credit_example(replace(row, claim_days=None), None, "EUR")) == (
        "At 98.7 % you get 10 % of the month’s price back."
    )
    quarter = replace(row, window="quarter", claim_days=1)
    assert plain(credit_example(quarter, price_of(Decimal("14832.10"), "quarter"), "EUR")) == (
        "At 98.7 % you get 10 % of the quarter’s price back, EUR 370.80; claim it within 1 day."
    )
    assert credit_rule(UP) == credit_example(UP, Decimal(1), "EUR") == ""
    assert price_of(None, "month") is None


def test_credits_of_a_share_and_of_a_time():
    often = replace(ANSWER, share=Decimal(90), credits=(Band(Decimal(90), Decimal(5)),))
    assert plain(credit_rule(often)) == (
        "You get 5 % of the month’s price back if less than 90 % of cases keep it."
    )
    assert plain(credit_example(often, None, "")) == (
        "If 89 % of cases keep it, you get 5 % of the month’s price back."
    )
    tiny = replace(UP, unit="score", credits=(Band(Decimal(1), Decimal(5)),))
    assert plain(credit_example(tiny, None, "")) == (
        "At 0.5 points you get 5 % of the month’s price back."
    )
    slow = replace(ANSWER, credits=(Band(Decimal(8), Decimal(5)),))
    assert plain(credit_rule(slow)) == "You get 5 % of the month’s price back above 8 hours."
    assert (
        plain(credit_example(slow, None, "")) == "At 9 hours you get 5 % of the month’s price back."
    )


@pytest.mark.parametrize(
    ("measured", "back"),
    [
        ("99.5", "0"),
        ("99.49", "5"),
        ("99", "5"),
        ("98.99", "10"),
        ("98", "10"),
        ("0", "15"),
        ("100", "0"),
    ],
)
def test_the_credit_for_a_measured_value(measured, back):
    row = level("availability", "99.5", "percent", bands=THREE, credit_cap_percent="15")
    assert credit_for(row, Decimal(measured)) == Decimal(back)


@pytest.mark.parametrize(
    "text",
    [
        "below 99.5: 5 %\nbelow 99: 10 %\nbelow 98: 20 %",
        "98 20\n99 10\n\n99,5 5",
        "< 99.5 % = 5%; UNDER 99% → 10 %; less than 98 - 20",
        "below 99.5:5\nbelow 99 : 10\nbelow 98.0 - 20",
    ],
)
def test_bands_are_read_as_people_write_them(text):
    assert [(band.worse_than, band.percent) for band in parse_bands(text, BELOW)] == [
        (Decimal(a), Decimal(b)) for a, b in THREE
    ]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("99.55", "Line 1, “99.55”: write it like “below 99.5: 5 %”."),
        ("below 99: 5\nnothing", "Line 2, “nothing”: write it like"),
        ("above 99: 5", "here worse means below"),
        ("below 99: 5\nbelow 99.0: 6", "“below 99” is there twice."),
        ("below 101: 5", "it ends at 100 %"),
        ("below 99: 0", "more than 0 and at most 100 %"),
        ("below 99: 101", "more than 0 and at most 100 %"),
        ("below 99.12345: 5", "at most four decimals"),
        ("below 9.9.9,9: 5", "Line 1"),
        ("below 99 hours: 5", "the limit is in %"),
        ("\n".join(f"below {n}: 5" for n in range(20, 31)), "at most 10 fit"),
    ],
)
def test_what_is_no_band_is_refused_in_words(text, wrong):
    with pytest.raises(ValueError, match="(?s).") as caught:
        parse_bands(text, BELOW)
    assert wrong in plain(str(caught.value))


def test_bands_of_a_time_lie_above_it():
    measure = measure_of(ANSWER)
    assert measure == Measure("above", Decimal(4), "hours")
    found = parse_bands("above 8 h: 10\nlonger than 4 hours: 5", measure)
    assert bands_as_text(found, measure) == "above 4: 5 %\nabove 8: 10 %"
    with pytest.raises(ValueError, match="too large"):
        parse_bands("above 100000000: 5", measure)


@settings(max_examples=50)
@given(
    st.dictionaries(
        st.decimals(0, 100, places=2), st.decimals("0.01", 100, places=2), min_size=1, max_size=10
    )
)
def test_written_and_read_again_they_are_the_same(pairs):
    bands = [Band(limit, pairs[limit]) for limit in sorted(pairs, reverse=True)]
    assert parse_bands(bands_as_text(bands, BELOW), BELOW) == bands


# Findings -------------------------------------------------------------------------------------------


def whats(*levels: Level, hours: SupportHours | None = OFFICE) -> list[str]:
    found = findings(levels, hours)
    assert all(level in levels for each in found for level in each.levels)
    return [plain(each.what) for each in found]


def test_a_good_level_has_no_remarks():
    assert whats(GOOD) == []
    assert whats() == []


ANSWER_OK = replace(
    ANSWER, source="Tickets", credits=(Band(Decimal(4), Decimal(5)),), claim_days=30
)
SOLVED_OK = replace(
    ANSWER_OK,
    metric="resolution",
    name="Resolution",
    target=Decimal(8),
    credits=(Band(Decimal(8), Decimal(5)),),
)
ALIKE = "All cases get the same first answer, urgent or not."


@pytest.mark.parametrize(
    ("levels", "hours", "said"),
    [
        ([ANSWER_OK], OFFICE, ["A first response is promised, a resolution is not.", ALIKE]),
        ([ANSWER_OK, SOLVED_OK], OFFICE, [ALIKE]),
        (
            [ANSWER_OK, SOLVED_OK],
            None,
            ["Levels count within support hours, but the support hours are not said.", ALIKE],
        ),
        (
            [
                replace(ANSWER_OK, priority="P1"),
                replace(ANSWER_OK, priority="P2"),
                replace(SOLVED_OK, priority="p1"),
            ],
            OFFICE,
            ["For “P2” a response is promised, a resolution is not."],
        ),
        ([replace(ANSWER_OK, priority="P1"), SOLVED_OK], OFFICE, []),
        (
            [
                replace(ANSWER_OK, priority="P1"),
                replace(
                    SOLVED_OK,
                    priority="P1",
                    target=Decimal(2),
                    credits=(Band(Decimal(2), Decimal(5)),),
                ),
            ],
            OFFICE,
            ["“Resolution (P1)” has to be done before the first answer is due."],
        ),
        ([replace(GOOD, source="")], OFFICE, ["“Availability” has no source of measurement."]),
        (
            [replace(GOOD, hours="")],
            OFFICE,
            ["“Availability” does not say in which hours it counts."],
        ),
        (
            [replace(GOOD, hours="support")],
            OFFICE,
            ["“Availability” counts only within support hours."],
        ),
        (
            [replace(GOOD, credits=())],
            OFFICE,
            ["“Availability” gives no credit when it is broken."],
        ),
        (
            [GOOD, replace(GOOD, name="B", credits=())],
            OFFICE,
            ["“B” gives no credit when it is broken."],
        ),
        (
            [replace(GOOD, claim_days=None)],
            OFFICE,
            ["“Availability” gives credits, but does not say until when they must be claimed."],
        ),
        ([replace(GOOD, window="year")], OFFICE, ["“Availability” is measured over a whole year."]),
        (
            [replace(GOOD, target=Decimal(100), credits=(Band(Decimal(100), Decimal(5)),))],
            OFFICE,
            ["“Availability” promises at least 100 %."],
        ),
        (
            [replace(GOOD, target=Decimal(0), credits=(Band(Decimal(0), Decimal(5)),))],
            OFFICE,
            ["“Availability” promises at least 0 %."],
        ),
        (
            [replace(SOLVED_OK, share=Decimal(100), credits=(Band(Decimal(100), Decimal(5)),))],
            OFFICE,
            ["“Resolution” has to hold in 100 % of cases."],
        ),
        (
            [replace(GOOD, credits=(Band(Decimal(99), Decimal(5)),))],
            OFFICE,
            ["“Availability” gives its first credit only below 99 %."],
        ),
        (
            [replace(GOOD, credits=(Band(Decimal("99.9"), Decimal(5)),))],
            OFFICE,
            ["“Availability” gives a credit below 99.9 % already."],
        ),
        (
            [
                replace(
                    GOOD, credits=(Band(Decimal("99.5"), Decimal(9)), Band(Decimal(99), Decimal(5)))
                )
            ],
            OFFICE,
            ["“Availability” gives less back for a worse result."],
        ),
        (
            [replace(GOOD, credit_cap_percent=Decimal(4))],
            OFFICE,
            ["“Availability” has a band above its cap."],
        ),
    ],
)
def test_findings(levels, hours, said):
    assert whats(*levels, hours=hours) == said


def test_what_several_lack_is_said_once():
    two = [replace(GOOD, name=name, source="", credits=(), claim_days=None) for name in "AB"]
    assert whats(*two) == [
        "No level gives money back when it is broken.",
        "2 levels have no source of measurement.",
    ]
    assert findings(two, OFFICE)[1].levels == tuple(two)
    assert whats(GOOD, *two)[-1] == "2 levels give no credit when they are broken."


def test_every_finding_says_why():
    found = findings([replace(GOOD, window="year"), ANSWER], None)
    assert all(each.why.endswith(".") and each.word for each in found)
    assert "99.5 % a year allows 43 h 48 min down in one go." in [
        plain(each.why).removeprefix("A good year hides a bad month. ") for each in found
    ]


# Packs ----------------------------------------------------------------------------------------------


def test_packs_lack_only_what_the_two_sides_must_say():
    """No remark but for the source, and a credit where money for it is unusual."""
    assert len(LEVELS) == sum(len(pack.levels) for pack in PACKS)
    for pack in PACKS:
        whole = [replace(each.level, source="x") for each in pack.levels]
        odd = [found.what for found in findings(whole, OFFICE) if "no credit" not in found.what]
        assert odd == []
        assert all(promise(row) and each.why for row, each in zip(whole, pack.levels, strict=True))
