"""A usual transition to start from: phases and tasks by days from the start of the contract.

The days are a suggestion for a small company's first months with a vendor, to be changed.
"""

import datetime as dt
from dataclasses import dataclass

US, VENDOR = "us", "vendor"
TRAINING, DOCUMENTATION, ACCESS = "training", "documentation", "access"


@dataclass(frozen=True)
class PackTask:
    """A task from `start` to `due` days after the contract starts (negative: before), after the tasks
    at these places of the whole list, counted from 0."""

    title: str
    side: str
    start: int
    due: int
    acceptance: str = ""
    after: tuple[int, ...] = ()


@dataclass(frozen=True)
class PackItem:
    """Something to hand over until `due` days after the start."""

    kind: str
    title: str
    side: str
    audience: str
    due: int


PHASES: tuple[tuple[str, tuple[PackTask, ...]], ...] = (
    (
        "Prepare",
        (
            PackTask("Name the people on both sides, and how to reach them", US, -28, -21),
            PackTask("List systems, licences and who has access to what", US, -28, -14),
            PackTask(
                "Plan the takeover with day and person for each step",
                VENDOR,
                -21,
                -10,
                "The plan is agreed in writing.",
                (0, 1),
            ),
        ),
    ),
    (
        "Hand over knowledge",
        (
            PackTask("Give the vendor access with accounts of their own", US, -10, -3, "", (1, 2)),
            PackTask(
                "Teach the vendor how we work: tools, people, busy days",
                US,
                -7,
                7,
                "The vendor solved three real requests with us watching.",
                (0,),
            ),
            PackTask(
                "Write down how our systems are run",
                VENDOR,
                0,
                21,
                "We read it and miss nothing that we know of.",
                (3,),
            ),
        ),
    ),
    (
        "Run side by side",
        (
            PackTask(
                "The vendor answers requests, we look over every one", VENDOR, 7, 28, "", (4,)
            ),
            PackTask(
                "Restore a backup together",
                VENDOR,
                14,
                28,
                "A file of last week is back within the promised time.",
                (3,),
            ),
        ),
    ),
    (
        "Take over",
        (
            PackTask("Tell everybody whom to ask from now on", US, 21, 28, "", (6,)),
            PackTask(
                "The vendor works alone; old accounts are closed",
                VENDOR,
                28,
                42,
                "Two weeks within the promised service levels.",
                (6, 7, 8),
            ),
            PackTask("Look back together, and settle what is left", US, 42, 56, "", (9,)),
        ),
    ),
)

ITEMS: tuple[PackItem, ...] = (
    PackItem(TRAINING, "How our product and our systems work", US, "the vendor's team", 7),
    PackItem(TRAINING, "How to ask for help and follow a request", VENDOR, "all our people", 28),
    PackItem(DOCUMENTATION, "How our systems are run", VENDOR, "the delegated manager", 21),
    PackItem(DOCUMENTATION, "List of accounts, licences and renewals", US, "the vendor's team", 0),
    PackItem(
        ACCESS, "Admin accounts of our own for everything they run", VENDOR, "our own admins", 28
    ),
)


def counted_from(start_on: dt.date, today: dt.date) -> dt.date:
    """The day from which the plan's days are counted: the start of the contract; or, if the whole plan
    would be over by `today`, the day that lets it begin today."""
    days = [task for _, tasks in PHASES for task in tasks]
    if start_on + dt.timedelta(days=max(task.due for task in days)) >= today:
        return start_on
    return today - dt.timedelta(days=min(task.start for task in days))
