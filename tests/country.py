"""Where the made-up country of the tests lies."""

from pathlib import Path

AURELIA = Path(__file__).parent / "aurelia" / "data"
