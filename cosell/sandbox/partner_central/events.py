"""Events on the partner's default bus (developer guide, "Selling API events").

They carry ids only: opportunity events say neither which field changed nor on which side. Their form is the one
recorded in AWS's samples, or by switch that of the guide's examples.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from cosell.sandbox.agenda import Agenda
from cosell.sandbox.partner_central import arns, instants
from cosell.sandbox.partner_central.chance import Dice
from cosell.sandbox.partner_central.state import Due, Engagement, Invitation, Opportunity
from cosell.sandbox.partner_central.switches import Switches
from cosell.sandbox.stepfunctions.clock import Clock

SOURCE = "aws.partnercentral-selling"
AWS = "aws"

Event = dict[str, Any]


class Events:
    """Tells `listeners` what happened, some time after it happened."""

    def __init__(self, clock: Clock, account: str, switches: Switches, dice: Dice, agenda: Agenda[Due]) -> None:
        self.listeners: list[Callable[[Event], None]] = []
        self._clock, self._account, self._switches, self._dice, self._agenda = clock, account, switches, dice, agenda

    def opportunity_created(self, opportunity: Opportunity) -> None:
        self._opportunity("Opportunity Created", opportunity)

    def opportunity_updated(self, opportunity: Opportunity) -> None:
        self._opportunity("Opportunity Updated", opportunity)
        if self._switches.updates_in_pairs:
            self._opportunity("Opportunity Updated", opportunity, later=2.0)

    def _opportunity(self, kind: str, opportunity: Opportunity, *, later: float = 0.0) -> None:
        detail = {"schemaVersion": "1", "catalog": opportunity.catalog, "opportunity": {"identifier": opportunity.id}}
        self._send(kind, detail, [], later=later)

    def engagement_created(self, engagement: Engagement) -> None:
        arn = _engagement_arn(engagement)
        about = {
            "engagementArn": arn,
            "engagementId": engagement.id,
            "CreatedAt": instants.write(engagement.created),
            "CreatedBy": self._account,
            "ContextTypes": ["CustomerProject"],
        }
        self._send("Engagement Created", {"catalog": engagement.catalog, "engagement": about}, [arn])

    def member_added(self, engagement: Engagement, account: str, company: str) -> None:
        detail = {
            "catalog": engagement.catalog,
            "engagement": {"id": engagement.id},
            "engagementMember": {"accountId": account, "companyName": company},
        }
        self._send("Engagement Member Added", detail, [_engagement_arn(engagement)])

    def invitation_created(self, invitation: Invitation, company: str) -> None:
        more = {"senderCompanyName": company, "expirationDate": instants.write(invitation.expires)}
        self._invitation("Engagement Invitation Created", invitation, more, {"schemaVersion": "1.0"})

    def invitation_answered(self, invitation: Invitation) -> None:
        """Accepted, Rejected and Expired share one form."""
        self._invitation(f"Engagement Invitation {invitation.status.capitalize()}", invitation, {}, {})

    def _invitation(self, kind: str, invitation: Invitation, more: Event, beside: Event) -> None:
        arn = arns.shared(invitation.catalog, "engagement-invitation", invitation.id)
        about = {
            "arn": arn,
            "id": invitation.id,
            "engagementId": invitation.engagement,
            "senderAccountId": invitation.sender,
            "receiverAccountId": invitation.receiver,
            "participantType": "SENDER" if invitation.sender == self._account else "RECEIVER",
            "payloadType": "OpportunityInvitation",
            **more,
        }
        self._send(kind, {"catalog": invitation.catalog, **beside, "engagementInvitation": about}, [arn])

    def snapshot_created(self, engagement: Engagement, template: str, created_by: str, seen_by: list[str]) -> None:
        engagement_arn = _engagement_arn(engagement)
        revision = engagement.revisions[template]
        arn = f"{engagement_arn}/resource/Opportunity/{engagement.opportunity}/template/{template}/snapshot/{revision}"
        about = {
            "arn": arn,
            "engagementId": engagement.id,
            "resourceType": "Opportunity",
            "resourceId": engagement.opportunity,
            "createdBy": created_by,
            "targetMemberAccounts": seen_by,
            "resourceSnapshotTemplateName": template,
        }
        detail = {"schemaVersion": "1", "catalog": engagement.catalog, "resourceSnapshot": about}
        self._send("Engagement Resource Snapshot Created", detail, [engagement_arn])

    def deliver(self, event: Event) -> None:
        for listener in tuple(self.listeners):
            listener(event)

    def _send(self, kind: str, detail: Event, resources: list[str], *, later: float = 0.0) -> None:
        chance = self._dice.roll("event")
        event = {
            "version": "0",
            "id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
            "detail-type": kind,
            "source": SOURCE,
            "account": self._account,
            "time": instants.write(int(self._clock.now + later) * instants.SECOND),
            "region": arns.REGION,
            "resources": resources,
            "detail": detail,
        }
        if self._switches.event_form == "documented":
            _as_documented(event)
        for _ in range(2 if self._switches.events_twice else 1):
            scatter = chance.uniform(0.0, self._switches.event_scatter)
            self._agenda.after(self._switches.event_delay + later + scatter, Due("event", event))


def _as_documented(event: Event) -> None:
    """The guide's examples have another version, no schemaVersion, no resources beside an opportunity, another service
    in a snapshot's ARN, and participants in title case."""
    event["version"] = "1"
    detail = event["detail"]
    detail.pop("schemaVersion", None)
    if "opportunity" in detail:
        del event["resources"]
    if "resourceSnapshot" in detail:
        snapshot = detail["resourceSnapshot"]
        snapshot["arn"] = snapshot["arn"].replace("arn:aws:partnercentral:", f"arn:aws:{SOURCE.removeprefix('aws.')}:")
    if "engagementInvitation" in detail:
        detail["engagementInvitation"]["participantType"] = detail["engagementInvitation"]["participantType"].title()


def _engagement_arn(engagement: Engagement) -> str:
    return arns.shared(engagement.catalog, "engagement", engagement.id)
