"""Questions that plan and criteria offer, and the order in which questions stand."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from evaluations import request_order
from evaluations.request_starters import (
    CriterionFacts,
    Need,
    PlanFacts,
    introduction,
    question_key,
    starters,
)

PLAN = PlanFacts(
    service="Help desk",
    needs=[
        Need("ISO/IEC 27001 certificate", "A copy", is_must=True, needs_paper=True),
        Need("Nine of ten calls answered within a minute", is_quality=True),
    ],
    topics=["Our ticket system"],
    growth={"users": {"low": "30", "base": "60"}, "hours": {}},
    today={"users": "40"},
)
CRITERIA = [
    CriterionFacts(1, "ISO/IEC 27001 certificate", kind="gate"),
    CriterionFacts(2, "Quality", "How good is the work?"),
    CriterionFacts(3, "First response", kind="measured", unit="minutes"),
    CriterionFacts(4, "Cost"),
    CriterionFacts(5, "Understanding of our systems"),
    CriterionFacts(6, "Liability insurance", "Are you insured?", kind="gate"),
]


def test_every_request_offers_to_ask_about_people_tools_and_examples():
    words = " ".join(row.text for row in starters(None, []) if row.section == "About you")
    for asked_about in ("learned", "tools", "work like ours"):
        assert asked_about in words


def test_plan_and_criteria_are_asked_about_once_each():
    found = {row.text: (row.section, row.kind, row.criterion) for row in starters(PLAN, CRITERIA)}
    musts = "What must be fulfilled"
    expected = {
        "Do you fulfil this? ISO/IEC 27001 certificate.": (musts, "yes_no", 1),
        "Please send the proof: ISO/IEC 27001 certificate.": (musts, "file", 1),
        "Are you insured?": (musts, "yes_no", 6),
        "How will you reach this, and how do we see that you do? Nine of ten calls answered within a minute": (
            "Quality",
            "text",
            None,
        ),
        "Quality: what can we expect from you, and how can we check it?": (
            "What we compare",
            "text",
            2,
        ),
        "First response: which number do you commit to?": ("What we compare", "number", 3),
        "What does it cost?": ("Price", "quote", 4),
    }
    assert {text: found[text] for text in expected} == expected
    understood = [row for row in starters(PLAN, CRITERIA) if row.criterion == 5]
    assert [row.section for row in understood] == ["Understanding what we need"]
    growth = next(row for row in starters(PLAN, CRITERIA) if row.section == "Growing with us")
    assert growth.help == "Users: 40 today, 60 expected."
    assert any("“Our ticket system”" in text for text in found)


def test_what_is_asked_already_is_not_offered_again():
    all_of_them = starters(PLAN, CRITERIA)
    asked = [f"  {row.text.upper()} " for row in all_of_them]
    assert starters(PLAN, CRITERIA, asked) == []
    assert starters(PLAN, CRITERIA, asked[1:]) == all_of_them[:1]
    assert {row.criterion for row in starters(None, [])} == {None}


def test_why_we_outsource_is_not_told_to_vendors():
    assert introduction("Help desk", "Calls\n", "", "Windows") == (
        "We look for somebody to do this for us: Help desk.\n\nWhat is in:\nCalls\n\nOur systems:\nWindows"
    )
    assert introduction("", "", "", "") == ""


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)


@hypothesis_settings(max_examples=40)
@given(needs=st.lists(NAMES, max_size=4), names=st.lists(NAMES, max_size=4))
def test_whatever_the_words_no_question_comes_twice_and_all_are_short(needs, names):
    plan = PlanFacts("S", [Need(text, is_must=True, needs_paper=True) for text in needs], names)
    criteria = [CriterionFacts(pk, name) for pk, name in enumerate(names)]
    found = starters(plan, criteria)
    keys = [question_key(row.text) for row in found]
    assert len(set(keys)) == len(keys)
    assert all(0 < len(row.text) <= 500 and len(row.section) <= 120 for row in found)
    assert sum(row.kind == "quote" for row in found) == 1


@dataclass(frozen=True)
class Row:
    pk: int
    section: str


def pks(rows) -> str:
    return "".join(str(row.pk) for row in rows)


def test_rows_move_within_their_section_and_sections_as_a_whole():
    rows = [Row(1, "A"), Row(2, "B"), Row(3, "A"), Row(4, "C")]
    assert pks(request_order.in_order(rows)) == "1324"
    assert pks(request_order.moved(rows, 3, request_order.UP)) == "3124"
    assert pks(request_order.moved(rows, 1, request_order.UP)) == "1324"
    assert pks(request_order.moved(rows, 2, request_order.DOWN)) == "1324"
    assert pks(request_order.section_moved(rows, "B", request_order.DOWN)) == "1342"
    assert pks(request_order.section_moved(rows, "A", request_order.UP)) == "1324"
    assert pks(request_order.section_moved(rows, "nowhere", request_order.UP)) == "1324"
