"""From documents to proposed facts: read, clean, extract, propose, review, accept."""

from __future__ import annotations
