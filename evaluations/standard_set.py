"""The five criteria that every organization starts with. Pure data; the words are our own.

Every mark runs from 0 to 5 and a higher one is always better, also for cost: 5 is the best value.
"""

from decimal import Decimal

from evaluations.criteria import CriterionDraft

NAME = "Standard criteria"
NOTE = "The five criteria that every organization starts with."

STANDARD_SET: tuple[CriterionDraft, ...] = (
    CriterionDraft(
        name="Quality",
        weight=Decimal(30),
        question="How good is the work that this vendor would do for us, and how sure can we be of it?",
        anchors=(
            "No sign that they can do this work, or plain proof that they can't.",
            "Their samples or trial had faults that we would have to mend ourselves.",
            "Usable work, but below what we have today or with staff still to be trained.",
            "As good as we have today: sound samples, skilled staff, service levels they will sign.",
            "Better than today, shown in a trial or by a client of our size.",
            "Outstanding: measured results over years, named experts for us, service levels with credits.",
        ),
    ),
    CriterionDraft(
        name="Satisfaction",
        weight=Decimal(20),
        question="How content are the clients, and the clients' own staff, who work with this vendor now?",
        anchors=(
            "Clients warn us off, or the vendor names nobody we may ask.",
            "More complaints than praise; clients are looking for somebody else.",
            "Mixed: content when it runs, left alone when something breaks.",
            "Most are content; small complaints were put right when they were raised.",
            "Two or more clients like us are content and would choose them again.",
            "Every client we asked praises them without prompting, also for how they handled trouble.",
        ),
    ),
    CriterionDraft(
        name="Cost",
        weight=Decimal(20),
        question="What do we pay over the whole term, with set-up, extras, price rises and leaving?"
        " A high mark means good value.",
        anchors=(
            "Far above our budget, or the price can't be worked out from the offer.",
            "Above budget, with extras or price rises that are left open.",
            "At the limit of our budget; several costs will come on top.",
            "Within budget, about what others ask; extras are listed with their prices.",
            "Clearly cheaper than most over the term, with price rises capped.",
            "The cheapest over the whole term for the same work, every cost fixed in writing.",
        ),
    ),
    CriterionDraft(
        name="Security",
        weight=Decimal(20),
        question="How well would our systems and our customers' data be kept from loss, leaks and misuse?",
        anchors=(
            "Known breaches that were kept quiet, or no answer to our security questions.",
            "Promises only: nothing written, shared passwords, nobody in charge.",
            "Basic rules exist, but checks, backups or leavers' access are not in order.",
            "Written policies, personal accounts with a second factor, backups that were tried out.",
            "A current independent audit or certificate covers the very service that we would buy.",
            "Audited every year, tested by outsiders, an incident plan that was rehearsed, proof shown freely.",
        ),
    ),
    CriterionDraft(
        name="Cultural fit",
        weight=Decimal(10),
        question="How easily would our people work with theirs: language, hours, manner, honesty about problems?",
        anchors=(
            "We could not work together: no common language or hours, or no respect.",
            "Hard going: slow answers, much is misunderstood, bad news comes late.",
            "Workable with effort: few shared hours, or one person who must translate.",
            "Good enough: we understand each other and share at least half of the working day.",
            "Easy: quick, clear answers; they ask before they assume and say when they are wrong.",
            "Like colleagues: they know our trade, think ahead, and tell us what we don't want to hear.",
        ),
    ),
)
