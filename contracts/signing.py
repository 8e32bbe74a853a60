"""What a contract needs before it may be sent for signature, and how its state reads. No writes."""

from dataclasses import dataclass

from accounts.permissions import Perm
from contracts.models import Contract, ContractTerms
from contracts.models.terms import RenewalMode

EDIT, TERMS = "edit", "terms"


@dataclass(frozen=True)
class Need:
    """Something without which it can't be signed. `link` is where it is said: edit or terms."""

    words: str
    link: str


def needs(contract: Contract, terms: ContractTerms | None) -> list[Need]:
    """What is still missing, in the order in which a person says it.

    A contract that ends by itself needs no notice.
    """
    found = []
    manager = contract.manager
    if manager is None:
        found.append(Need("Name the delegated manager who runs it inside.", EDIT))
    elif not manager.can(Perm.CONTRACT_EDIT):
        found.append(Need(f"{manager} can't run contracts any more. Name somebody else.", EDIT))
    return found + [Need(words, TERMS) for words in unsaid(terms or ContractTerms())]


def unsaid(terms: ContractTerms) -> list[str]:
    mode = terms.renewal_mode
    checks = [
        (terms.start_on is None, "Say when it starts."),
        (terms.initial_months is None, "Say how long the initial term is."),
        (not mode, "Say what happens at the end of the term."),
        (
            mode == RenewalMode.AUTOMATIC and not terms.renewal_months,
            "Say for how many months it renews.",
        ),
        (
            mode != RenewalMode.NONE and (terms.notice is None or not terms.notice_unit),
            "Say how long the notice is.",
        ),
    ]
    return [words for missing, words in checks if missing]


def where(contract: Contract) -> str:
    """Where the contract stands, for whoever came too late or too early."""
    who = contract.signed_by.name if contract.signed_by else "Somebody"
    return {
        Contract.Stage.DRAFT: "This contract is a draft.",
        Contract.Stage.IN_APPROVAL: "This contract waits for signature already.",
        Contract.Stage.SIGNED: f"{who} recorded the signature of this contract already.",
        Contract.Stage.WITHDRAWN: "This contract was withdrawn.",
    }[Contract.Stage(contract.stage)]
