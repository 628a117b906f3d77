"""What stands in the README because the project says so. `python -m tests.support.readme` writes it anew."""

from __future__ import annotations

import re
from pathlib import Path

from statemachines.diagram import mermaid
from tests.support import matrix
from tests.support.synth import synthesized

README = Path(__file__).parents[2] / "README.md"
_BLOCK = re.compile(r"(<!-- generated: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def generated() -> str:
    """The README with every generated block as it must be."""
    (definition,) = synthesized().definitions().values()
    blocks = {
        "statemachines/diagram.py": f"```mermaid\n{mermaid(definition)}```\n",
        "tests/support/matrix.py": matrix.table(),
    }
    return _BLOCK.sub(lambda match: match[1] + blocks[match[2]] + match[3], README.read_text(encoding="utf-8"))


if __name__ == "__main__":
    README.write_text(generated(), encoding="utf-8")
