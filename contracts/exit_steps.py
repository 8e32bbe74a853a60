"""The steps of an exit plan as they are written, and as they are told in the activity."""

from dataclasses import dataclass

from contracts.models import ExitPlan, ExitStep


@dataclass(frozen=True)
class StepDraft:
    """One step of leaving as it is written: what, who does it ("us" or "vendor"), how many days."""

    text: str
    side: str
    days: int | None = None

    @property
    def words(self) -> str:
        who = dict(ExitStep._meta.get_field("side").flatchoices)[self.side]
        length = "" if self.days is None else f", {self.days} {'day' if self.days == 1 else 'days'}"
        return f"{self.text} ({who}{length})"


def drafts(plan: ExitPlan) -> list[StepDraft]:
    """The steps of a plan, in their order."""
    rows = plan.steps.order_by("position", "pk")
    return [StepDraft(row.text, row.side, row.days) for row in rows]
