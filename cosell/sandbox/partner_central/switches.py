"""What the public sources leave open, contradict or only claim at second hand: one named switch each, with a default.

"Not documented" means that no public source settles the point; the default is then the stricter or the safer reading.
DG is the AWS Partner Central developer guide, the samples are github.com/aws-samples/partner-crm-integration-samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Switches:
    """How this Partner Central behaves where its documentation does not say. Change some with `dataclasses.replace`."""

    throttling: bool = True
    """Quotas of DG "quotas" are enforced: 1 write and 10 reads a second, 10,000 and 100,000 in a rolling day."""

    quota_per_operation: bool = False
    """Each operation has a bucket of its own. Not documented; the table in DG "quotas" reads as one bucket for each
    group."""

    quota_per_catalog: bool = False
    """Each catalog has buckets of its own. Not documented."""

    access: Literal["granted", "no permission", "wrong partner state"] = "granted"
    """Whether the partner may call anything. Without permission the front end refuses with 403; a partner whose state
    at AWS does not fit is refused by the service with 400, under the same code (API reference)."""

    token_lifetime: float = 86_400.0
    """Seconds for which a ClientToken is remembered. Not documented."""

    strict_create: bool = False
    """CreateOpportunity asks for all that submission asks for. The API reference says only that mandatory fields exist;
    the draft that a converted lead becomes is sparse (samples)."""

    incomplete_submission: Literal["refused", "task fails"] = "refused"
    """What StartEngagementFromOpportunityTask does with an opportunity that is not ready: a ValidationException at
    once, or a task that ends FAILED. Not documented."""

    submission_needs_qualified: bool = False
    """Stage must be Qualified or later. The model's prose asks for it; recorded submissions at Prospect went
    through (samples)."""

    description_replaces_solution: bool = True
    """OtherSolutionDescription stands in for an associated solution at submission. DG says that one must be
    associated; the Sandbox was recorded taking the description (samples)."""

    task_seconds: float | None = 4.0
    """Seconds that a submission task is IN_PROGRESS; 0: COMPLETE in the first answer, as recorded (samples); None:
    until AWS's `finishes_task` or `fails_task`. Documented as asynchronous, without a duration."""

    token_past_the_end: bool = True
    """The last page of a list of tasks has a NextToken, whose page is empty. Recorded once (samples); otherwise a token
    means that there is more."""

    snapshots_need_role: bool = False
    """A snapshot job makes no snapshots after the first while the catalog's settings name no role for it. DG
    "multi-partner opportunities" says so; the table in DG "events" takes a working job for granted."""

    whole_seconds: bool = False
    """LastModifiedDate has seconds instead of milliseconds, so that two writes within one second share it. Both
    were recorded (samples)."""

    read_lag: float = 0.0
    """Seconds for which a new opportunity cannot be read. About 3 are reported at second hand; not documented."""

    association_moves_date: bool = True
    """Associate, Disassociate and Assign move LastModifiedDate. Two recordings disagree (samples)."""

    associations_wait_for_review: bool = True
    """While AWS reviews, Associate, Disassociate (but for offers) and Assign are refused as an update is. Not
    documented; DG "associating" says that entities can be associated at any stage."""

    after_changes: Literal["Submitted", "In review"] = "Submitted"
    """Review status after an update under Action Required. DG: it "re-enters the validation phase"."""

    locked_record: Literal["ValidationException", "ConflictException"] = "ValidationException"
    """How a write to a record under review is refused. Not documented."""

    sheet_locks: bool = False
    """After approval also lock what only the field sheet of the older interface locks (CompanyName, StateOrRegion,
    OtherIndustry, NationalSecurity), and leave PartnerOpportunityIdentifier free. DG "updates" has another list:
    the default."""

    launched_keeps_the_rest: bool = False
    """At Launched an update changes only DeliveryModels, AdditionalComments and SoftwareRevenue, and drops all else
    without a word. The older interface did so (samples); no statement about the API was found."""

    draft_may_move_stage: bool = False
    """The stage can change before submission. Claimed at second hand that it cannot; not documented."""

    may_begin_lost: bool = False
    """CreateOpportunity takes Closed Lost. Claimed at second hand that it does not; not documented."""

    may_begin_late: bool = False
    """CreateOpportunity takes Committed and Launched, although the solution that they need can only be associated
    afterwards. Not documented."""

    stage_required: bool = True
    """UpdateOpportunity needs LifeCycle.Stage. From the field sheet (samples); the model requires it nowhere."""

    marketing_source_required: bool = True
    """UpdateOpportunity needs Marketing.Source. Reported at second hand since 2026-05; not documented."""

    old_close_date_stays: bool = True
    """A TargetCloseDate that was written before and has passed since may be sent again. Not documented."""

    activities_not_empty: bool = True
    """SalesActivities can be absent, but not an empty list. Reported at second hand; not documented."""

    contacts_complete: bool = True
    """A customer contact needs first name, last name and e-mail together. Reported at second hand; not documented."""

    postal_code_formats: bool = True
    """Postal codes must have the format of their country. From the validation sheet of the older interface
    (samples)."""

    services_partner: bool = False
    """The partner is on the services path, which must give AwsAccountId at Launched. From the field sheet (samples)."""

    special_program: bool = False
    """The partner is in a program that must give all of SoftwareRevenue at Launched. From the field sheet (samples)."""

    unused_parent_dropped: bool = False
    """RelatedOpportunityIdentifier of a Net New Business is not kept. The field sheet says that it is ignored
    (samples), which need not mean that."""

    co_sell_needs_stop_visibility_only: bool = False
    """A submission for visibility only is refused while PrimaryNeedsFromAws has co-sell needs. So says the field sheet;
    it was recorded going through, with the needs replaced (samples)."""

    duplicate_association: Literal["ValidationException", "ConflictException"] = "ValidationException"
    """How a second association of the same entity is refused. A ConflictException is claimed at second hand, the
    model does not list it. Not documented."""

    unknown_entity: Literal["ResourceNotFoundException", "ValidationException"] = "ResourceNotFoundException"
    """How the association of an entity that does not exist is refused. Not documented."""

    any_product: bool = False
    """Names of AWS products are not checked. The field sheet refers to the published list (samples), which may be
    behind."""

    offer_before_submission: bool = True
    """A Marketplace offer can be associated with a draft. DG "associating" says at any stage, the field sheet only
    after submission (samples)."""

    latest_association_first: bool = False
    """Associated entities are listed in the reverse order. Not documented."""

    sandbox_lists_solutions: bool = True
    """ListSolutions has the Sandbox's example solution. Reported at second hand that it can be empty, and the solution
    be associated nevertheless; not documented."""

    estimation_url_reason: Literal["INVALID_VALUE", "BUSINESS_VALIDATION_FAILED"] = "INVALID_VALUE"
    """Reason of the refusal of an unknown calculator link. DG "deal sizing" shows INVALID_VALUE, which the model's
    enum does not have."""

    sandbox_review_needs_submission: bool = True
    """In the Sandbox, UpdateOpportunity can set ReviewStatus only after a submission. The samples submit first; not
    documented."""

    sandbox_reviews_freely: bool = False
    """In the Sandbox, UpdateOpportunity sets any ReviewStatus from any other. The field sheet (samples) has Submitted
    become Approved, Rejected or Action Required, and Action Required nothing but Submitted; at second hand the rest is
    refused."""

    sandbox_review_answers_invitation: bool = False
    """A Sandbox review through UpdateOpportunity also sends the events of AWS's answer to the invitation. Not
    documented."""

    aws_stage_shared: Literal["always", "when closed"] = "always"
    """When GetAwsOpportunitySummary tells AWS's stage and close date. The field sheet says for Launched and Closed Lost
    only (samples); DG "updates" has no such limit."""

    omitted_role_clears: bool = True
    """PutSellingSystemSettings without a role takes the role away. Not documented."""

    echo_partner_identifier: bool = True
    """PartnerOpportunityIdentifier comes back in answers. Several recordings have null (samples)."""

    verbatim_amounts: bool = False
    """Amounts come back as they were sent. Recorded: 12500.00 read back as 12500, and 531 listed as 531.0 (samples)."""

    newer_value: str | None = None
    """A value that the service knows for each enum of an opportunity and botocore's model does not: requests may have
    it, and answers then do. Enums grow in any API; the samples have two such values, which are always taken."""

    answers_as_of: Literal["model", "2025", "2024"] = "model"
    """Which members answers have: those of the model, or those of the recordings of 2025 (without contract duration,
    Marketplace solutions and products) or of 2024 (nor offer sets, with ARNs and ids of tasks and engagements null and
    a ReasonCode of "null") (samples)."""

    indexed_field_names: bool = False
    """FieldName of a member in a list says which item, `customer.contacts.1.member.email`, as messages in the field
    sheet do (samples). DG "deal sizing" shows names without."""

    nulls: bool = True
    """Members without a value are sent as null, as recorded (samples); otherwise they are left out."""

    html_escapes: bool = False
    """`&` and `:` are escaped in some texts of answers, as the samples' JavaScript application says and undoes."""

    nested_types: bool = False
    """Structures in lists carry a `__type` member, as the samples' JavaScript application says and removes."""

    event_form: Literal["recorded", "documented"] = "recorded"
    """The form of events: as recorded (samples), or as in the examples of DG "events", with another version and other
    spellings, and less of what surrounds the ids."""

    event_delay: float = 0.5
    """Seconds between a change and its event. Not documented."""

    event_scatter: float = 0.0
    """At most this many seconds are added to the delay of each event, by chance: events come late and out of order.
    DG promises no order."""

    events_twice: bool = False
    """Each event is delivered twice with the same id: EventBridge delivers at least once."""

    updates_in_pairs: bool = False
    """A second Opportunity Updated follows each one after two seconds, with an id of its own, as recorded (samples)."""
