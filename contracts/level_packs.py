"""Standard packs of service levels to start a negotiation from: plain data in our own words.

The numbers are usual ones for small companies, not a recommendation for anybody's case: somebody chooses
which to take, and edits them to what is agreed. Where a level is measured is left out on purpose: only
the two sides know.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from contracts.level_words import (
    AT_LEAST,
    AT_MOST,
    AVAILABILITY,
    COUNT,
    CUSTOM,
    DAYS,
    FIRST_CONTACT,
    HOURS,
    MINUTES,
    MONTH,
    PERCENT,
    QUARTER,
    RESOLUTION,
    RESPONSE,
    ROUND_CLOCK,
    SATISFACTION,
    SCORE,
    SUPPORT,
    Band,
    Level,
)


@dataclass(frozen=True)
class PackLevel:
    """One level of a pack, and in a sentence what it is good for. `key` is unique over all packs."""

    key: str
    level: Level
    why: str


@dataclass(frozen=True)
class Pack:
    """Levels that are often agreed together for one kind of service."""

    key: str
    name: str
    text: str
    levels: tuple[PackLevel, ...]


def _bands(*pairs: tuple[str, str]) -> tuple[Band, ...]:
    return tuple(Band(Decimal(limit), Decimal(percent)) for limit, percent in pairs)


_OFTEN = _bands(("90", "5"), ("80", "10"))  # by the share of cases that were in time


def _timed(
    metric: str, name: str, priority: str, target: str, unit: str, hours: str = SUPPORT
) -> Level:
    """A response or a resolution in 90 % of cases, with the usual credits."""
    return Level(
        metric,
        name,
        AT_MOST,
        Decimal(target),
        unit,
        MONTH,
        priority=priority,
        share=Decimal(90),
        hours=hours,
        credits=_OFTEN,
        credit_cap_percent=Decimal(15),
        claim_days=30,
    )


def _percent(metric: str, name: str, target: str, window: str = MONTH) -> Level:
    return Level(metric, name, AT_LEAST, Decimal(target), PERCENT, window)


_HELP_DESK = (
    PackLevel(
        "help_desk.response_urgent",
        _timed(RESPONSE, "First response", "urgent", "1", HOURS),
        "Nobody can work: somebody says soon that they are on it.",
    ),
    PackLevel(
        "help_desk.response_normal",
        _timed(RESPONSE, "First response", "normal", "4", HOURS),
        "Everything else is seen on the same or the next working day.",
    ),
    PackLevel(
        "help_desk.resolution_urgent",
        _timed(RESOLUTION, "Resolution", "urgent", "8", HOURS),
        "An answer alone repairs nothing.",
    ),
    PackLevel(
        "help_desk.resolution_normal",
        _timed(RESOLUTION, "Resolution", "normal", "3", DAYS),
        "Small troubles end, too.",
    ),
    PackLevel(
        "help_desk.first_contact",
        _percent(FIRST_CONTACT, "Solved at first contact", "65"),
        "People are helped at once instead of being passed on.",
    ),
    PackLevel(
        "help_desk.satisfaction",
        Level(SATISFACTION, "Satisfaction", AT_LEAST, Decimal("4.2"), SCORE, QUARTER),
        "Times can be kept without helping anybody: ask those who were helped, here on a scale to 5.",
    ),
)

_INFRASTRUCTURE = (
    PackLevel(
        "infrastructure.availability",
        Level(
            AVAILABILITY,
            "Availability of servers and network",
            AT_LEAST,
            Decimal("99.5"),
            PERCENT,
            MONTH,
            hours=ROUND_CLOCK,
            exclusions="Maintenance that was announced three working days ahead, at most 4 hours a month.",
            credits=_bands(("99.5", "5"), ("99", "10"), ("98", "20")),
            credit_cap_percent=Decimal(20),
            claim_days=30,
        ),
        "What you pay for is there when it is needed.",
    ),
    PackLevel(
        "infrastructure.response_outage",
        _timed(RESPONSE, "First response", "outage", "30", MINUTES, ROUND_CLOCK),
        "An outage on Saturday is not found on Monday.",
    ),
    PackLevel(
        "infrastructure.resolution_outage",
        _timed(RESOLUTION, "Resolution", "outage", "4", HOURS, ROUND_CLOCK),
        "How long the longest standstill may last.",
    ),
    PackLevel(
        "infrastructure.backup",
        _percent(CUSTOM, "Backups that ran without error", "98"),
        "A backup that failed unseen is none.",
    ),
    PackLevel(
        "infrastructure.restore",
        Level(CUSTOM, "Restore tests", AT_LEAST, Decimal(1), COUNT, QUARTER),
        "Only a restore shows that the backup is good.",
    ),
    PackLevel(
        "infrastructure.patches",
        Level(
            CUSTOM,
            "Critical security updates installed",
            AT_MOST,
            Decimal(7),
            DAYS,
            MONTH,
            share=Decimal(95),
            hours=ROUND_CLOCK,
        ),
        "Most break-ins use holes for which there was an update.",
    ),
)

_DEVELOPMENT = (
    PackLevel(
        "development.response_critical",
        _timed(RESPONSE, "First response to a defect", "critical", "2", HOURS),
        "Production stands still: a developer looks at it.",
    ),
    PackLevel(
        "development.resolution_critical",
        _timed(RESOLUTION, "Correction of a defect", "critical", "1", DAYS),
        "With a correction or a way round it.",
    ),
    PackLevel(
        "development.resolution_normal",
        _timed(RESOLUTION, "Correction of a defect", "normal", "10", DAYS),
        "So that small defects are not postponed for ever.",
    ),
    PackLevel(
        "development.on_time",
        _percent(CUSTOM, "Deliveries on the agreed day", "85", QUARTER),
        "Plans of others hang on these days.",
    ),
    PackLevel(
        "development.escaped",
        Level(CUSTOM, "Serious defects found after delivery", AT_MOST, Decimal(2), COUNT, QUARTER),
        "Quick but broken costs twice.",
    ),
    PackLevel(
        "development.satisfaction",
        Level(
            SATISFACTION, "Satisfaction of the product owner", AT_LEAST, Decimal(4), SCORE, QUARTER
        ),
        "Asked after each delivery, here on a scale to 5.",
    ),
)

PACKS = (
    Pack("help_desk", "Help desk", "For people who need help: by phone, chat or mail.", _HELP_DESK),
    Pack(
        "infrastructure",
        "Infrastructure",
        "For servers, network, backup and cloud that have to run.",
        _INFRASTRUCTURE,
    ),
    Pack("development", "Development", "For software that is made or maintained.", _DEVELOPMENT),
)
LEVELS: Mapping[str, PackLevel] = {each.key: each for pack in PACKS for each in pack.levels}
