"""Service levels in plain words: what is promised, and what that allows. Pure.

A month is taken as 30 days, a quarter as 91, a year as 365, and the words say so. Within support hours
only those count, as many as an average week without holidays has.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from zoneinfo import ZoneInfo

from core.service_hours import FRIDAY, WEEKDAYS, SupportHours, coming, deadline

AVAILABILITY, RESPONSE, RESOLUTION = "availability", "response", "resolution"
FIRST_CONTACT, SATISFACTION, CUSTOM = "first_contact", "satisfaction", "custom"
AT_LEAST, AT_MOST = "at_least", "at_most"
PERCENT, MINUTES, HOURS, DAYS, SCORE, COUNT = (
    "percent",
    "minutes",
    "hours",
    "days",
    "score",
    "count",
)
MONTH, QUARTER, YEAR = "month", "quarter", "year"
SUPPORT, ROUND_CLOCK = "support", "round_clock"
TIMES = {MINUTES, HOURS, DAYS}
TIMED_METRICS = {RESPONSE, RESOLUTION}
WINDOW_DAYS = {MONTH: 30, QUARTER: 91, YEAR: 365}
NO_BREAK = "\N{NO-BREAK SPACE}"
NARROW = Decimal("0.001")
EXAMPLE_AT = dt.time(16, 30)
_UNITS = {
    MINUTES: ("minute", "minutes"),
    HOURS: ("hour", "hours"),
    DAYS: ("day", "days"),
    SCORE: ("point", "points"),
    COUNT: ("time", "times"),
}
_OFTEN = {Decimal(1): "once", Decimal(2): "twice"}


@dataclass(frozen=True)
class Band:
    """Worse than this, so many percent of the period's price come back."""

    worse_than: Decimal
    percent: Decimal


@dataclass(frozen=True)
class Level:
    """One service level, as contracts.models.ServiceLevel describes it; `pk` only to find it again."""

    metric: str
    name: str
    comparator: str
    target: Decimal
    unit: str
    window: str
    priority: str = ""
    share: Decimal | None = None
    hours: str = ""
    source: str = ""
    exclusions: str = ""
    credits: tuple[Band, ...] = ()
    credit_cap_percent: Decimal | None = None
    claim_days: int | None = None
    pk: int | None = None

    @property
    def is_time(self) -> bool:
        """Is the target a time, which runs only in some hours of the day?"""
        return self.unit in TIMES

    @property
    def counts_hours(self) -> bool:
        """Does it matter in which hours it counts?"""
        return self.is_time or self.metric == AVAILABILITY

    @property
    def full_name(self) -> str:
        """With its priority, if it has one: “First response (urgent)”."""
        return f"{self.name} ({self.priority})" if self.priority else self.name


# Numbers --------------------------------------------------------------------------------------------


def number(value: Decimal) -> str:
    """Without needless zeros: 99.5, 4, 1,000."""
    text = f"{value.normalize():,f}"
    return "0" if text == "-0" else text


def percent(value: Decimal) -> str:
    """ "99.5 %", the sign held to its number."""
    return f"{number(value)}{NO_BREAK}%"


def amount(value: Decimal, unit: str) -> str:
    """ "99.5 %", "4 hours", "1 day"."""
    if unit == PERCENT:
        return percent(value)
    one, many = _UNITS[unit]
    return f"{number(value)}{NO_BREAK}{one if value == 1 else many}"


def duration(minutes: Decimal) -> str:
    """ "3 h 36 min", "43 min 12 s", "3 days 15 h": rounded down, so that it never says more than is allowed."""
    seconds = int((minutes * 60).to_integral_value(ROUND_DOWN))
    if seconds >= 3 * 86_400:
        return _two(seconds, (86_400, "days"), (3600, "h"))
    if seconds >= 3600:
        return _two(seconds, (3600, "h"), (60, "min"))
    return _two(seconds, (60, "min"), (1, "s"))


def _two(seconds: int, large: tuple[int, str], small: tuple[int, str]) -> str:
    whole, rest = divmod(seconds, large[0])
    rest //= small[0]
    parts = [(whole, large[1]), (rest, small[1])]
    said = [f"{count}{NO_BREAK}{unit}" for count, unit in parts if count]
    return " ".join(said) or f"0{NO_BREAK}{small[1]}"


def minutes_of(level: Level, hours: SupportHours | None) -> Decimal | None:
    """A time as minutes that count; None for what is no time, or for days of unknown support hours."""
    if level.unit == MINUTES:
        return level.target
    if level.unit == HOURS:
        return level.target * 60
    if level.unit != DAYS:
        return None
    if level.hours != SUPPORT:
        return level.target * 24 * 60
    return level.target * hours.day_minutes if hours else None


# What is promised -----------------------------------------------------------------------------------


def promise(level: Level) -> str:
    """The promise as one sentence: "First answer within 4 hours in at least 90 % of cases." """
    said = amount(level.target, level.unit)
    cases = f" in at least {percent(level.share)} of cases" if level.share is not None else ""
    match level.metric:
        case "availability" if level.unit == PERCENT:
            text = f"Works at least {said} of the time"
        case "availability":
            text = f"Down for at most {said} a {level.window}"
        case "response":
            text = f"First answer within {said}{cases or ', every time'}"
        case "resolution":
            text = f"Solved within {said}{cases or ', every time'}"
        case "first_contact":
            text = f"At least {said} of cases are solved at the first contact"
        case "satisfaction":
            text = f"Satisfaction of at least {said}"
        case _ if level.unit == COUNT:
            often = _OFTEN.get(level.target, said)
            text = f"{comparing(level).capitalize()} {often} a {level.window}"
        case _:
            text = f"{comparing(level).capitalize()} {said}{cases}"
    return f"{text}."


def comparing(level: Level) -> str:
    """ "at least" or "at most"."""
    return "at least" if level.comparator == AT_LEAST else "at most"


def counted(level: Level) -> str:
    """In which hours it counts and over which window; what is not said yet says so."""
    window = f"measured over each {level.window}"
    if not level.counts_hours:
        return window.capitalize()
    hours = {
        SUPPORT: "Counted within support hours",
        ROUND_CLOCK: "Counted round the clock",
    }.get(level.hours, "Not said yet in which hours it counts")
    return f"{hours}, {window}"


# What that allows -----------------------------------------------------------------------------------


def meaning(level: Level, hours: SupportHours | None) -> str:
    """What the numbers come to: "99.5 % allows 3 h 36 min down a month (of 30 days)." Empty if nothing
    is to be added."""
    if level.metric == AVAILABILITY and level.unit == PERCENT:
        return _downtime(level, hours)
    if level.share is not None and level.metric in TIMED_METRICS:
        late = number((100 - level.share).quantize(NARROW))
        return f"Of 100 cases {late} may take longer, however long." + _support_day(level, hours)
    if level.metric == FIRST_CONTACT:
        return f"Of 100 cases {number(100 - level.target)} may need a second contact."
    return _support_day(level, hours).strip()


def _downtime(level: Level, hours: SupportHours | None) -> str:
    said = percent(level.target)
    days = WINDOW_DAYS[level.window]
    if level.hours == SUPPORT and hours is None:
        return f"How long “{said}” allows to be down can be said once the support hours are."
    window = f"a {level.window} (of {days} days{{}})"
    if level.hours == SUPPORT and hours is not None and not hours.round_clock:
        allowed = _allowed(level.target, Decimal(hours.week_minutes) * days / 7)
        a_week = duration(Decimal(hours.week_minutes))
        where = window.format(f", {a_week} of support a week")
        return (
            f"{said} allows {allowed} down within support hours {where}."
            " Outside them it may be down without limit."
        )
    allowed = _allowed(level.target, Decimal(days * 24 * 60))
    if level.hours == ROUND_CLOCK or level.hours == SUPPORT:
        return f"{said} allows {allowed} down {window.format('')}."
    return f"{said} allows {allowed} down {window.format('')}, if it counts round the clock."


def _allowed(target: Decimal, minutes: Decimal) -> str:
    return duration((100 - target) * minutes / 100)


def _support_day(level: Level, hours: SupportHours | None) -> str:
    if level.unit != DAYS or level.hours != SUPPORT or hours is None:
        return ""
    return f" A day is one day of support, {duration(Decimal(hours.day_minutes))}."


# An example -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Example:
    """A case of a level, and by when it is kept; both moments in UTC."""

    reported_at: dt.datetime
    due_at: dt.datetime
    text: str


def example(
    level: Level, hours: SupportHours | None, today: dt.date, zone: ZoneInfo
) -> Example | None:
    """ "An outage on Friday 16:30 gets its first answer by Monday 12:30.": of the coming Friday in our `zone`.

    Where the vendor's clock is another one, its time stands behind. None if it is no time to answer or
    to solve, or can't be counted yet.
    """
    minutes = minutes_of(level, hours)
    if level.metric not in TIMED_METRICS or minutes is None or not level.hours:
        return None
    counting = hours if level.hours == SUPPORT else SupportHours(zone, round_clock=True)
    if counting is None:
        return None
    reported_at = coming(FRIDAY, EXAMPLE_AT, today, zone)
    try:
        due_at = deadline(reported_at, minutes, counting)
    except ValueError:  # never open, or years away: there is no day to name
        return None
    what = f"A case of priority “{level.priority}”" if level.priority else "An outage"
    then = "gets its first answer" if level.metric == RESPONSE else "is solved"
    local = due_at.astimezone(zone)
    far = (local.date() - reported_at.astimezone(zone).date()).days
    told = f"{local:%H:%M} on the same day" if far == 0 else _at(local, far)
    text = f"{what} on Friday {EXAMPLE_AT:%H:%M} {then} by {told}"
    remote = due_at.astimezone(hours.zone) if hours else local
    if hours and remote.utcoffset() != local.utcoffset():
        same_day = local.date() == remote.date()
        their_time = f"{remote:%H:%M}" if same_day else _at(remote, far)
        text += f" ({their_time} in {hours.zone.key.replace('_', ' ')})"
    often = f", in {percent(level.share)} of cases" if level.share is not None else ""
    return Example(reported_at, due_at, f"{text}{often}.")


def _at(local: dt.datetime, days: int) -> str:
    """ "Monday 12:30"; so many days away that the weekday alone is not clear, with its date."""
    weekday = WEEKDAYS[local.weekday()]
    if days < 7:
        return f"{weekday} {local:%H:%M}"
    return f"{weekday} {local.day} {local:%B}, {local:%H:%M}"
