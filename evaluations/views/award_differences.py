"""Two people at one draft of an award: what is stored now beside what was entered."""

from typing import Any

from evaluations.forms.awards import VALUES, AwardEditor, conditions_of
from evaluations.models import Award


def both(current: Award, editor: AwardEditor) -> list[str]:
    """One line for each thing that differs."""
    entered = editor.values
    pairs = [
        (str(editor.form.fields[name].label), getattr(current, name), entered[name])
        for name in VALUES
    ]
    stored_texts = [row.text for row in conditions_of(current)]
    pairs.append(("Conditions", stored_texts, [draft.text for draft in editor.conditions]))
    words = [
        f"{label}: “{_words(stored)}” is saved, you entered “{_words(mine)}”"
        for label, stored, mine in pairs
        if stored != mine
    ]
    return words or ["Nothing in this form: the award took another step meanwhile."]


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(value) or "nothing"
    return "nothing" if value in (None, "") else str(value)
