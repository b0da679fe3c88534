"""policy-kg: which policies and regulations apply in a place on a date, and why.

>>> import kg                                                    # doctest: +SKIP
>>> with kg.open_store() as store:                               # doctest: +SKIP
...     place = kg.resolve(store, "海南", ["Place"])
...     found = kg.trace(store, place, date(2022, 7, 1))
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.check import check
    from kg.comparison import changes, compare
    from kg.errors import (
        DataError,
        DateError,
        KgError,
        NameAmbiguous,
        NameUnknown,
        QueryError,
        StoreError,
    )
    from kg.export import export
    from kg.figures import figures
    from kg.frames import rows, to_pandas, to_polars
    from kg.names import resolve
    from kg.network import network
    from kg.rollout import rollout
    from kg.screening import screen
    from kg.stats import stats
    from kg.store import open_store, write_store
    from kg.timeline import timeline
    from kg.trace import Court, trace, why

_HOME = {
    "Court": "trace", "DataError": "errors", "DateError": "errors", "KgError": "errors",
    "NameAmbiguous": "errors", "NameUnknown": "errors", "QueryError": "errors",
    "StoreError": "errors", "changes": "comparison", "check": "check", "compare": "comparison",
    "export": "export", "figures": "figures", "network": "network", "open_store": "store",
    "resolve": "names", "rollout": "rollout", "rows": "frames", "screen": "screening",
    "stats": "stats", "timeline": "timeline", "to_pandas": "frames", "to_polars": "frames",
    "trace": "trace", "why": "trace", "write_store": "store",
}
"""What others may use, and the module it lives in; each is imported when first used."""

__all__ = [
    "Court", "DataError", "DateError", "KgError", "NameAmbiguous", "NameUnknown", "QueryError",
    "StoreError", "changes", "check", "compare", "export", "figures", "network", "open_store",
    "resolve", "rollout", "rows", "screen", "stats", "timeline", "to_pandas", "to_polars", "trace",
    "why", "write_store",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"kg.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)


class _Package(ModuleType):
    """This package: `kg.trace` is the question, also after its module of that name is imported."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
