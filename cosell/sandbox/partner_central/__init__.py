"""AWS Partner Central, simulated: the Selling API over its real wire protocol, and verbs for what people at AWS do.

It answers boto3 and the AWS CLI, holds state, checks each request against botocore's model of the service and against
the documented business rules, and reports on the default event bus as the service does. What the public sources leave
open or contradict is a named switch with a default (`switches.Switches`). It is a world to test against, and knows
nothing of its clients.
"""

from cosell.sandbox.partner_central.people import Aws, NotPossible
from cosell.sandbox.partner_central.simulator import PartnerCentral
from cosell.sandbox.partner_central.state import Solution, User
from cosell.sandbox.partner_central.switches import Switches
from cosell.sandbox.partner_central.views import OpportunityView

__all__ = ["Aws", "NotPossible", "OpportunityView", "PartnerCentral", "Solution", "Switches", "User"]
