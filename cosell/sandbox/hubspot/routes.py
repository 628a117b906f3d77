"""Which endpoint a request is for: both path families, one table.

`/crm/v3/objects/deals` and `/crm/objects/2026-09/deals` are the same place. An operation's name is the object type's
plural and a verb for records (`deals.create`), an area and a verb elsewhere (`associations.set_default`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from cosell.sandbox.hubspot import (
    account,
    allowances,
    associations,
    batches,
    groups,
    labels,
    management,
    objects,
    pipelines,
    properties,
    search,
)
from cosell.sandbox.hubspot.calls import Call, Reply
from cosell.sandbox.hubspot.errors import Refused
from cosell.sandbox.hubspot.kinds import KINDS, kind_of

_PATHS = (
    re.compile(r"/crm/(?P<version>v3|v4)/(?P<area>\w+)(?P<rest>/.*)?"),
    re.compile(r"/crm/(?P<area>\w+)/(?P<version>20\d\d-\d\d)(?P<rest>/.*)?"),
    re.compile(r"/(?P<area>account-info|webhooks|app-webhooks)/(?P<version>v3|20\d\d-\d\d)(?P<rest>/.*)?"),
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


def _see_pipelines(params: Params) -> list[tuple[str, ...]]:
    scope = kind_of(params["type"]).scope
    return [(f"crm.objects.{scope}.read", f"crm.schemas.{scope}.read")]


def _owners(_: Params) -> list[tuple[str, ...]]:
    return [("crm.objects.owners.read",)]


def _any_records(_: Params) -> list[tuple[str, ...]]:
    """Any scope of any kind of record opens the allowances of all."""
    return [tuple(scope for name in KINDS for verb in ("read", "write") for scope in _of_record(name, verb))]


def _no_scope(_: Params) -> list[tuple[str, ...]]:
    """A developer's key opens the webhooks of an app, not a token."""
    return []


def _any_app(_: Params) -> list[tuple[str, ...]]:
    return [("oauth",)]


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
    ("GET", _ONE + "/{to_type}", "associations.list", associations.page, _SEE),
)
_TYPED = _ONE + "/{to_type}/{to_id}/{association_type}"
_RECORD_ASSOCIATIONS_V3: tuple[Row, ...] = (
    ("PUT", _TYPED, "associations.set_one", associations.set_one, _TIE),
    ("DELETE", _TYPED, "associations.delete_one", associations.remove_one, _TIE),
)
_MANY = "/{type}/{to_type}"
_DEFAULTS = _MANY + "/batch/associate/default"
_ASSOCIATIONS: tuple[Row, ...] = (
    ("POST", _MANY + "/batch/read", "associations.batch_read", associations.batch_read, _SEE),
    ("POST", _MANY + "/batch/create", "associations.batch_set", associations.batch_set_types, _TIE),
    ("POST", _DEFAULTS, "associations.batch_set_default", associations.batch_set_default, _TIE),
    ("POST", _MANY + "/batch/archive", "associations.batch_delete", associations.batch_remove, _TIE),
    ("POST", _MANY + "/batch/labels/archive", "associations.batch_delete_types", associations.batch_remove_types, _TIE),
    ("GET", _MANY + "/labels", "association_labels.list", labels.page, _SEE),
    ("POST", _MANY + "/labels", "association_labels.create", labels.create, _TIE),
    ("PUT", _MANY + "/labels", "association_labels.update", labels.update, _TIE),
    ("DELETE", _MANY + "/labels/{type_id}", "association_labels.delete", labels.delete, _TIE),
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
_PIPELINE, _STAGES, _STAGE = "/{type}/{id}", "/{type}/{id}/stages", "/{type}/{id}/stages/{stage_id}"
_OF_PIPELINES: tuple[Row, ...] = (
    ("GET", "/{type}", "pipelines.list", pipelines.page, _see_pipelines),
    ("POST", "/{type}", "pipelines.create", pipelines.create, _SHAPE),
    ("GET", _PIPELINE, "pipelines.get", pipelines.get, _see_pipelines),
    ("PUT", _PIPELINE, "pipelines.replace", pipelines.replace_, _SHAPE),
    ("PATCH", _PIPELINE, "pipelines.update", pipelines.update, _SHAPE),
    ("DELETE", _PIPELINE, "pipelines.delete", pipelines.delete, _SHAPE),
    ("GET", _PIPELINE + "/audit", "pipelines.audit", pipelines.audit, _see_pipelines),
    ("GET", _STAGES, "pipeline_stages.list", pipelines.stage_page, _see_pipelines),
    ("POST", _STAGES, "pipeline_stages.create", pipelines.create_stage, _SHAPE),
    ("GET", _STAGE, "pipeline_stages.get", pipelines.get_stage, _see_pipelines),
    ("PUT", _STAGE, "pipeline_stages.replace", pipelines.replace_stage, _SHAPE),
    ("PATCH", _STAGE, "pipeline_stages.update", pipelines.update_stage, _SHAPE),
    ("DELETE", _STAGE, "pipeline_stages.delete", pipelines.delete_stage, _SHAPE),
    ("GET", _STAGE + "/audit", "pipeline_stages.audit", pipelines.stage_audit, _see_pipelines),
)
_OF_OWNERS: tuple[Row, ...] = (
    ("GET", "", "owners.list", account.owners, _owners),
    ("GET", "/{id}", "owners.get", account.owner, _owners),
)
_LIMITS: tuple[Row, ...] = (
    ("GET", "/custom-properties", "limits.custom_properties", allowances.custom_properties, _any_records),
    ("GET", "/pipelines", "limits.pipelines", allowances.pipelines, _any_records),
)
_ACCOUNT: tuple[Row, ...] = (("GET", "/details", "account.details", account.details, _any_app),)

_SETTINGS, _SUBSCRIPTIONS = "/{app_id}/settings", "/{app_id}/subscriptions"
_WEBHOOKS: tuple[Row, ...] = (
    ("GET", _SETTINGS, "webhook_settings.get", management.settings, _no_scope),
    ("PUT", _SETTINGS, "webhook_settings.set", management.configure, _no_scope),
    ("DELETE", _SETTINGS, "webhook_settings.clear", management.clear, _no_scope),
    ("GET", _SUBSCRIPTIONS, "subscriptions.list", management.page, _no_scope),
    ("POST", _SUBSCRIPTIONS, "subscriptions.create", management.create, _no_scope),
    ("POST", _SUBSCRIPTIONS + "/batch/update", "subscriptions.batch_update", management.batch_update, _no_scope),
    ("GET", _SUBSCRIPTIONS + "/{id}", "subscriptions.get", management.get, _no_scope),
    ("PATCH", _SUBSCRIPTIONS + "/{id}", "subscriptions.update", management.update, _no_scope),
    ("DELETE", _SUBSCRIPTIONS + "/{id}", "subscriptions.delete", management.delete, _no_scope),
)


def _endpoints(area: str, rows: Iterable[Row], versions: tuple[str, ...]) -> Iterable[Endpoint]:
    for method, path, name, answer, scopes in rows:
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))
        yield Endpoint(area, method, pattern, name, answer, scopes, versions)


ENDPOINTS = (
    *_endpoints("objects", _RECORDS, V3),
    *_endpoints("objects", _RECORD_ASSOCIATIONS, V4),
    *_endpoints("objects", _RECORD_ASSOCIATIONS_V3, ("v3",)),
    *_endpoints("associations", _ASSOCIATIONS, V4),
    *_endpoints("properties", _PROPERTIES, V3),
    *_endpoints("pipelines", _OF_PIPELINES, V3),
    *_endpoints("owners", _OF_OWNERS, V3),
    *_endpoints("limits", _LIMITS, V3),
    *_endpoints("account-info", _ACCOUNT, V3),
    *_endpoints("webhooks", _WEBHOOKS, ("v3", "2026-03")),
    *_endpoints("app-webhooks", _WEBHOOKS, ("2026-09",)),
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
