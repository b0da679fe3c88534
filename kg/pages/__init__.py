"""Pages that people look at: each is one file that needs no network."""
