"""Six years of an authority's returns, loaded by the public API: every figure is what the files say."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from deploy.load import Loads, NotAgreed, load_returns
from shared.geography import Geography
from shared.settings import Settings
from tests.independent.counts import Return
from tests.installations import ROOT, Team
from tests.journey.figures import (
    ALL,
    KEPT,
    Question,
    ask,
    counted,
    differences,
    load,
    rebuild,
    told,
    told_in_series,
)

SAMPLE = ROOT / "deploy/samples/ssda903"
AUTHORITY, WHO = "E09000033", "commissioner"
FIRST, LAST = date(2020, 4, 1), date(2026, 3, 31)
EVERY_DAY = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
YEARS_ENDS = [date(year, 3, 31) for year in range(2021, 2027)]
SOME_DAYS = sorted(Random(903).sample(EVERY_DAY, 200))
FLOWS: Sequence[Question] = [("cla", {}), ("cla_started", {}), ("cla_ceased", {})]
A_DAY = timedelta(days=1)


@pytest.fixture(scope="module")
async def files(undisturbed: Team) -> Return:
    """The returns, loaded; and the count of our own."""
    await load(undisturbed, WHO, SAMPLE)
    return Return(SAMPLE, AUTHORITY, Geography.kept_in(Settings().map_folder))


async def test_at_every_31_march_every_figure_is_what_the_files_say(undisturbed: Team, files: Return) -> None:
    assert differences(counted(files, YEARS_ENDS, ALL), await told(undisturbed, WHO, YEARS_ENDS, ALL)) == []


async def test_nights_of_every_year_are_what_the_files_say(undisturbed: Team, files: Return) -> None:
    for day in YEARS_ENDS:
        before = date(day.year - 1, 3, 31)
        nights = (await ask(undisturbed, WHO, "bed_nights", **{"from": before}, to=day, by="type"))["cells"]
        assert {type: cell["numerator"] for type, cell in nights.items()} == files.bed_nights(before, day)


async def test_on_every_day_stock_and_flows_balance_and_are_what_the_files_say(
    undisturbed: Team, files: Return
) -> None:
    found = await told_in_series(undisturbed, WHO, FIRST, LAST, FLOWS)
    stock, started, ceased = ({day: found[name, "", day][0] for day in EVERY_DAY} for name, _ in FLOWS)
    unbalanced = [day for day in EVERY_DAY[1:] if stock[day] != stock[day - A_DAY] + started[day] - ceased[day]]
    assert unbalanced == []
    assert stock[FIRST] == files.cla(FIRST)
    assert started == counted_on_each_day(period.starts for period in files.periods())
    assert ceased == counted_on_each_day(period.ends for period in files.periods())


def counted_on_each_day(days: Iterable[date | None]) -> dict[date, int]:
    counts = Counter(days)
    return {day: counts[day] for day in EVERY_DAY}


async def test_on_200_days_live_and_rebuilt_figures_are_what_the_files_say(undisturbed: Team, files: Return) -> None:
    ours = counted(files, SOME_DAYS)
    assert differences(ours, await told_in_series(undisturbed, WHO, FIRST, LAST, KEPT)) == []
    await rebuild(undisturbed, WHO)
    assert differences(ours, await told_in_series(undisturbed, WHO, FIRST, LAST, KEPT)) == []


async def test_before_the_first_year_there_are_no_data(undisturbed: Team, files: Return) -> None:
    for measure, _ in KEPT:
        answer = await ask(undisturbed, WHO, measure, as_at=FIRST - A_DAY)
        assert (answer["numerator"], answer["denominator"], answer["value"]) == (None, None, None)
        assert answer["coverage_start"] == str(files.coverage_start)


async def test_a_figure_that_looks_back_before_the_first_year_says_so(undisturbed: Team, files: Return) -> None:
    assert (await ask(undisturbed, WHO, "long_term", as_at=YEARS_ENDS[0]))["incomplete"]
    assert (await ask(undisturbed, WHO, "three_plus", as_at=YEARS_ENDS[0] - A_DAY))["incomplete"]
    assert not (await ask(undisturbed, WHO, "three_plus", as_at=YEARS_ENDS[0]))["incomplete"]


async def test_what_a_year_says_otherwise_is_shown_by_both_services_and_not_written_unless_agreed_to(
    undisturbed: Team, files: Return, tmp_path: Path
) -> None:
    folder = tmp_path / "2026"
    folder.mkdir()
    for table in ("Header", "Episodes"):
        first, row, *rest = (SAMPLE / f"2026/{table}.csv").read_text().splitlines()
        other = row.replace(",M,", ",F,") if ",M," in row else row.replace(",F,", ",M,")
        (folder / f"{table}.csv").write_text("\n".join([first, other, *rest]) + "\n")
    before, shown = await told(undisturbed, WHO, YEARS_ENDS), dict[str, Any]()

    async def disagree(loads: Loads) -> bool:
        shown.update(loads)
        return False

    token = undisturbed.installation.token(WHO)
    with pytest.raises(NotAgreed):
        await load_returns(undisturbed[WHO], token, folder, lambda done, of: None, agree=disagree)
    kinds = {
        service: {(d["record"], d["change"]): d["count"] for d in load["differing"]} for service, load in shown.items()
    }
    assert kinds == {"referrals": {("child", "changed"): 1}, "placements": {}}
    (difference,) = shown["referrals"]["differences_listed"]
    assert {*difference["before"].values(), *difference["after"].values()} == {"M", "F"}
    assert await told(undisturbed, WHO, YEARS_ENDS) == before


async def test_loaded_again_nothing_changes(undisturbed: Team, files: Return) -> None:
    before = await ask(undisturbed, WHO, "cla", as_at=LAST)
    figures = await told(undisturbed, WHO, YEARS_ENDS)
    counts = await load(undisturbed, WHO, SAMPLE)
    assert (counts["referrals"]["new"], counts["referrals"]["changed"]) == (0, 0)
    assert (counts["placements"]["placements_written"], counts["placements"]["periods_written"]) == (0, 0)
    after = await ask(undisturbed, WHO, "cla", as_at=LAST)
    assert after == before  # its `reached` and `change_id` too: nothing was published
    assert await told(undisturbed, WHO, YEARS_ENDS) == figures
