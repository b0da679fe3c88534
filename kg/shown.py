"""Answers that show themselves in notebooks."""

from __future__ import annotations


class Shown:
    """An answer with a table or picture of its own in Jupyter and its like, in `KG_LANG` or zh."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        from kg.notebook import html  # of a higher floor: asked for by notebooks only

        return html(self)
