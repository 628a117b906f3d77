"""`python -m cosell act`: what it prints of what people wrote."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from cosell.serve.commands import show


@pytest.mark.parametrize("name", ["[Acme] renewal", "either [/or]", "[link=x]here[/link]", "C:\\[bold]"])
def test_a_deals_name_is_shown_as_it_was_written(name: str) -> None:
    out = StringIO()

    show(Console(file=out, width=80), {"said": "The newest first.", "rows": [["Deal", "Name"], ["31", name]]})

    assert out.getvalue().splitlines()[1].split(maxsplit=1)[1].strip() == name
