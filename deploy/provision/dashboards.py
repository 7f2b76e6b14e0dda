"""The two dashboards: how the spine fares, for whoever keeps it running, and the figures, authority by authority."""

from typing import Any

from deploy.provision.panels import choice, dashboard, graph, number
from services.metrics.measures import MEASURES, Measure

AUTHORITY = 'authority=~"$authority"'
PENCE = "pence"


def dashboards() -> dict[str, dict[str, Any]]:
    """Each by its file's name."""
    return {"spine": _spine(), "figures": _figures()}


def _spine() -> dict[str, Any]:
    p99 = "histogram_quantile(0.99, sum by (service, le) (rate(spine_handler_time_seconds_bucket[5m])))"
    by_proxy = "histogram_quantile({}, sum by (le) (rate(caddy_http_response_duration_seconds_bucket[5m])))"
    return dashboard(
        "sufficiency-spine",
        "Spine",
        [
            [
                number("Services ready", "sum(spine_ready)", asks="Four, or what each replica adds"),
                number("Events set aside", "sum(max by (service) (spine_dead))", red_from=1, asks="See dead events"),
                number("Waiting to be published", "sum(max by (service, lane) (spine_backlog))", red_from=5000),
                number("Furthest behind", "max(spine_lag_seconds)", unit="s", red_from=30),
            ],
            [
                graph("Age of the newest event taken", ("spine_lag_seconds", "{{service}} {{lane}}"), unit="s"),
                graph("Events not yet published", ("max by (lane) (spine_backlog)", "{{lane}}")),
            ],
            [
                graph("Published a second", ("sum by (lane) (rate(spine_published_total[5m]))", "{{lane}}")),
                graph("Handled a second", ("sum by (service) (rate(spine_handled_total[5m]))", "{{service}}")),
            ],
            [
                graph("Time one reaction takes, 99 of 100", (p99, "{{service}}"), unit="s"),
                graph(
                    "Time to the first byte, at the proxy",
                    (by_proxy.format(0.5), "half"),
                    (by_proxy.format(0.99), "99 of 100"),
                    unit="s",
                ),
                graph("Events set aside", ("max by (service) (spine_dead)", "{{service}}")),
            ],
        ],
    )


def _figures() -> dict[str, Any]:
    """A panel for each measure that the live stream tells; the words are the measure's own."""
    panels = [
        graph(
            measure.title,
            (_told(measure), "{{authority}}"),
            unit="percent" if measure.unit == "%" else "currencyGBP" if measure.unit.startswith(PENCE) else "short",
            asks=measure.question,
        )
        for measure in MEASURES.values()
        if measure.tile
    ]
    rows = [panels[start : start + 3] for start in range(0, len(panels), 3)]
    return dashboard(
        "sufficiency-figures",
        "Figures by authority",
        rows,
        choice("authority", "Authority", "label_values(figure_value, authority)"),
    )


def _told(measure: Measure) -> str:
    """A figure as PromQL; pence become pounds."""
    figure = f'figure_value{{measure="{measure.id}", {AUTHORITY}}}'
    return f"{figure} / 100" if measure.unit.startswith(PENCE) else figure
