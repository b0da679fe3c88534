"""Screening and reading documents on Apache Spark: the same functions, on many machines.

Rows and documents go out in parts, and each Python worker runs `screen` or `ingest_one` on its
part as a single process would. The graph travels as an archive that Spark hands to each machine
once; an endpoint is asked where it is. Answers come back in the order of the rows.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from itertools import chain, tee
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.answers import ROW_COLUMNS, Row, screened
from kg.errors import KgError, StoreError
from kg.parquet import check_columns
from kg.screening import COLUMNS, NEEDED, Pair, read_pairs, screen
from kg.store import OxigraphStore, Store, open_store

if TYPE_CHECKING:
    from kg.ingest import Outcome
    from kg.ingest.gazetteer import Gazetteer
    from kg.ingest.known import Facts as KnownFacts
    from kg.verdict import Verdict

_ARCHIVE = "policy-kg-store"
_PARTS = 4
"""Parts for each core, so that a slow part does not keep the others waiting."""


def master_of(engine: str) -> str:
    """The master in `spark` or `spark:MASTER`; empty leaves it to Spark's own settings.

    >>> master_of("spark:spark://head:7077"), master_of("spark")
    ('spark://head:7077', '')
    """
    name, _colon, master = engine.partition(":")
    if name != "spark":
        raise KgError(f"there is no engine {engine!r}; use spark or spark:MASTER, such as spark:local[2]")
    return master


# Screening


def screen_rows(where: str | None, path: str, engine: str, form: str, lang: str) -> Iterator[Row]:
    """The verdict of each row, in the form asked for (`json` or flat rows), in order."""
    with _session(engine) as spark:
        for answer in _in_order(_judged(spark, where, path, partial(_as_json, form, lang))):
            yield json.loads(answer)


def screen_to_parquet(where: str | None, path: str, engine: str, lang: str, output: str) -> tuple[int, int]:
    """Verdicts written by the workers as a folder of Parquet files; how many rows, and errors."""
    if "://" not in output and Path(output).exists():
        raise StoreError(f"{output} already exists; remove it, or choose another name")
    with _session(engine) as spark:
        rows = _judged(spark, where, path, partial(_as_row, lang))
        schema = ", ".join(f"`{name}` string" for name in ROW_COLUMNS)
        spark.createDataFrame(rows, schema).write.mode("errorifexists").parquet(_address(output))
        written = spark.read.parquet(_address(output))
        return written.count(), written.filter("verdict = 'error'").count()


def _as_json(form: str, lang: str, pair: Pair, found: Verdict | KgError) -> str:
    return json.dumps(screened(pair, found, form, lang), ensure_ascii=False)


def _as_row(lang: str, pair: Pair, found: Verdict | KgError) -> tuple[str, ...]:
    row = screened(pair, found, "csv", lang)
    return tuple(str(row.get(name, "")) for name in ROW_COLUMNS)


def _judged(spark: Any, where: str | None, path: str, answer: Callable[[Pair, Any], Any]) -> Any:
    """A distributed list of answers in the order of the rows."""
    return _pairs(spark, path).mapPartitions(partial(_judge, _ship(spark, where), answer))


def _judge(graph: str, answer: Callable[[Pair, Any], Any], pairs: Iterable[Pair]) -> Iterator[Any]:
    """What a worker does with its part."""
    read, asked = tee(pairs)
    for pair, found in zip(read, screen(_opened(graph), asked), strict=True):
        yield answer(pair, found)


def _pairs(spark: Any, path: str) -> Any:
    """The rows to be screened: read by the workers if they lie at an address, else here."""
    if "://" in path:
        return _distributed_pairs(spark, path)
    pairs = read_pairs(path)
    return spark.sparkContext.parallelize(pairs, _parts(spark, len(pairs)))


def _distributed_pairs(spark: Any, path: str) -> Any:
    """The rows of a Parquet data set in the order of its files."""
    from pyspark.sql.functions import col, lit, monotonically_increasing_id

    frame = spark.read.parquet(path)
    check_columns(path, set(frame.columns), NEEDED)
    columns = [(col(f"`{name}`") if name in frame.columns else lit("")).cast("string").alias(name)
               for name in COLUMNS]
    order = {"file": col("_metadata.file_path"), "start": col("_metadata.file_block_start"),
             "row": monotonically_increasing_id()}
    rows = frame.select(*columns, *(column.alias(name) for name, column in order.items()))
    ordered = rows.repartitionByRange(_parts(spark, 1 << 62), *order).sortWithinPartitions(*order)
    return ordered.select(*COLUMNS).rdd.map(_pair)


def _pair(row: Iterable[str | None]) -> Pair:
    return Pair(*((value or "").strip() for value in row))


def _parts(spark: Any, size: int) -> int:
    return max(1, min(size, int(spark.sparkContext.defaultParallelism) * _PARTS))


def _in_order(items: Any) -> Iterator[Any]:
    """All of a distributed list: worked out by all workers at once, then fetched part by part."""
    from pyspark import StorageLevel

    kept = items.persist(StorageLevel.DISK_ONLY)
    kept.count()
    yield from kept.toLocalIterator()


# The graph at the workers


def _ship(spark: Any, where: str | None) -> str:
    """Where the workers find the graph: at its address, or in an archive that Spark hands them."""
    if where and where.startswith(("http://", "https://")):
        return where
    with open_store(where) as store:
        assert isinstance(store, OxigraphStore) and store.folder
        folder = store.folder
    target = Path(str(spark.sparkContext.getConf().get("spark.policykg.folder"))) / f"{_ARCHIVE}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    spark.sparkContext.addArchive(f"{target}#{_ARCHIVE}")
    return ""


@cache
def _opened(graph: str) -> Store:
    """The graph in this worker, opened once."""
    from pyspark import SparkFiles

    return open_store(graph or SparkFiles.get(_ARCHIVE))


# Documents


def ingest(
    paths: Sequence[str], gazetteer: Gazetteer, engine: str, *, facts: KnownFacts | None = None,
    extractor: str | None = None,
) -> Iterator[Outcome]:
    """What `kg.ingest.ingest` says of each document, in its order, found by many workers.

    The workers read the files themselves, so the paths must lead to them there too. An extractor
    of the user's own is named (`MODULE:CLASS`) and loaded by each worker.
    """
    from kg.ingest.documents import find_documents

    files = [str(path.absolute()) for path in find_documents(paths)]
    with _session(engine) as spark:
        context = spark.sparkContext
        guide = context.broadcast((gazetteer, facts))
        parts = context.parallelize(files, _parts(spark, len(files)))
        yield from _in_order(parts.mapPartitions(partial(_read_part, guide, extractor)))


def _read_part(guide: Any, extractor: str | None, files: Iterable[str]) -> Iterator[Outcome]:
    from kg.ingest import ingest_one, load_extractor

    gazetteer, facts = guide.value
    more = load_extractor(extractor) if extractor else None
    for path in files:
        yield ingest_one(path, gazetteer, facts=facts, extractor=more)


# The session


@contextmanager
def _session(engine: str) -> Iterator[Any]:
    """A Spark session that is closed when the work is done; its failures are one line."""
    master = master_of(engine)
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
    except ImportError as error:
        raise KgError("Spark is not installed: pip install 'policy-kg[spark]' (it needs Java 17)") from error
    with tempfile.TemporaryDirectory(prefix="policy-kg-") as folder:
        try:
            spark = _started(master, folder)
            try:
                yield spark
            finally:
                spark.stop()
        except (PySparkException, Py4JError) as error:
            raise KgError(f"Spark could not do it: {_told(error)}") from error


def _started(master: str, folder: str) -> Any:
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("policy-kg").config("spark.policykg.folder", folder)
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    spark = (builder.master(master) if master else builder).getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def _told(error: Exception) -> str:
    """The line of a long report that says what went wrong: ours if there is one, else the first."""
    if "JAVA_GATEWAY_EXITED" in str(error):
        return "Java 17 did not start; install it, or set JAVA_HOME to where it is"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    ours = [line for line in lines if line.startswith("kg.")]
    return next(chain(ours, lines), type(error).__name__)[:500]


def _address(path: str) -> str:
    """A path as Spark's file systems take it."""
    return path if "://" in path else Path(path).absolute().as_uri()
