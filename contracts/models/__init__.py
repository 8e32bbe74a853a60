"""The rows of this app, one module for each part of a contract's life."""

from contracts.models.documents import Clause, Document
from contracts.models.importing import ContractImport, ContractImportChunk
from contracts.models.leaving import Alternative, ExitPlan, ExitStep, Key
from contracts.models.levels import ServiceLevel
from contracts.models.promises import PromisePlace
from contracts.models.record import CommunicationLine, Contract
from contracts.models.terms import Amendment, ContractTerms, PriceLine
from contracts.models.transition import HandoverItem, TaskOrder, TransitionPhase, TransitionTask

__all__ = [
    "PromisePlace",
    "Alternative",
    "Amendment",
    "Clause",
    "CommunicationLine",
    "Contract",
    "ContractImport",
    "ContractImportChunk",
    "ContractTerms",
    "Document",
    "ExitPlan",
    "ExitStep",
    "HandoverItem",
    "Key",
    "PriceLine",
    "ServiceLevel",
    "TaskOrder",
    "TransitionPhase",
    "TransitionTask",
]
