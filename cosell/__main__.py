"""`python -m cosell`: the command line."""

from cosell.cli import main

if __name__ == "__main__":
    main()
