"""Which endpoint a request is for: both path families, one table.

`/crm/v3/objects/deals`, `/crm/objects/v3/deals` and `/crm/objects/2026-09/deals` are the same place. An operation's
name is the object type's plural and a verb for records (`deals.create`), an area and a verb elsewhere
(`associations.set_default`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from cosell.sandbox.hubspot import account, associations, batches, groups, objects, properties, search
from cosell.sandbox.hubspot.calls import Call, Reply
from cosell.sandbox.hubspot.errors import Refused
from cosell.sandbox.hubspot.kinds import kind_of

_VERSIONS = r"v3|v4|20\d\d-\d\d"
_PATHS = (
    re.compile(rf"/crm/(?P<version>{_VERSIONS})/(?P<area>\w+)(?P<rest>/.*)?"),
    re.compile(rf"/crm/(?P<area>\w+)/(?P<version>{_VERSIONS})(?P<rest>/.*)?"),
    re.compile(rf"/(?P<area>account-info)/(?P<version>{_VERSIONS})(?P<rest>/.*)?"),
)
V3 = ("v3", "2026-03", "2026-09")
V4 = ("v4", "2026-03", "2026-09")

Params = dict[str, str]
Scopes = Callable[[Params], list[tuple[str, ...]]]
"""What a call needs, by its path: of each tuple one scope."""
Row = tuple[str, str, str, Callable[[Call], Reply], Scopes]
"""Method, path below the area, operation, what answers, scopes."""


@dataclass(frozen=True)
class Endpoint:
    """One method on one path. `name` may hold `{type}`, which becomes the plural of the object type in the path."""

    area: str
    method: str
    path: re.Pattern[str]
    name: str
    answer: Callable[[Call], Reply]
    scopes: Scopes
    versions: tuple[str, ...]

    @property
    def search(self) -> bool:
        return self.name.endswith(".search")


@dataclass(frozen=True)
class Route:
    """The endpoint found for a request, and what its path said."""

    endpoint: Endpoint
    version: str
    params: Params

    @property
    def operation(self) -> str:
        if "{type}" not in self.endpoint.name:
            return self.endpoint.name
        return self.endpoint.name.format(type=kind_of(self.params["type"]).name)


def _of_record(type_name: str, verb: str) -> tuple[str, ...]:
    kind = kind_of(type_name)
    older = ("e-commerce",) if kind.name in {"products", "line_items"} else ()
    return (f"crm.objects.{kind.scope}.{verb}", *older)


def _records(verb: str) -> Scopes:
    return lambda params: [_of_record(params["type"], verb)]


def _both_ends(verb: str) -> Scopes:
    return lambda params: [_of_record(params["type"], verb), _of_record(params["to_type"], verb)]


def _schemas(verb: str) -> Scopes:
    def scopes(params: Params) -> list[tuple[str, ...]]:
        kind = kind_of(params["type"])
        return [("e-commerce",) if kind.name in {"products", "line_items"} else (f"crm.schemas.{kind.scope}.{verb}",)]

    return scopes


def _contacts_write(_: Params) -> list[tuple[str, ...]]:
    return [_of_record("contacts", "write")]


def _pipelines(params: Params) -> list[tuple[str, ...]]:
    scope = kind_of(params["type"]).scope
    return [(f"crm.objects.{scope}.read", f"crm.schemas.{scope}.read")]


def _owners(_: Params) -> list[tuple[str, ...]]:
    return [("crm.objects.owners.read",)]


def _nothing(_: Params) -> list[tuple[str, ...]]:
    return []


_READ, _WRITE = _records("read"), _records("write")
_SEE, _TIE = _both_ends("read"), _both_ends("write")
_LOOK, _SHAPE = _schemas("read"), _schemas("write")

# The first row that fits wins.
_RECORDS: tuple[Row, ...] = (
    ("POST", "/contacts/gdpr-delete", "contacts.gdpr_delete", objects.gdpr_delete, _contacts_write),
    ("POST", "/{type}", "{type}.create", objects.create, _WRITE),
    ("GET", "/{type}", "{type}.list", objects.page, _READ),
    ("POST", "/{type}/search", "{type}.search", search.search, _READ),
    ("POST", "/{type}/merge", "{type}.merge", objects.merge, _WRITE),
    ("POST", "/{type}/batch/create", "{type}.batch_create", batches.create, _WRITE),
    ("POST", "/{type}/batch/read", "{type}.batch_read", batches.read, _READ),
    ("POST", "/{type}/batch/update", "{type}.batch_update", batches.update, _WRITE),
    ("POST", "/{type}/batch/upsert", "{type}.batch_upsert", batches.upsert, _WRITE),
    ("POST", "/{type}/batch/archive", "{type}.batch_archive", batches.archive, _WRITE),
    ("GET", "/{type}/{id}", "{type}.get", objects.get, _READ),
    ("PATCH", "/{type}/{id}", "{type}.update", objects.update, _WRITE),
    ("DELETE", "/{type}/{id}", "{type}.archive", objects.archive, _WRITE),
)
_ONE = "/{type}/{id}/associations"
_RECORD_ASSOCIATIONS: tuple[Row, ...] = (
    ("PUT", _ONE + "/default/{to_type}/{to_id}", "associations.set_default", associations.set_default, _TIE),
    ("PUT", _ONE + "/{to_type}/{to_id}", "associations.set", associations.set_types, _TIE),
    ("DELETE", _ONE + "/{to_type}/{to_id}", "associations.delete", associations.remove, _TIE),
)
_RECORD_ASSOCIATIONS_V4: tuple[Row, ...] = (
    # Not in the 2026-09 documents.
    ("GET", _ONE + "/{to_type}", "associations.list", associations.page, _SEE),
)
_MANY = "/{type}/{to_type}"
_DEFAULTS = _MANY + "/batch/associate/default"
_ASSOCIATIONS: tuple[Row, ...] = (
    ("POST", _MANY + "/batch/read", "associations.batch_read", associations.batch_read, _SEE),
    ("POST", _MANY + "/batch/create", "associations.batch_set", associations.batch_set_types, _TIE),
    ("POST", _DEFAULTS, "associations.batch_set_default", associations.batch_set_default, _TIE),
    ("POST", _MANY + "/batch/archive", "associations.batch_delete", associations.batch_remove, _TIE),
    ("GET", _MANY + "/labels", "associations.labels", associations.labels, _SEE),
)
_PROPERTIES: tuple[Row, ...] = (
    ("GET", "/{type}", "properties.list", properties.page, _LOOK),
    ("POST", "/{type}", "properties.create", properties.create, _SHAPE),
    ("POST", "/{type}/batch/create", "properties.batch_create", properties.batch_create, _SHAPE),
    ("POST", "/{type}/batch/read", "properties.batch_read", properties.batch_read, _LOOK),
    ("POST", "/{type}/batch/archive", "properties.batch_archive", properties.batch_archive, _SHAPE),
    ("GET", "/{type}/groups", "property_groups.list", groups.page, _LOOK),
    ("POST", "/{type}/groups", "property_groups.create", groups.create, _SHAPE),
    ("GET", "/{type}/groups/{name}", "property_groups.get", groups.get, _LOOK),
    ("PATCH", "/{type}/groups/{name}", "property_groups.update", groups.update, _SHAPE),
    ("DELETE", "/{type}/groups/{name}", "property_groups.archive", groups.archive, _SHAPE),
    ("GET", "/{type}/{name}", "properties.get", properties.get, _LOOK),
    ("PATCH", "/{type}/{name}", "properties.update", properties.update, _SHAPE),
    ("DELETE", "/{type}/{name}", "properties.archive", properties.archive, _SHAPE),
)
_OF_PIPELINES: tuple[Row, ...] = (
    ("GET", "/{type}", "pipelines.list", account.pipelines, _pipelines),
    ("GET", "/{type}/{id}", "pipelines.get", account.pipeline, _pipelines),
    ("GET", "/{type}/{id}/stages", "pipeline_stages.list", account.stages, _pipelines),
    ("GET", "/{type}/{id}/stages/{stage_id}", "pipeline_stages.get", account.stage, _pipelines),
)
_OF_OWNERS: tuple[Row, ...] = (
    ("GET", "", "owners.list", account.owners, _owners),
    ("GET", "/{id}", "owners.get", account.owner, _owners),
)
_ACCOUNT: tuple[Row, ...] = (("GET", "/details", "account.details", account.details, _nothing),)


def _endpoints(area: str, rows: Iterable[Row], versions: tuple[str, ...]) -> Iterable[Endpoint]:
    for method, path, name, answer, scopes in rows:
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))
        yield Endpoint(area, method, pattern, name, answer, scopes, versions)


ENDPOINTS = (
    *_endpoints("objects", _RECORDS, V3),
    *_endpoints("objects", _RECORD_ASSOCIATIONS, V4),
    *_endpoints("objects", _RECORD_ASSOCIATIONS_V4, ("v4",)),
    *_endpoints("associations", _ASSOCIATIONS, V4),
    *_endpoints("properties", _PROPERTIES, V3),
    *_endpoints("pipelines", _OF_PIPELINES, V3),
    *_endpoints("owners", _OF_OWNERS, V3),
    *_endpoints("account-info", _ACCOUNT, V3),
)


@lru_cache(maxsize=4096)
def route(method: str, url: str) -> Route | None:
    """The endpoint of a request, None for an unknown path. Raises Refused (405) for a known path and a wrong method."""
    path = urlsplit(url).path.rstrip("/")
    taken_apart = next((found for pattern in _PATHS if (found := pattern.fullmatch(path))), None)
    if taken_apart is None:
        return None
    version, rest, known = taken_apart["version"], taken_apart["rest"] or "", False
    for endpoint in ENDPOINTS:
        if endpoint.area != taken_apart["area"] or version not in endpoint.versions:
            continue
        found = endpoint.path.fullmatch(rest)
        if found and endpoint.method == method:
            return Route(endpoint, version, {name: unquote(value) for name, value in found.groupdict().items()})
        known = known or found is not None
    if known:
        raise Refused(405, "HTTP 405 Method Not Allowed")
    return None
