"""The table of functions: what each one is for, and exactly what it may touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stacks.config import Config
from statemachines.task import FUNCTION_TIMEOUT

# A transaction has no right of its own in IAM: it takes those of the writes in it.
GET = ("GetItem",)
PUT = ("PutItem",)
UPDATE = ("UpdateItem",)
WRITE = ("GetItem", "PutItem", "UpdateItem")


@dataclass(frozen=True)
class Spec:
    """One function: its module and exactly what it may touch."""

    module: str
    does: str
    """For the console."""
    links: Sequence[str] = ()
    """DynamoDB actions on the table, as are those of `sync_state`."""
    sync_state: Sequence[str] = ()
    secret: bool = False
    bus: bool = False
    partner_central: Sequence[str] = ()
    """Operations of Partner Central, in the deployment's catalog only."""
    tags: Sequence[str] = ()
    """Kinds of Partner Central's resources that AWS tags in its name: it asks for the right, tags or none."""
    tagging: Sequence[str] = ("TagResource",)
    """What it may do with the tags of these kinds."""
    settings: Sequence[str] = ()
    """Fields of `lambdas.settings.Settings` besides those that follow from what it touches."""
    counts: Mapping[str, str] = field(default_factory=dict)
    """Metrics that it counts itself, each with what its alarm means."""
    timeout: int = FUNCTION_TIMEOUT
    """Seconds."""

    def partner_central_in(self, config: Config) -> Sequence[str]:
        """What it may do there in this deployment: one that observes is not even allowed to write."""
        is_live = config.mode == "live"
        return [name for name in self.partner_central if is_live or name.startswith(("Get", "List"))]

    def tagging_in(self, config: Config) -> Sequence[str]:
        return [name for name in self.tagging if config.mode == "live" or name.startswith("List")]

    @property
    def name(self) -> str:
        return self.module.rpartition(".")[2]


TASKS = (
    Spec(
        "lambdas.tasks.take_turn",
        "Finds the pair an event is about and takes its turn",
        links=(*GET, *UPDATE),
        sync_state=(*GET, *UPDATE),
        secret=True,
        bus=True,
        partner_central=("GetOpportunity",),
        settings=("hubspot_api", "turn_ttl", "go_live"),
    ),
    Spec(
        "lambdas.tasks.plan_sync",
        "Reads both sides and decides what this round does",
        links=(*GET, *UPDATE),
        sync_state=(*WRITE, "DeleteItem", "Query"),
        secret=True,
        partner_central=(
            "GetOpportunity",
            "GetAwsOpportunitySummary",
            "ListEngagementFromOpportunityTasks",
            "ListOpportunities",
        ),
        tags=("opportunity",),
        tagging=("ListTagsForResource",),
        counts={
            "HeldDeletions": "Many deals were deleted at once, so no opportunity is closed. Restore the deals, or "
            "confirm with `python -m cosell confirm-deletions` (docs/records-around.md).",
            "UnmappedStages": "Shared deals are in a stage that the field mapping does not have: AWS does not get it. "
            "The log of plan-sync says which; add it under stages, with null for one that AWS is not told.",
        },
        settings=(
            "hubspot_api",
            "turn_ttl",
            "submit_stages",
            "involvement",
            "visibility",
            "solutions",
            "new_deals",
            "deletion_grace",
            "deletion_reason",
            "most_deletions",
        ),
    ),
    Spec(
        "lambdas.tasks.create_deal",
        "Makes the deal of an opportunity, with company and contacts, exactly once",
        links=(*GET, *UPDATE),
        sync_state=WRITE,
        secret=True,
        settings=("hubspot_api", "turn_ttl"),
    ),
    Spec(
        "lambdas.tasks.create_opportunity",
        "Creates the pair's opportunity, exactly once",
        links=(*GET, *UPDATE),
        sync_state=WRITE,
        partner_central=("CreateOpportunity", "GetOpportunity", "ListOpportunities"),
        tags=("opportunity",),
        settings=("turn_ttl",),
    ),
    Spec(
        "lambdas.tasks.associate_opportunity",
        "Links solutions, AWS products and offers to the opportunity",
        sync_state=WRITE,
        partner_central=("AssociateOpportunity", "DisassociateOpportunity", "GetOpportunity"),
        settings=("turn_ttl",),
    ),
    Spec(
        "lambdas.tasks.update_opportunity",
        "Writes the planned changes to the opportunity",
        sync_state=WRITE,
        partner_central=("UpdateOpportunity",),
        settings=("turn_ttl",),
    ),
    Spec(
        "lambdas.tasks.disassociate_opportunity",
        "Unlinks what the deal names no longer",
        sync_state=WRITE,
        partner_central=("DisassociateOpportunity", "GetOpportunity"),
        settings=("turn_ttl",),
    ),
    Spec(
        "lambdas.tasks.assign_opportunity",
        "Gives the opportunity the deal's owner",
        sync_state=WRITE,
        partner_central=("AssignOpportunity", "GetOpportunity"),
        settings=("turn_ttl",),
    ),
    Spec(
        "lambdas.tasks.tag_opportunity",
        "Sets and removes the seller's tags",
        sync_state=WRITE,
        partner_central=("GetOpportunity",),
        tags=("opportunity",),
        tagging=("ListTagsForResource", "TagResource", "UntagResource"),
        settings=("turn_ttl",),
    ),
    Spec(
        "lambdas.tasks.submit_opportunity",
        "Submits the opportunity for AWS's review",
        sync_state=WRITE,
        partner_central=(
            "GetOpportunity",
            "ListEngagementFromOpportunityTasks",
            "StartEngagementFromOpportunityTask",
            # The steps of that task, which AWS takes with the caller's rights:
            "CreateEngagement",
            "CreateEngagementInvitation",
            "CreateResourceSnapshot",
            "CreateResourceSnapshotJob",
            "StartResourceSnapshotJob",
            "SubmitOpportunity",
        ),
        tags=("opportunity", "resource-snapshot-job"),
        settings=("turn_ttl", "submission"),
    ),
    Spec(
        "lambdas.tasks.update_deal",
        "Writes to the deal what AWS says",
        sync_state=WRITE,
        secret=True,
        settings=("hubspot_api", "turn_ttl"),
    ),
    Spec(
        "lambdas.tasks.tell_seller",
        "Puts notes on the deal's timeline and keeps its task",
        sync_state=WRITE,
        secret=True,
        settings=("hubspot_api", "turn_ttl", "fallback_owner"),
    ),
    Spec(
        "lambdas.tasks.finish_turn",
        "Gives the turn back, or goes round again",
        sync_state=(*GET, *UPDATE),
        settings=("turn_ttl",),
    ),
    Spec(
        "lambdas.tasks.resolve_pairs",
        "Finds the pairs of a changed record and has them looked at",
        links=GET,
        sync_state=(*GET, *UPDATE),
        bus=True,
        settings=("turn_ttl",),
    ),
    Spec(
        "lambdas.tasks.list_solutions",
        "Reads the partner's solutions at AWS",
        sync_state=(*GET, *UPDATE),
        partner_central=("ListSolutions",),
    ),
    Spec(
        "lambdas.tasks.update_products",
        "Gives every solution its product",
        sync_state=(*GET, *PUT),
        secret=True,
        settings=("hubspot_api",),
    ),
    Spec(
        "lambdas.tasks.update_options",
        "Lets sellers choose among the solutions",
        sync_state=(*GET, *PUT),
        secret=True,
        settings=("hubspot_api",),
    ),
)

WEBHOOK = Spec(
    "lambdas.webhook",
    "Receives HubSpot's webhooks",
    secret=True,
    bus=True,
    settings=("webhook_url", "accept_v1"),
    timeout=4,  # the API gives up after 5 s, as HubSpot does: the function's own end is the one that is logged
)
