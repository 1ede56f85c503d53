"""A number with its interval, what it is a number of, and its row in a table.

``estimates`` computes such numbers; ``Estimate.named`` says which claim they bear on, what they
measure and where.  Keys of ``where`` are columns of tables, such as ``latent_dimension``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import nan

import pandas as pd

NUMBERS = ["value", "low", "high", "trials", "reference"]
SYMBOLS = {"latent_dimension": "k", "depth": "d", "measurement_ratio": "m/k"}


@dataclass(frozen=True)
class Estimate:
    """A number with its interval.

    Attributes:
        value: the estimate; NaN where there is none.
        low, high: the ends of its interval; infinite where the data give no bound.
        trials: how many trials it rests on, 0 for a number that is computed.
        claim: the identifier of a claim of the ledger, or empty.
        measure: what was measured, in words that hold for every cell.
        where: the cell, as values by column.
        reference: what the theory puts beside the number, NaN where it names nothing.
    """

    value: float
    low: float
    high: float
    trials: int
    claim: str = ""
    measure: str = ""
    where: Mapping[str, object] = field(default_factory=dict)
    reference: float = nan

    @property
    def width(self) -> float:
        return self.high - self.low

    @property
    def label(self) -> str:
        """Measure and cell in words."""
        return ", ".join(
            [self.measure, *(f"{symbol(k)} = {text(v)}" for k, v in self.where.items())]
        )

    def named(
        self, claim: str, measure: str, reference: float = nan, **where: object
    ) -> "Estimate":
        """The same numbers, of this measure in this cell."""
        return replace(self, claim=claim, measure=measure, where=where, reference=reference)

    def scaled(self, factor: float) -> "Estimate":
        """In another unit."""
        ends = {name: factor * getattr(self, name) for name in ("value", "low", "high")}
        return replace(self, **ends)


def symbol(column: str) -> str:
    """A column in small print."""
    return SYMBOLS.get(column, column.replace("_", " "))


def text(value: object) -> str:
    """A value in small print; tables hold whole numbers as floats where others are missing."""
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def to_table(estimates: Iterable[Estimate]) -> pd.DataFrame:
    """One row an estimate: claim, measure, one column for each key of ``where``, numbers.

    Raises:
        ValueError: if two estimates share claim, measure and cell, which key the table.
    """
    estimates = list(estimates)
    keys = list(dict.fromkeys(key for one in estimates for key in one.where))
    rows = [
        {"claim": one.claim, "measure": one.measure}
        | dict.fromkeys(keys)
        | dict(one.where)
        | {name: getattr(one, name) for name in NUMBERS}
        for one in estimates
    ]
    table = pd.DataFrame(rows, columns=["claim", "measure", *keys, *NUMBERS])
    twins = [one for one in table[table.duplicated(["claim", "measure", *keys])].index]
    if twins:
        one = estimates[twins[0]]
        raise ValueError(f"measured twice: {one.claim or 'no claim'}, {one.label}")
    return table.astype({key: table[key].convert_dtypes().dtype for key in keys})


def from_table(table: pd.DataFrame) -> list[Estimate]:
    """The inverse of ``to_table``, also where the table has been through CSV."""
    keys = [name for name in table if name not in {"claim", "measure", *NUMBERS}]
    return [
        Estimate(
            claim="" if pd.isna(row["claim"]) else row["claim"],
            measure=row["measure"],
            where={key: row[key] for key in keys if pd.notna(row[key])},
            trials=int(row["trials"]),
            **{name: float(row[name]) for name in NUMBERS if name != "trials"},
        )
        for row in table.to_dict("records")
    ]
