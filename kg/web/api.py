"""The description of all that programs may ask of a server, in OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from kg.endpoint.formats import GRAPHS, ROWS
from kg.endpoint.request import FORM, QUERY
from kg.web.finding import LISTED
from kg.web.parameters import Offer, Parameter, api_data, offers, parameters
from kg.web.rdf import RDF_FORMS

Values = dict[str, Any]
_TEXT: Values = {"type": "string"}
_JSON, _CSV = "application/json", "text/csv"
_ABOUT = ("Which measures apply in a place on a date, and why: the explorer's pages as data, and the graph in "
          "SPARQL. Names are as forgiving as everywhere: ids, codes, names in any script.")
_PLACED: Mapping[str, Values] = {
    "concept": {"description": "What is listed.", "schema": {"enum": list(LISTED)}},
    "name": {"description": "The id of a node, such as place/cn/330100.",
             "schema": {"$ref": "#/components/schemas/Id"}},
}
"""The parameters that are part of a path."""


def description() -> Values:
    """Every address for programs, with its parameters and the shapes of its answers."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "policy-kg", "version": version("policy-kg"), "description": _ABOUT},
        "servers": [{"url": "/"}],
        "paths": {path: {"get": told} for name, offer in offers().items()
                  for path, told in _operations(name, offer)} | {"/sparql": _sparql()},
        "components": {"schemas": shapes()},
    }


def shapes() -> Values:
    """The shapes of JSON answers by name, as JSON Schema."""
    found: Values = yaml.safe_load(Path(__file__).with_name("shapes.yaml").read_text("utf-8"))
    return found


# Pages


def _operations(name: str, offer: Offer) -> Iterator[tuple[str, Values]]:
    """A page in each of its forms, by the address."""
    yield f"{offer.path}.json", _operation(f"{name}_json", offer, _JSON, _ref(offer.answer))
    if offer.table:
        yield f"{offer.path}.csv", _operation(f"{name}_csv", offer, _CSV, _TEXT)
    for form, media in RDF_FORMS.items() if name == "id" else ():
        yield f"{offer.path}.{form}", _operation(f"{name}_{form}", replace(offer, asks=()), media, _anything(media))


def _operation(key: str, offer: Offer, media: str, shape: Values) -> Values:
    return {
        "operationId": key, "summary": offer.title, "description": offer.text,
        "parameters": [*_in_path(offer.path), *(_in_query(parameters()[name], name in offer.needs)
                                                for name in offer.known)],
        "responses": _answers(offer, media, shape) | _errors(offer),
    }


def _answers(offer: Offer, media: str, shape: Values) -> Values:
    """The answer, or the way to it."""
    found = {"200": _content("The answer.", {media: shape})} if offer.answer else {}
    return found | (_moved() if offer.moves else {})


def _in_path(path: str) -> Iterator[Values]:
    for name, told in _PLACED.items():
        if "{" + name + "}" in path:
            yield {"name": name, "in": "path", "required": True, **told}


def _in_query(one: Parameter, needed: bool) -> Values:
    return {"name": one.name, "in": "query", "required": needed, "description": one.text, "schema": dict(one.schema)}


def _moved() -> Values:
    headers = {"Location": {"description": "Where the answer is.", "required": True, "schema": _TEXT}}
    return {"303": {"description": "The answer is at another address.", "headers": headers}}


def _errors(offer: Offer) -> Values:
    """What may be wrong with a request, by status."""
    found = {"400": "The request cannot be understood.", "503": "The data cannot be read just now."}
    if "{name}" in offer.path or any(parameters()[name].named for name in offer.known):
        found |= {"300": "More than one node bears a name.", "404": "No node bears a name."}
    if "{concept}" in offer.path:
        found |= {"404": "There is nothing at this address."}
    return {status: _content(text, {_JSON: _ref("Error")}) for status, text in sorted(found.items())}


def _content(text: str, shapes_by_media: Mapping[str, Values]) -> Values:
    return {"description": text,
            "content": {media: {"schema": shape} for media, shape in shapes_by_media.items()}}


def _ref(shape: str) -> Values:
    return {"$ref": f"#/components/schemas/{shape}"}


def _anything(media: str) -> Values:
    """The shape of RDF: JSON that is not described further, or text."""
    return {"type": ["array", "object"]} if media.endswith("json") else _TEXT


# SPARQL


def _sparql() -> Values:
    return {"get": _asked("sparql_get", ("query", *_BESIDE)),
            "post": _asked("sparql_post", _BESIDE) | {"requestBody": _body()}}


_BESIDE = ("default-graph-uri", "named-graph-uri", "format", "timeout")


def _asked(key: str, names: Iterable[str]) -> Values:
    told = api_data()["sparql"]
    return {
        "operationId": key, "summary": "Ask in SPARQL", "description": told["text"],
        "parameters": [{"name": name, "in": "query", **told["parameters"][name]} for name in names],
        "responses": {"200": _answer(), **{str(status): _content(text, {"text/plain": _TEXT})
                                           for status, text in told["statuses"].items()}},
    }


def _body() -> Values:
    """A form, or the query itself; what is asked beside it may stand in the form or in the address."""
    query = api_data()["sparql"]["parameters"]["query"]["schema"]
    form = {"type": "object", "required": ["query"], "properties": {"query": query}}
    return {"required": True, "content": {FORM: {"schema": form}, QUERY: {"schema": query}}}


def _answer() -> Values:
    """Rows, yes or no, a graph, or the page for people."""
    graphs = {media: _anything(media) for medias in GRAPHS.values() for media in medias}
    rows = {media: _ref("SparqlResults") if media.endswith("json") else _TEXT
            for medias in ROWS.values() for media in medias}
    either = {_JSON: {"anyOf": [rows[_JSON], graphs[_JSON]]}}
    found = _content("The whole answer.", {**graphs, **rows, **either, "text/html": _TEXT})
    return found | {"headers": {"X-Rows": {
        "description": "How many rows or triples an answer has.", "schema": {"type": "integer", "minimum": 0}}}}
