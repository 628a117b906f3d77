"""AWS Partner Central in one process: the Selling API over its real wire protocol, and verbs for people at AWS.

It answers boto3 and the AWS CLI, checks each request against botocore's model of the service and the documented
business rules, and reports on the default event bus as the service does. It is a world to test against, and knows
nothing of its clients.

It has the operations on opportunities and their associations, AWS's summary, solutions, tags, settings, and the
submission task, in both catalogs, with ClientToken, the lock on LastModifiedDate, quotas and events. All it needs is a
clock, which moves when it is moved:

    clock = Clock()
    central = PartnerCentral(clock, switches=Switches(throttling=False))
    heard = []
    central.on_event.append(lambda event: heard.append(event["detail-type"]))

    def ask(operation, **body):
        url = f"https://partnercentral-selling.us-east-1.api.aws/{operation}"
        return central.handle(Request("POST", url, body=json.dumps({"Catalog": "AWS", **body}).encode())).json()

    created = ask("CreateOpportunity", ClientToken="1", Project={"Title": "Data lake"})
    central.aws.edits(created["Id"], "Project.Title", "Data lake, second phase")
    clock.run_until_quiet()
    assert ask("GetOpportunity", Identifier=created["Id"])["Project"]["Title"] == "Data lake, second phase"
    assert heard == ["Opportunity Created", "Opportunity Updated"]

`handle` takes what any transport has read. `cosell.sandbox.server` puts it on a loopback port, where clients find it
with `AWS_ENDPOINT_URL`; its time is then the wall's. `dump` gives all state as JSON, which `load` goes on with.

What the public sources leave open or contradict is a named switch with a default (`Switches`). Left out, and answered
with an UnknownOperationException: engagements, invitations, leads, snapshots and their jobs as operations of their own
(a submission and AWS's referrals make them, with their events), and creating an AWS Referral in the Sandbox. The status
of Marketplace products is not known here, nor what IAM lets a caller do, beyond all or nothing.
"""

from cosell.sandbox.partner_central.people import Aws, NotPossible
from cosell.sandbox.partner_central.simulator import PartnerCentral
from cosell.sandbox.partner_central.state import Solution, User
from cosell.sandbox.partner_central.switches import Switches
from cosell.sandbox.partner_central.views import OpportunityView

__all__ = ["Aws", "NotPossible", "OpportunityView", "PartnerCentral", "Solution", "Switches", "User"]
