"""Grafana's panels in as few words as ours need: each a question, its PromQL and its unit."""

from typing import Any

Json = dict[str, Any]
PROMETHEUS = {"type": "prometheus", "uid": "prometheus"}
WIDTH = 24


def graph(title: str, *series: tuple[str, str], unit: str = "short", asks: str = "") -> Json:
    """Lines over time; each series is PromQL and how a line is called."""
    return _panel("timeseries", title, series, unit, asks) | {"options": {"legend": {"displayMode": "list"}}}


def number(title: str, promql: str, *, unit: str = "short", red_from: float | None = None, asks: str = "") -> Json:
    """One number, red where it should not be."""
    panel = _panel("stat", title, [(promql, "")], unit, asks)
    steps: list[Json] = [{"color": "green", "value": None}]
    if red_from is not None:
        steps.append({"color": "red", "value": red_from})
    panel["fieldConfig"]["defaults"]["thresholds"] = {"mode": "absolute", "steps": steps}
    return panel


def _panel(kind: str, title: str, series: Any, unit: str, asks: str) -> Json:
    return {
        "type": kind,
        "title": title,
        "description": asks,
        "datasource": PROMETHEUS,
        "fieldConfig": {"defaults": {"unit": unit}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + n), "datasource": PROMETHEUS, "expr": promql, "legendFormat": called}
            for n, (promql, called) in enumerate(series)
        ],
    }


def dashboard(uid: str, title: str, rows: list[list[Json]], chosen: Json | None = None) -> Json:
    """Panels row by row, each row sharing the width; `chosen` is what a viewer may choose above them."""
    placed: list[Json] = []
    for down, row in enumerate(rows):
        width = WIDTH // len(row)
        for along, panel in enumerate(row):
            at = {"x": along * width, "y": down * 8, "w": width, "h": 8}
            placed.append({"id": len(placed) + 1, "gridPos": at, **panel})
    return {
        "uid": uid,
        "title": title,
        "tags": ["sufficiency"],
        "timezone": "Europe/London",
        "editable": False,
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [chosen] if chosen else []},
        "panels": placed,
    }


def choice(name: str, label: str, promql: str) -> Json:
    """A variable whose values are a label's, all of them at first."""
    return {
        "type": "query",
        "name": name,
        "label": label,
        "datasource": PROMETHEUS,
        "query": promql,
        "refresh": 2,
        "multi": True,
        "includeAll": True,
        "current": {"text": "All", "value": "$__all"},
    }
