"""The words of the vocabulary in both languages: classes, properties, and concepts such as kinds."""

from __future__ import annotations

from kg.rows import predicate_key
from kg.store import Store
from kg.things import Thing

_QUALIFIERS = ("role/", "force/", "extent/", "rank/")


def vocabulary(store: Store) -> dict[str, Thing]:
    """Every class, property and concept by its id (`kg:issuedBy`, `kind/law`).

    Properties stand also under the key they have in the data (`issued_by`), and what qualifies
    statements under its name alone (`party`, `binding`, `part`, `disputed`).
    """
    found = {
        str(row["term"]): Thing(str(row["term"]), str(row["zh"]), str(row["en"]))
        for row in store.select("vocabulary")
    }
    keyed = {predicate_key("#" + name[3:]): thing for name, thing in found.items()
             if name.startswith("kg:") and name[3].islower()}
    short = {name.partition("/")[2]: thing for name, thing in found.items()
             if name.startswith(_QUALIFIERS)}
    return keyed | short | found
