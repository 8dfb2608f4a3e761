"""The report room: results become one HTML file, tables, figures, methods text; nothing is computed here."""

from __future__ import annotations

from radassoc.report.report import write_report

__all__ = ["write_report"]
