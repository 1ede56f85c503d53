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


class Descent(Settings):
    """Gradient descent, whenever it ends."""

    step: Step = "2^d/d^2"
    """The constant step nu, HHHV's 2^d/d^2, the bolder 2^d/2 or a number."""
    negation_check: bool = True
    """Whether f(-x) is compared with f(x) before every step (HHHV, Algorithm 1)."""
    max_iterations: Count = 5000
    """The iteration cap."""
    gradient_tolerance: NonNegative = 1e-9
    """It stops where the norm of the descent direction v is at most this."""


class Thresholds(Settings):
    """The thresholds of LJDD's programs."""

    threshold: Positive = 1e-8
    """The noise level of the observation, from which a layer's threshold starts to grow."""
    growth: Factor = 1.2
    """The factor by which a threshold grows while a layer has no acceptable answer."""
