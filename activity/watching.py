"""What other apps say when they store a day: what is due then, and whom to remind."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accounts.models import Membership


@dataclass(frozen=True)
class Day:
    """A day to be watched. `kind` is "app.word", such as "contract.notice"; see activity/kinds.py.

    `target` is the row that it is about, `title` says on its own what is due, as the subject of a mail
    does ("Check a key: acme.example"), `sentence` what is at stake, `path` (without host) the page where something can be done.
    `due_on` None says that there is no such day any more. Without `responsible`, Owners are reminded.
    """

    target: Any
    kind: str
    due_on: dt.date | None
    title: str = ""
    sentence: str = ""
    path: str = ""
    responsible: "Membership | None" = None
