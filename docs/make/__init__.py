"""How the pages of `docs/` are made: run, generated and drawn, so that they cannot go stale."""
