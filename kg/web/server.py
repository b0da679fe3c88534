"""The explorer served: uvicorn on an address, until it is stopped."""

from __future__ import annotations

from collections.abc import Sequence

import uvicorn

from kg.store import Store
from kg.web.app import LOCAL_HOSTS, Settings, application
from kg.web.desk import Desk


def serve(store: Store, host: str, port: int, lang: str, hosts: Sequence[str] = ()) -> None:
    """Answer on an address until interrupted; `hosts` are further names it may be asked under."""
    desk = Desk(store)
    desk.court.prepare_all()
    settings = Settings(lang, hosts=(*LOCAL_HOSTS, host, *hosts))
    uvicorn.run(application(desk, settings), host=host, port=port, log_level="warning")
