"""From AWS to HubSpot and back nothing changes, whatever AWS says; every industry of HubSpot's is one of AWS's."""

from __future__ import annotations

import botocore.session
import pytest
from botocore.model import ListShape, Shape, StructureShape

from cosell.sandbox.hubspot.standard import furnish
from cosell.sandbox.hubspot.state import Portal
from lambdas.domain import transforms
from lambdas.domain.mapping import Row
from lambdas.domain.transforms import Context
from lambdas.mapping import load
from stacks.mapping import GET, SUMMARY

MAPPING = load()
BY_STAGE = "LifeCycle.Stage"
"""A deal's stage is not one of AWS's: `docs/stages.md` has the way there and back."""
SERVICE = botocore.session.get_session().get_service_model("partnercentral-selling")


def values(row: Row) -> list[str]:
    """What AWS's model says that the member may be; nothing where it may be any text."""
    shape: Shape = SERVICE.operation_model(GET if row.of == "opportunity" else SUMMARY).output_shape
    for name in (row.path or "").replace("[Self]", "").replace("[]", "").split("."):
        here = shape.member if isinstance(shape, ListShape) else shape
        assert isinstance(here, StructureShape)
        shape = here.members[name]
    leaf = shape.member if isinstance(shape, ListShape) else shape
    return list(leaf.metadata.get("enum", ()))


ENUMERATIONS = [
    row for row in MAPPING.rows if not row.standard and row.type == "enumeration" and row.path and row.path != BY_STAGE
]


@pytest.mark.parametrize("row", ENUMERATIONS, ids=lambda row: f"{row.property}-{row.path}")
def test_every_value_of_an_enumeration_comes_back_as_it_went(row: Row) -> None:
    context, known = Context(MAPPING, row), MAPPING.options(row)
    # AWS's model lists every currency, its documentation takes two.
    said = [value for value in values(row) if not row.path or not row.path.endswith("CurrencyCode") or value in known]

    for value in said or known:
        at_aws = [value] if row.transform == "options" else value
        at_hubspot = transforms.to_hubspot(transforms.canonical(at_aws, context), context)
        assert at_hubspot in known
        assert transforms.to_aws(at_hubspot, context) == at_aws


def test_all_of_aws_enumerations_are_there() -> None:
    rows = {row.property for row in ENUMERATIONS}

    assert {"aws_use_case", "aws_industry", "aws_review_status", "aws_lost_reason", "aws_national_security"} <= rows


def test_every_country_comes_back_as_it_went() -> None:
    (row,) = [row for row in MAPPING.rows if (row.object, row.property) == ("company", "country")]
    context = Context(MAPPING, row)

    for code in SERVICE.shape_for("CountryCode").metadata["enum"]:
        name = transforms.to_hubspot(transforms.canonical(code, context), context)
        assert transforms.to_aws(name, context) == code


def test_every_industry_of_hubspot_is_one_of_aws() -> None:
    (row,) = [row for row in MAPPING.rows if (row.object, row.property) == ("company", "industry")]
    portal = Portal(id=1, time_zone="UTC", currency="USD", opened_ms=0)
    furnish(portal)
    industries = [option.value for option in portal.definitions["companies"]["industry"].options]

    assert len(industries) > 140
    for industry in industries:
        assert transforms.to_aws(industry, Context(MAPPING, row)) in MAPPING.tables.options["industries"]
