"""What the model comes to beside what the council published, line by line, each with the interval chance alone allows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, lgamma, log, sqrt

from deploy.county.authority import BANDS, Authority
from deploy.county.facts import Rows, columns_of, rows_of
from deploy.county.lives import Life, first_day, lives
from deploy.county.published import Flow
from services.metrics.measures import MEASURES, Figures
from shared.web.pages import day

OUTSIDE = 0.01
Z = 2.576
"""Of a normal distribution: 99 in 100 samples fall inside. With some seventy lines, one in twenty would fail for nothing."""
OURS = dict(zip(BANDS, ("under 1", "1 to 4", "5 to 9", "10 to 12", "13 to 15", "16 and over"), strict=True))
ADOPTED = ("E11", "E12")


@dataclass(frozen=True, slots=True)
class Line:
    """One published figure and ours; `low` to `high` is where a true model's figure falls 99 times in 100."""

    what: str
    as_at: date
    published: float
    ours: float
    low: float
    high: float
    unit: str

    @property
    def inside(self) -> bool:
        return self.low <= self.ours <= self.high


def calibrated(authority: Authority, seed: int) -> list[Line]:
    """All lines of an authority's calibration, for a random seed. Measures are the platform's own."""
    told = lives(authority, seed)
    rows = rows_of(authority, told, seed, first_day(authority))
    figures = Figures(columns_of(rows), (authority.code,))
    return [
        *_children(authority, figures),
        *_shares(authority, figures),
        *_of_kinds(authority, told),
        *_prices(authority, rows),
    ]


def _children(authority: Authority, figures: Figures) -> Iterator[Line]:
    wanted = authority.calibration
    for one in wanted.children:
        split = {"uasc_included": one.all}
        if one.uasc is not None:
            split |= {"uasc_excluded": one.all - one.uasc, "uasc_only": one.uasc}
        for basis, count in split.items():
            figure = figures.figure("cla", one.as_at, basis=basis)
            yield _count(f"Children looked after, {basis.replace('_', ' ')}", one.as_at, count, figure.value)
    for table in wanted.ages:
        cells = figures.figure("cla", table.as_at, by="age_band").cells
        for name, count in zip(OURS.values(), table.bands, strict=True):
            yield _count(
                f"Children looked after, {name}", table.as_at, count, cells[name].numerator if name in cells else 0
            )
    yield from (line for flow in wanted.flows for line in _flow(flow, figures))
    if wanted.adopted:
        cells = figures.figure("cla_ceased", wanted.adopted.year_to, by="reason").cells
        ours = sum(cells[reason].numerator or 0 for reason in ADOPTED if reason in cells)
        yield _count("Adopted in the year", wanted.adopted.year_to, wanted.adopted.count, ours)


def _flow(flow: Flow, figures: Figures) -> Iterator[Line]:
    """Who came and who left, and of them those who seek asylum alone."""
    wanted = [
        ("cla_started", "Came into", "uasc_included", flow.started),
        ("cla_ceased", "Left", "uasc_included", flow.ceased),
        ("cla_started", "Came into", "uasc_only", flow.started_uasc),
        ("cla_ceased", "Left", "uasc_only", flow.ceased_uasc),
    ]
    for measure, words, basis, count in wanted:
        if count is not None:
            figure = figures.figure(measure, flow.to, after=flow.after, basis=basis, window="given")
            since = f"since {day(flow.after)}"
            yield _count(f"{words} care {since}, {basis.replace('_', ' ')}", flow.to, count, figure.value)


def _shares(authority: Authority, figures: Figures) -> Iterator[Line]:
    for one in authority.calibration.shares:
        figure = figures.figure(one.measure, one.as_at)
        yield _share(
            MEASURES[figure.measure].title, one.as_at, 100 * one.count / one.of, one.of, float(figure.value or 0)
        )
    for given in authority.calibration.percentages:
        figure = figures.figure(given.measure, given.as_at)
        yield _share(
            MEASURES[figure.measure].title,
            given.as_at,
            given.percent,
            figure.denominator or 1,
            float(figure.value or 0),
        )


def _of_kinds(authority: Authority, told: list[Life]) -> Iterator[Line]:
    """By kind of home as the papers speak of them, which is finer than type or sector: counted from the lives.

    How long a bed stands empty is days to weeks, so the months of a bed are taken to be samples of their own.
    """
    wanted = authority.calibration
    if wanted.mix:
        there = [_at(life, wanted.mix.as_at) for life in told]
        kinds = [kind for kind in there if kind]
        for kind, count in wanted.mix.kinds.items():
            title, share = authority.kinds[kind].title, 100 * kinds.count(kind) / len(kinds)
            yield _share(f"Live in: {title}", wanted.mix.as_at, 100 * count / wanted.mix.of, wanted.mix.of, share)
    if wanted.occupied:
        year = wanted.occupied.year_to
        nights = sum(_nights(life, wanted.occupied.kind, year - timedelta(days=365), year) for life in told)
        beds = authority.kinds[wanted.occupied.kind].beds or 1
        yield _share(
            f"Nights occupied: {authority.kinds[wanted.occupied.kind].title}", year, wanted.occupied.percent, 12 * beds,
            100 * nights / (365 * beds),
        )  # fmt: skip


def _prices(authority: Authority, rows: Rows) -> Iterator[Line]:
    """Nights times the price in force, over nights, as the platform's weekly cost; chance is that of homes' prices."""
    wanted = authority.calibration.weekly
    if not wanted:
        return
    kinds = {row["placement"]: row["kind"] for row in rows["placements"]}
    ends = {row["placement"]: row["ends"] for row in rows["placements"]}
    first, last = wanted.year_to - timedelta(days=364), wanted.year_to + timedelta(days=1)
    paid: dict[str, list[tuple[bytes, int, int]]] = {kind: [] for kind in wanted.pounds}
    for row in rows["prices"]:
        over = min(row["ends"] or date.max, ends[row["placement"]] or date.max, last)
        nights = (over - max(row["starts"], first)).days
        if nights > 0 and kinds[row["placement"]] in paid:
            paid[kinds[row["placement"]]].append((row["placement"], nights, row["weekly_pence"]))
    for kind, pounds in wanted.pounds.items():
        nights, much = sum(count for _, count, _ in paid[kind]), sum(count * pence for _, count, pence in paid[kind])
        chance = Z * pounds * authority.homes.price_spread / sqrt(3 * _alike(paid[kind]))
        what, ours = f"A week of: {authority.kinds[kind].title}", much / nights / 100 if nights else 0
        yield Line(what, wanted.year_to, pounds, ours, pounds - chance, pounds + chance, "£")


def _alike(paid: list[tuple[bytes, int, int]]) -> float:
    """How many homes of as many nights each these are worth (Kish): prices are drawn home by home, evenly."""
    nights: dict[bytes, int] = {}
    for placement, count, _ in paid:
        nights[placement] = nights.get(placement, 0) + count
    return sum(nights.values()) ** 2 / sum(count * count for count in nights.values()) if nights else 1


def _at(life: Life, on: date) -> str:
    """The kind of home a child lives in at the end of a day; empty for one who is not looked after then."""
    here = (s.kind for s in life.stays if s.starts <= on and (s.ends is None or s.ends > on))
    return next(here, "")


def _nights(life: Life, kind: str, after: date, to: date) -> int:
    ends = to + timedelta(days=1)
    spans = (
        (max(s.starts, after + timedelta(days=1)), min(s.ends or ends, ends)) for s in life.stays if s.kind == kind
    )
    return sum(max(0, (last - first).days) for first, last in spans)


def _count(what: str, as_at: date, published: int, ours: object) -> Line:
    """A count varies as a Poisson variable does (Byar's approximation)."""
    low = published * (1 - 1 / (9 * published) - Z / (3 * sqrt(published))) ** 3 if published else 0.0
    more = published + 1
    high = more * (1 - 1 / (9 * more) + Z / (3 * sqrt(more))) ** 3
    return Line(what, as_at, published, float(str(ours or 0)), low, high, "children")


def _share(what: str, as_at: date, percent: float, of: int, ours: float) -> Line:
    """A share varies as a binomial one does (its own quantiles: some of these are of a handful of children)."""
    low, high = _binomial(max(1, of), percent / 100)
    return Line(what, as_at, percent, ours, 100 * low, 100 * high, "%")


def _binomial(n: int, p: float) -> tuple[float, float]:
    """Between which shares of n a sample falls 99 times in 100, if each has that chance."""
    if not 0 < p < 1:
        return p, p
    below, ends = 0.0, list[float]()
    for k in range(n + 1):
        below += exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) + (n - k) * log(1 - p))
        while len(ends) < 2 and below >= (OUTSIDE / 2, 1 - OUTSIDE / 2)[len(ends)]:
            ends.append(k / n)
    return ends[0], ends[-1]


def table(lines: list[Line]) -> str:
    """Markdown, a row for each line."""
    head = "| what | as at | published | ours | from | to | inside |\n| --- | --- | --- | --- | --- | --- | --- |\n"
    return head + "".join(
        f"| {one.what} | {day(one.as_at)} | {_said(one.published, one.unit)} | {_said(one.ours, one.unit)} "
        f"| {_said(one.low, one.unit)} | {_said(one.high, one.unit)} | {'yes' if one.inside else 'no'} |\n"
        for one in lines
    )


def _said(number: float, unit: str) -> str:
    return f"£{number:,.0f}" if unit == "£" else f"{number:.1f}%" if unit == "%" else f"{number:.0f}"
