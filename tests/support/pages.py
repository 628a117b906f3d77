"""What stands in the pages because the project says so. `python -m tests.support.pages` writes it anew."""

from __future__ import annotations

import re
from pathlib import Path

from statemachines.diagram import mermaid
from tests.support import edits, mapping_tables, matrix, rule_tables, stage_tables
from tests.support.synth import synthesized

_ROOT = Path(__file__).parents[2]
README = _ROOT / "README.md"
SANDBOX = _ROOT / "docs" / "sandbox.md"
FIELD_MAPPING = _ROOT / "docs" / "field-mapping.md"
STAGES = _ROOT / "docs" / "stages.md"
_BLOCK = re.compile(r"(<!-- generated: ([^>]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def readme() -> str:
    """The README as it must be."""
    blocks = {"tests/support/matrix.py": matrix.table()}
    for name, definition in synthesized().definitions().items():
        blocks[f"diagram of {name.removeprefix('cosell-sandbox-')}"] = f"```mermaid\n{mermaid(definition)}```\n"
    return _filled(README, blocks)


def sandbox() -> str:
    """`docs/sandbox.md` as it must be."""
    blocks = {}
    for simulator in rule_tables.SIMULATORS:
        blocks[f"switches of {simulator}"] = rule_tables.switches(simulator)
        blocks[f"rules of {simulator}"] = rule_tables.rules(simulator)
    return _filled(SANDBOX, blocks)


def field_mapping() -> str:
    """`docs/field-mapping.md` as it must be."""
    blocks = {
        "properties": mapping_tables.properties(),
        "constants": mapping_tables.constants(),
        "fields without a property": mapping_tables.members_without_row(),
    }
    return _filled(FIELD_MAPPING, blocks)


def stages() -> str:
    """`docs/stages.md` as it must be."""
    blocks = {
        "default stages": stage_tables.default_stages(),
        "moves by sellers": stage_tables.moves_by_sellers(),
        "moves by AWS": stage_tables.moves_by_aws(),
        "edits by status": edits.table(),
    }
    return _filled(STAGES, blocks)


def _filled(page: Path, blocks: dict[str, str]) -> str:
    """The page with every generated block as it must be. Raises KeyError for a block that nothing generates."""
    return _BLOCK.sub(lambda match: match[1] + blocks[match[2]] + match[3], page.read_text(encoding="utf-8"))


if __name__ == "__main__":
    README.write_text(readme(), encoding="utf-8")
    SANDBOX.write_text(sandbox(), encoding="utf-8")
    FIELD_MAPPING.write_text(field_mapping(), encoding="utf-8")
    STAGES.write_text(stages(), encoding="utf-8")
