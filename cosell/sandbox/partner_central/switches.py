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

    whole_seconds: bool = False
    """LastModifiedDate has seconds instead of milliseconds, so that two writes within one second share it. Both
    were recorded (samples)."""

    read_lag: float = 0.0
    """Seconds for which a new opportunity cannot be read. About 3 are reported at second hand; not documented."""

    association_moves_date: bool = True
    """Associate, Disassociate and Assign move LastModifiedDate. Two recordings disagree (samples)."""

    after_changes: Literal["Submitted", "In review"] = "Submitted"
    """Review status after an update under Action Required. DG: it "re-enters the validation phase"."""

    locked_record: Literal["ValidationException", "ConflictException"] = "ValidationException"
    """How a write to a record under review is refused. Not documented."""

    sheet_locks: bool = False
    """After approval also lock what only the field sheet of the older interface locks (CompanyName, StateOrRegion,
    OtherIndustry, NationalSecurity), and leave PartnerOpportunityIdentifier free. DG "updates" has another list:
    the default."""

    draft_may_move_stage: bool = False
    """The stage can change before submission. Claimed at second hand that it cannot; not documented."""

    marketing_source_required: bool = True
    """UpdateOpportunity needs Marketing.Source. Reported at second hand since 2026-05; not documented."""

    old_close_date_stays: bool = True
    """A TargetCloseDate that was written before and has passed since may be sent again. Not documented."""

    contacts_complete: bool = True
    """A customer contact needs first name, last name and e-mail together. Reported at second hand; not documented."""

    postal_code_formats: bool = True
    """Postal codes must have the format of their country. From the validation sheet of the older interface
    (samples)."""

    services_partner: bool = False
    """The partner is on the services path, which must give AwsAccountId at Launched. From the field sheet (samples)."""

    redacted_company_name: str = "Redacted"
    """What CompanyName becomes for national security. The field sheet says that AWS redacts it, not to what
    (samples)."""

    duplicate_association: Literal["ValidationException", "ConflictException"] = "ValidationException"
    """How a second association of the same entity is refused. A ConflictException is claimed at second hand, the
    model does not list it. Not documented."""

    estimation_url_reason: Literal["INVALID_VALUE", "BUSINESS_VALIDATION_FAILED"] = "INVALID_VALUE"
    """Reason of the refusal of an unknown calculator link. DG "deal sizing" shows INVALID_VALUE, which the model's
    enum does not have."""

    sandbox_review_needs_submission: bool = True
    """In the Sandbox, UpdateOpportunity can set ReviewStatus only after a submission. The samples submit first; not
    documented."""

    echo_partner_identifier: bool = True
    """PartnerOpportunityIdentifier comes back in answers. Several recordings have null (samples)."""

    verbatim_amounts: bool = False
    """Amounts come back as they were sent. Recorded: 12500.00 read back as 12500, and 531 listed as 531.0 (samples)."""

    nulls: bool = True
    """Members without a value are sent as null, as recorded (samples); otherwise they are left out."""

    html_escapes: bool = False
    """`&` and `:` are escaped in some texts of answers, as the samples' JavaScript application says and undoes."""

    nested_types: bool = False
    """Structures in lists carry a `__type` member, as the samples' JavaScript application says and removes."""

    event_delay: float = 0.5
    """Seconds between a change and its event. Not documented."""

    event_scatter: float = 0.0
    """At most this many seconds are added to the delay of each event, by chance: events come late and out of order.
    DG promises no order."""

    events_twice: bool = False
    """Each event is delivered twice with the same id: EventBridge delivers at least once."""

    updates_in_pairs: bool = False
    """A second Opportunity Updated follows each one after two seconds, with an id of its own, as recorded (samples)."""
