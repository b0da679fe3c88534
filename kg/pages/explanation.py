"""The page of one verdict: the chain from the place to the measure, and the five tests."""

from __future__ import annotations

from kg.explanation import Explanation
from kg.pages.render import Words, own, render

STYLES = ("tokens.css", "base.css", "explorer.css")


def explanation_page(found: Explanation, lang: str = "zh") -> str:
    """A verdict as one HTML page that stands alone, in the language `zh` or `en`."""
    return render(
        "explanation.html.j2", scripts=[], styles=[own(name) for name in STYLES], lang=lang,
        title=verdict_title(found, lang), names=lang, found=found,
    )


def verdict_title(found: Explanation, lang: str) -> str:
    """What a verdict is about, as a question."""
    one = found.verdict
    return Words(lang)("does_it_apply", measure=one.instrument.label(lang),
                       place=one.place.label(lang))
