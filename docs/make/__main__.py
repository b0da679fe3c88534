"""Make the pages of `docs/` anew, or with `--check` say which of them are out of date."""

from __future__ import annotations

import sys

from docs.make.pages import PAGES, made


def main(arguments: list[str]) -> int:
    """Write every page (or those named); with `--check` write nothing and name what differs."""
    checking = "--check" in arguments
    names = [one for one in arguments if not one.startswith("-")] or list(PAGES)
    stale = [name for name in names if _stale(name, checking)]
    for name in stale:
        print(f"docs/{name}: {'out of date; run `make docs`' if checking else 'written'}")
    return 1 if checking and stale else 0


def _stale(name: str, checking: bool) -> bool:
    """Whether a page differs from what it would be now; it is written unless only checked."""
    path, text = PAGES[name].path, made(name)
    if path.is_file() and path.read_text("utf-8") == text:
        return False
    if not checking:
        path.write_text(text, "utf-8")
    return True


sys.exit(main(sys.argv[1:]))
