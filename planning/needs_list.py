"""The needs assessment of an organization: its services, ranked by what was answered about them."""

from dataclasses import dataclass
from typing import Any

from accounts.models import Organization
from planning import needs
from planning.models import NeedsAnswers, OutsourcingPlan, Service


@dataclass(frozen=True)
class ServiceLine:
    """A service with its place in the ranked list and its newest plan that is not dropped."""

    service: Service
    line: needs.Line
    plan: OutsourcingPlan | None


@dataclass(frozen=True)
class Assessment:
    """`ranked`: every answer given; `open`: some missing; `outside`: with a vendor already, not ranked."""

    ranked: list[ServiceLine]
    open: list[ServiceLine]
    outside: list[ServiceLine]

    @property
    def matrix(self) -> list[tuple[str, str, str, list[ServiceLine]]]:
        """The four places: code, title, meaning, and who stands there, in the order of the list."""
        return [
            (code, title, words, [row for row in self.ranked if row.line.place == code])
            for code, (title, words) in needs.PLACES.items()
        ]

    @property
    def first(self) -> ServiceLine | None:
        return self.ranked[0] if self.ranked else None

    @property
    def is_empty(self) -> bool:
        return not (self.ranked or self.open or self.outside)


def assess(organization: Organization) -> Assessment:
    """All services that are not put aside, in three queries."""
    services = list(Service.objects.filter(organization=organization).current().by_name())
    for service in services:
        service.organization = organization
    answers = NeedsAnswers.objects.filter(organization=organization, service__in=services)
    given = dict(answers.values_list("service_id", "answers"))
    plans = plans_of(organization, services)
    with_us = [row for row in services if row.sourcing != Service.Sourcing.OUTSOURCED]
    by_key = {row.pk: row for row in services}

    def shown(line: needs.Line) -> ServiceLine:
        return ServiceLine(by_key[line.key], line, plans.get(line.key))

    rows = [
        shown(line) for line in needs.rank(_assessed(row, given.get(row.pk)) for row in with_us)
    ]
    gone = [row for row in services if row.sourcing == Service.Sourcing.OUTSOURCED]
    return Assessment(
        ranked=[row for row in rows if row.line.is_complete],
        open=[row for row in rows if not row.line.is_complete],
        outside=[shown(needs.read(_assessed(row, given.get(row.pk)))) for row in gone],
    )


def read_one(service: Service) -> needs.Line:
    """What was answered about one service."""
    answers = NeedsAnswers.objects.filter(service=service).values_list("answers", flat=True).first()
    return needs.read(_assessed(service, answers))


def plans_of(organization: Organization, services: Any) -> dict[int, OutsourcingPlan]:
    """For each service its plan of today: the newest that is neither dropped nor replaced."""
    gone = [OutsourcingPlan.State.DROPPED, OutsourcingPlan.State.REPLACED]
    rows = OutsourcingPlan.objects.filter(organization=organization, service__in=services)
    found = {}
    for plan in rows.exclude(state__in=gone).order_by("number"):
        plan.organization = organization
        found[plan.service_id] = plan
    return found


def _assessed(service: Service, answers: dict[str, int] | None) -> needs.Assessed:
    return needs.Assessed(
        key=service.pk,
        name=service.name,
        answers=answers or {},
        criticality=service.criticality,
        sensitivity=service.sensitivity,
    )
