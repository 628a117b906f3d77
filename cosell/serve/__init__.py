"""`make sandbox`: the session in one terminal, and `python -m cosell act`, which plays in it from another."""
