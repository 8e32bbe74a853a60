"""What a vendor is asked about security: our own set, each question tied to control numbers. Pure; no Django.

A round of questions names the VERSION of the set that it used, so a set that was asked once is never
changed: a better one gets a new version beside it. Weights go from 1 (good to have) to 3 (without it, we
would hesitate). The numbers of ISO/IEC 27001:2022 (Annex A) and NIST CSF 2.0 say where else the same thing
is asked; they are facts to find one's way by, not the wording of those texts.
"""

from collections.abc import Container

from vendors import diligence_people as people
from vendors import diligence_protection as protection
from vendors.diligence_shape import Area, Question

VERSION = "2026-1"

SETS: dict[str, tuple[Area, ...]] = {
    VERSION: (
        protection.POLICIES,
        protection.ACCESS,
        protection.ENCRYPTION,
        protection.BACKUP,
        protection.TESTS,
        people.INCIDENTS,
        people.STAFF,
        people.SUBCONTRACTORS,
        people.DATA,
        people.CERTIFICATES,
        people.CONFIDENTIALITY,
    )
}


def areas_of(version: str, left_out: Container[str] = ()) -> tuple[Area, ...]:
    """The areas of a set with the questions that are asked; areas without any are not there.

    Raises:
        KeyError: no set has that version.
    """
    asked = (
        Area(area.key, area.title, tuple(q for q in area.questions if q.key not in left_out))
        for area in SETS[version]
    )
    return tuple(area for area in asked if area.questions)


def questions_of(version: str, left_out: Container[str] = ()) -> dict[str, Question]:
    """The questions that are asked, by their keys, in their order."""
    return {q.key: q for area in areas_of(version, left_out) for q in area.questions}
