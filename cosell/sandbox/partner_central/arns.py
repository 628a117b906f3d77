"""ARNs: what is the partner's own has its account in the ARN, what accounts share has none."""

from __future__ import annotations

REGION = "us-east-1"
"""The only region of the service (developer guide, "regions")."""


def own(account: str, catalog: str, kind: str, identifier: str) -> str:
    """Of an opportunity, a solution or a snapshot job."""
    return f"arn:aws:partnercentral:{REGION}:{account}:catalog/{catalog}/{kind}/{identifier}"


def shared(catalog: str, kind: str, identifier: str) -> str:
    """Of an engagement, an invitation or a task."""
    return own("", catalog, kind, identifier)
