"""`python -m deploy.county hertfordshire`: generate an authority, and hold it beside what was published."""

import argparse
import secrets
import sys
import time

from deploy.county.authority import FOLDER, Authority, Unsound, named
from deploy.county.calibration import Line, calibrated, table
from deploy.county.lives import Life, lives
from shared.web.pages import day


def main() -> None:
    shipped = ", ".join(sorted(path.stem for path in FOLDER.glob("*.toml")))
    words = argparse.ArgumentParser(prog="python -m deploy.county", description=__doc__)
    words.add_argument("authority", help=f"{shipped}, or a TOML file of your own")
    words.add_argument(
        "--seed", type=int, help="of its randomness: the same for the same children; one is drawn if none is said"
    )
    told = words.parse_args()
    seed = secrets.randbelow(1_000_000) if told.seed is None else told.seed
    try:
        authority = named(told.authority)
    except Unsound as unsound:
        sys.exit(str(unsound))
    began = time.perf_counter()
    children = lives(authority, seed)
    print(f"Random seed {seed}; made in {time.perf_counter() - began:.1f} s.\n")
    print(page(authority, children, seed, calibrated(authority, seed)), end="")


def page(authority: Authority, children: list[Life], seed: int, lines: list[Line]) -> str:
    """What came out, as Markdown: the same for the same seed."""
    stays = sum(len(life.stays) for life in children)
    there = sum(life.ended is None for life in children)
    return "\n".join(
        [
            f"# {authority.name}, made up\n",
            (
                f"{len(children):,} children and {stays:,} placements in the {authority.years} years to "
                f"{day(authority.anchor)}, {there:,} in care that day; random seed {seed}. "
                f"Published: {authority.calibration.source}.\n"
            ),
            table(lines),
            (
                f"{sum(line.inside for line in lines)} of {len(lines)} lines are inside the interval that chance alone "
                "allows: 99 in 100 samples of a population that is truly as published. A kind's price is set to what was "
                "published, so those lines say that nights and uplifts are counted right, and little more.\n"
            ),
            "## Left out, and why\n",
            *(f"- {reason}" for reason in authority.calibration.left_out),
            "\n## Assumed, since no paper gives it\n",
            *(f"- {name}" for name in authority.assumptions()),
            "",
        ]
    )


if __name__ == "__main__":
    main()
