"""`python -m cosell`: the command line."""

import sys
from importlib.util import find_spec

if __name__ == "__main__":
    if find_spec("typer") is None:
        sys.exit(
            "This Python has none of the packages that Cosell needs. `make demo` installs them into .venv; "
            "then `.venv/bin/python -m cosell ...`, or `source .venv/bin/activate` first."
        )
    from cosell.cli import main

    main()
