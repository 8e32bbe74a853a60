"""How an answer of a proposal is sealed until the deadline, and comes back (core/sealing.py).

An answer's `sealed` holds its `value` as JSON; a file lies on the disk sealed under a context of its own.
Its name and kind are told by the sealed value only: {"filename": …, "content_type": …, "size": bytes}.
"""

import json
from collections.abc import Callable
from typing import Any

from core.sealing import seal, unseal

Wrapped = bytes | memoryview


def answer_context(proposal_id: int, question_id: int) -> str:
    return f"proposal {proposal_id}, question {question_id}"


def file_context(proposal_id: int, question_id: int) -> str:
    return f"{answer_context(proposal_id, question_id)}, file"


def hide(wrapped: Wrapped, value: dict[str, Any], *, proposal_id: int, question_id: int) -> bytes:
    """For ProposalAnswer.sealed. `wrapped` is the request's `seal`. Raises SealProblem."""
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return seal(wrapped, data.encode(), answer_context(proposal_id, question_id))


def reveal(
    wrapped: Wrapped, sealed: Wrapped, *, proposal_id: int, question_id: int
) -> dict[str, Any]:
    """The value of an answer; {} where nothing was said. Raises SealProblem."""
    if not sealed:
        return {}
    found: dict[str, Any] = json.loads(
        unseal(wrapped, sealed, answer_context(proposal_id, question_id))
    )
    return found


def file_sealer(wrapped: Wrapped, proposal_id: int, question_id: int) -> Callable[[bytes], bytes]:
    """For `core.files.keep_file(seal=…)`."""
    return lambda data: seal(wrapped, data, file_context(proposal_id, question_id))


def file_opener(wrapped: Wrapped, proposal_id: int, question_id: int) -> Callable[[bytes], bytes]:
    """For `core.files.unseal_file` and `content_of`."""
    return lambda data: unseal(wrapped, data, file_context(proposal_id, question_id))
