"""The buttons of the editor: they work without a script, keep what was typed, and store nothing."""

import pytest
from django.http import QueryDict
from pytest_django.asserts import assertContains, assertNotContains

from core.tenancy import organization_scope
from evaluations import actions
from evaluations.forms.criteria import CriteriaEditor, read_rows
from evaluations.standard_set import STANDARD_SET
from evaluations.tests.posting import rows, weights


@pytest.fixture
def url(acme, admin) -> str:
    with organization_scope(acme):
        row = actions.add_standard_set(by=admin)
    return f"/o/acme/evaluations/criteria/{row.pk}/edit/"


def press(button: str, data: dict[str, str] | None = None) -> CriteriaEditor:
    posted = QueryDict(mutable=True)
    posted.update(rows(STANDARD_SET) if data is None else data)
    posted["do"] = button
    return CriteriaEditor.posted(posted)


def names(editor: CriteriaEditor) -> list[str]:
    return [row["name"].value() for row in editor.rows]


def shown(editor: CriteriaEditor) -> list[str]:
    return [row["weight"].value() for row in editor.rows]


FIVE = ["Quality", "Satisfaction", "Cost", "Security", "Cultural fit"]


@pytest.mark.parametrize(
    ("button", "expected"),
    [
        ("add", [*FIVE, ""]),
        ("up-0", FIVE),
        ("up-2", ["Quality", "Cost", "Satisfaction", "Security", "Cultural fit"]),
        ("down-0", ["Satisfaction", "Quality", "Cost", "Security", "Cultural fit"]),
        ("down-4", FIVE),
        ("remove-1", ["Quality", "Cost", "Security", "Cultural fit"]),
        ("remove-9", FIVE),
        ("remove-", FIVE),
        ("up-²", FIVE),
        ("down--1", FIVE),
    ],
)
def test_rows_are_added_removed_and_moved(button, expected):
    editor = press(button)
    assert (names(editor), editor.saving) == (expected, False)


def test_the_last_row_can_go_and_one_can_come_back():
    assert names(press("remove-0", rows(STANDARD_SET[:1]))) == []
    assert names(press("add", {})) == [""]


def test_no_more_rows_are_read_than_can_be_refused():
    data = QueryDict(mutable=True)
    data.update({f"c{at}-name": "x" for at in range(500)})
    assert len(read_rows(data)) == 60
    assert len(press("add", data.dict()).rows) == 60
    assert not press("add", data.dict()).may_add


def test_rows_left_empty_are_not_meant():
    data = rows(STANDARD_SET) | {"c5-name": " ", "c5-weight": "0", "c6-name": "", "c6-weight": ""}
    editor = press("save", data)
    assert editor.saving
    assert editor.is_valid()
    assert [draft.name for draft in editor.drafts] == FIVE


def test_drafts_are_not_to_be_had_unchecked():
    with pytest.raises(ValueError, match="ask is_valid"):
        _ = press("save").drafts


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["30", "20", "20", "20", "20"], ["28", "18", "18", "18", "18"]),
        (["", "", "", "", ""], ["20", "20", "20", "20", "20"]),
        (["3", "2", "2", "2", "1"], ["30", "20", "20", "20", "10"]),
        (["33.333", "33.333", "33.333", "0", "0"], ["33.334", "33.333", "33.333", "0", "0"]),
    ],
)
def test_weights_are_made_to_add_up(typed, expected):
    editor = press("spread", weights(rows(STANDARD_SET), *typed))
    assert (sum(map(float, shown(editor))), editor.total_text) == (pytest.approx(100), "100")
    assert sorted(shown(editor)) == sorted(expected)


@pytest.mark.parametrize("typed", ["-1", "lots", "NaN", "inf", "1e400", "1e-400", "9" * 30])
def test_what_is_no_weight_can_not_be_spread(typed):
    editor = press("spread", weights(rows(STANDARD_SET), typed))
    assert editor.problem.startswith("Write every weight as a number that is not below 0")
    assert shown(editor)[0] == typed
    assert (editor.total, editor.total_text, editor.total_words) == (None, "?", "")


def test_gates_and_empty_rows_get_no_share():
    data = weights(rows(STANDARD_SET), 30, 20, 20, 20) | {"c4-kind": "gate", "c5-name": ""}
    editor = press("spread", data)
    assert shown(editor) == ["34", "22", "22", "22", "10", ""]
    assert editor.total_text == "100"


def test_the_total_says_what_is_missing():
    editor = press("up-0", weights(rows(STANDARD_SET), "20.5"))
    assert (editor.total_text, editor.total_words) == (
        "90.5",
        "The weights add up to 90.5. 9.5 are missing.",
    )


def test_buttons_keep_what_was_typed_and_store_nothing(client, admin, url):
    client.force_login(admin.user)
    data = {"name": "", "version": "1", "note": "half a no", **rows(STANDARD_SET)}
    response = client.post(url, data | {"c0-weight": "3o", "c1-name": "Joy", "do": "add"})
    for kept in ('value="3o"', 'value="Joy"', 'value="half a no"', "Criterion 6: new"):
        assertContains(response, kept)
    assertNotContains(response, "Not saved yet")
    assertContains(client.get(url), 'value="Satisfaction"')


def test_spreading_what_is_no_number_answers_422(client, admin, url):
    client.force_login(admin.user)
    data = {"name": "S", "version": "1", **rows(STANDARD_SET), "c0-weight": "x", "do": "spread"}
    assertContains(client.post(url, data), "Write every weight as a number", status_code=422)


def test_a_row_that_moved_has_the_focus_and_tells_its_stored_weight(client, admin, url):
    client.force_login(admin.user)
    data = {"name": "S", "version": "1", **rows(STANDARD_SET), "c0-weight": "55", "do": "down-0"}
    response = client.post(url, data, headers={"HX-Request": "true"})
    row = response.context["editor"].rows[1]
    assert (row["name"].value(), row["weight"].value(), row.was) == ("Quality", "55", "30")
    assertContains(response, "autofocus", 1)
    assertContains(response, 'data-was="30"')
