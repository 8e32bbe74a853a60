"""Words and kinds of badges for contracts. Pure but for the choices."""

from contracts.models.record import Status

STATUS_KINDS = {
    Status.DRAFT: "neutral",
    Status.IN_APPROVAL: "info",
    Status.SIGNED: "info",
    Status.ACTIVE: "ok",
    Status.NOTICE_GIVEN: "warn",
    Status.ENDED: "neutral",
    Status.TERMINATED: "bad",
    Status.WITHDRAWN: "neutral",
}
