"""The HubSpot app as files of a developer project, which `hs project upload` takes.

What somebody has added to the files stays: an app of another uid would be another app, with another token.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from cosell.terminal import Trouble
from lambdas.domain.mapping import Mapping
from lambdas.domain.properties import Subscription, scopes, subscriptions

PROJECT: Final = Path("hsproject.json")
APP: Final = Path("src", "app", "app-hsmeta.json")
WEBHOOKS: Final = Path("src", "app", "webhooks", "webhooks-hsmeta.json")
_PLATFORM: Final = "2026.09"
_PRIVACY: Final = "contact.privacyDeletion"
"""The one subscription that HubSpot keeps apart from those of records."""

Json = dict[str, Any]


def write(directory: Path, mapping: Mapping, target_url: str | None) -> dict[Path, str]:
    """Writes the three files, and says of each what became of it: new, changed, or as it was.

    Without `target_url` the one in the files stays. Raises Trouble where there is none, or a file cannot be used.
    """
    before = {name: _read(directory / name) for name in (PROJECT, APP, WEBHOOKS)}
    url = target_url or _settings(before[WEBHOOKS]).get("targetUrl")
    if not isinstance(url, str) or not url.startswith("https://"):
        raise Trouble(
            "HubSpot needs the webhook's https URL: --target-url, with the output WebhookUrl of the deployed stack."
        )
    after = {
        PROJECT: _project(before[PROJECT]),
        APP: _app(before[APP], mapping),
        WEBHOOKS: _webhooks(before[WEBHOOKS], mapping, url),
    }
    done = {}
    for name, content in after.items():
        done[name] = "as it was" if before[name] == content else "changed" if before[name] else "new"
        if before[name] != content:
            _write(directory / name, content)
    return done


def _project(before: Json) -> Json:
    return {"name": "cosell", "srcDir": "src", "platformVersion": _PLATFORM} | before


def _app(before: Json, mapping: Mapping) -> Json:
    config: Json = {
        "name": "Cosell",
        "description": "Keeps deals and AWS Partner Central opportunities in step.",
        "distribution": "private",
        "auth": {"type": "static", "requiredScopes": [], "optionalScopes": [], "conditionallyRequiredScopes": []},
        "permittedUrls": {"fetch": ["https://api.hubapi.com"], "iframe": [], "img": []},
    }
    config |= before.get("config") or {}
    there = config["auth"].get("requiredScopes") or []
    wanted = [scope for scope in scopes(mapping) if scope not in there]
    config["auth"] = config["auth"] | {"requiredScopes": [*there, *wanted]}
    return {"uid": "cosell", "type": "app"} | before | {"config": config}


def _webhooks(before: Json, mapping: Mapping, url: str) -> Json:
    """All subscriptions to `deal.*` and the like are Cosell's; those to `object.*` are somebody else's, and stay."""
    wanted = subscriptions(mapping)
    there = (before.get("config") or {}).get("subscriptions") or {}
    config = {
        "settings": {"maxConcurrentRequests": 10} | _settings(before) | {"targetUrl": url},
        "subscriptions": there
        | {
            "legacyCrmObjects": [_entry(one) for one in wanted if one.type != _PRIVACY],
            "hubEvents": [_entry(one) for one in wanted if one.type == _PRIVACY],
        },
    }
    return {"uid": "cosell_webhooks", "type": "webhooks"} | before | {"config": config}


def _settings(webhooks: Json) -> Json:
    found: Json = (webhooks.get("config") or {}).get("settings") or {}
    return found


def _entry(subscription: Subscription) -> Json:
    named = {"propertyName": subscription.property} if subscription.property else {}
    return {"subscriptionType": subscription.type, **named, "active": True}


def _read(path: Path) -> Json:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except NotADirectoryError:
        raise Trouble(f"{path} cannot be written: a file stands where its directory would be. Name another.") from None
    except (OSError, ValueError) as error:
        raise Trouble(f"{path} cannot be read ({error}). Mend it, or move it away.") from None
    if not isinstance(found, dict):
        raise Trouble(f"{path} holds no JSON object. Mend it, or move it away.")
    return found


def _write(path: Path, content: Json) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise Trouble(f"{path} cannot be written ({error.strerror}).") from None
