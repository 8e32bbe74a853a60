"""What the kinds of watched days and the rules of reminders are called, and what to do on them. Pure.

A kind is "app.word" (activity/watching.py). One that is not listed here still has words of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """`label` stands in lists, `advice` on the day's own page, `done` on the button that ends it.

    `ends_there`: it ends only by what is recorded on the page that it leads to, and nobody can say here that
    it is done: a review would be missed silently that way, an action settled without evidence.
    """

    label: str
    icon: str
    advice: str
    done: str = "It is done"
    ends_there: bool = False


KINDS = {
    "contract.notice": Kind(
        "Last safe day for notice",
        "envelope-exclamation",
        "Decide now whether you keep this contract. To leave, or to talk about the price from a strong"
        " position, send the notice on this day at the latest. To keep it, say so here, and nobody is"
        " reminded any more.",
        "We keep it",
    ),
    "contract.end": Kind(
        "End of a contract",
        "calendar-x",
        "The contract is over on this day. Agree on a new one, take somebody else, or carry out the"
        " exit plan before it.",
    ),
    "contract.quote": Kind(
        "A quote expires",
        "tag",
        "Ask for a new quote, so that the alternative stays a real one.",
    ),
    "contract.key": Kind(
        "Check a key",
        "key",
        "Sign in once with our own access, see that it works and who else has it, and note the day in"
        " the keys register.",
    ),
    "contract.drill": Kind(
        "Exit drill",
        "signpost-split",
        "Go through the exit plan once with the people it names, and note the day in it.",
    ),
    "transition.task": Kind(
        "Task of a transition",
        "list-check",
        "Do it, or ask the vendor where it stands; then mark it as done in the transition plan.",
    ),
    "transition.handover": Kind(
        "Handover",
        "box-seam",
        "Ask for the training or the documents, and note when they were received.",
    ),
    "credit.claim": Kind(
        "Claim a service credit",
        "cash-coin",
        "Copy the claim, send it to the vendor, and note that it is claimed. After this day the money is"
        " lost.",
        ends_there=True,
    ),
    "renewal.decide": Kind(
        "Keep it or leave?",
        "signpost-split",
        "Look at the renewal brief, hear what the others would do, and decide: keep it, renegotiate, ask"
        " the market again, or leave.",
        ends_there=True,
    ),
    "survey.close": Kind(
        "A survey closes",
        "chat-square-text",
        "Remind those who have not answered, or give them more time. On the day after, the survey closes by"
        " itself and its results show.",
        ends_there=True,
    ),
    "review.due": Kind(
        "Review of a vendor",
        "calendar2-check",
        "Record the review: marks, what was agreed, and how the vendor stands. If it has to wait, postpone it"
        " with a reason; if it was not held, say why.",
        ends_there=True,
    ),
    "goal.due": Kind(
        "Goal of a plan",
        "bullseye",
        "See whether the goal was reached, where the plan says that it is measured, and say so in the next"
        " review of the contract.",
    ),
    "survey.prepare": Kind(
        "Survey that comes again",
        "chat-square-text",
        "The survey is laid ready on this day. Look through it, say who is asked, and send it; or throw it"
        " away if it is too soon.",
    ),
    "evaluation.due": Kind(
        "Scores are due",
        "pencil-square",
        "Remind the evaluators who have not submitted their scores, or close the scoring.",
    ),
    "action.due": Kind(
        "Corrective action",
        "wrench-adjustable",
        "Ask where it stands. When it is done, note the evidence and the day on which you look whether it"
        " helped; if it is not needed any more, cancel it with a reason.",
        ends_there=True,
    ),
    "action.check": Kind(
        "Did the action help?",
        "clipboard-check",
        "Look at the measurements and ask those who were affected. If it helped, say so; if not, it is"
        " open again.",
        ends_there=True,
    ),
    "proposal.deadline": Kind(
        "Proposals are due",
        "envelope-paper",
        "See who has not handed in yet, and send the link again. If vendors need more time, move the deadline"
        " for all of them. Afterwards the answers open by themselves.",
        ends_there=True,
    ),
    "security.check": Kind(
        "Security check",
        "shield-check",
        "Make it or ask for the report, and note what was found. What has to be mended becomes an issue.",
        ends_there=True,
    ),
    "credential.expires": Kind(
        "A proof of a vendor expires",
        "patch-check",
        "Ask the vendor for the renewed one, note its new days and its file, and check it at the issuer. If you"
        " do not rely on it any more, remove it from the vendor’s proofs.",
    ),
    "quote.expires": Kind(
        "A quote in an evaluation expires",
        "tag",
        "Decide before it, or ask the vendor to extend it and note the new day with the quote: after it the"
        " totals that you compare may not count any more.",
    ),
    "pilot.end": Kind(
        "A pilot ends",
        "hourglass-split",
        "Note what was measured, and decide: go on with them, give the pilot more time, or stop.",
        ends_there=True,
    ),
    "diligence.due": Kind(
        "Answers about security",
        "shield-check",
        "Ask the vendor whether they come, send a new link if it is lost, or note yourself what they say on"
        " the telephone.",
        ends_there=True,
    ),
    "diligence.repeat": Kind(
        "Next security questions",
        "shield-check",
        "Begin the next round: the last answers stand beside the new ones, and the result shows whether it"
        " got better.",
        ends_there=True,
    ),
    "gap.due": Kind(
        "A security gap",
        "shield-exclamation",
        "Ask the vendor what was done and look at what shows it; then settle the gap, or agree on another"
        " day.",
        ends_there=True,
    ),
}


def kind_of(kind: str) -> Kind:
    """The kind in words; for one that is not listed, made from its name."""
    words = kind.partition(".")[2] or kind
    label = words.replace("_", " ").capitalize()
    return KINDS.get(kind) or Kind(label, "calendar-event", "Open it and do what is due.")


def kind_choices(kinds: Sequence[str] = tuple(KINDS)) -> list[tuple[str, str]]:
    """(kind, label) in the order given."""
    return [(kind, kind_of(kind).label) for kind in kinds]


def rule_in_words(rule: str) -> str:
    """`90` → `90 days before`, `overdue-2` → `Overdue, week 2`; an unknown rule as it is written."""
    name, _, rest = rule.partition("-")
    if rule.isdigit():
        return _before(int(rule))
    if name == "overdue" and rest.isdigit():
        return f"Overdue, week {rest}"
    if name == "escalation":
        return "Escalated: nothing was done"
    if name == "snooze":
        return f"It was put off until {rest}"
    return rule


def _before(days: int) -> str:
    if days == 0:
        return "On the day"
    return "1 day before" if days == 1 else f"{days} days before"
