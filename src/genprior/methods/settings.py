"""What the settings of methods share: strict, closed, described by the docstrings of their keys."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=1, le=10**9)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(gt=0, lt=1)]
Factor = Annotated[float, Field(gt=1, allow_inf_nan=False)]
Step = Literal["2^d/d^2", "2^d/2"] | Positive


class Settings(BaseModel):
    """A mapping with these keys and no others; settings do not change."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True
    )
