"""Where the share of networks with a property dies out as their width grows.

The noise of a random network's gradient has standard deviations of order 1 / sqrt(n).  A minimum
outside a ball needs noise above a fixed level there, so its probability is taken for
Phi(a + b sqrt(n)).  What is fitted is a model: beyond the widths seen it is an extrapolation, whose
interval covers the scatter of networks and not the choice of the model, so a second abscissa,
log n, stands beside the first.
"""

from collections.abc import Callable

import numpy as np
from scipy import stats
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.families.links import Probit
from statsmodels.genmod.generalized_linear_model import GLM

from genprior.statistics.estimate import Estimate
from genprior.types import Array

ABSCISSAE: dict[str, Callable[[Array], Array]] = {"sqrt(n1/k)": np.sqrt, "log(n1/k)": np.log}
INVERSES: dict[str, Callable[[float], float]] = {"sqrt(n1/k)": np.square, "log(n1/k)": np.exp}


class Fading:
    """A probit curve of a share against an abscissa of the expansivity.

    Args:
        expansivity: n_1 / k by width, shape (w,).
        hits, networks: how many networks have the property, of how many, shape (w,).
        against: a key of ``ABSCISSAE``.
    """

    def __init__(self, expansivity: Array, hits: Array, networks: Array, against: str):
        self.against, self.networks = against, int(np.sum(networks))
        self._fit = GLM(
            np.column_stack([hits, np.subtract(networks, hits)]),
            np.column_stack([np.ones(len(expansivity)), ABSCISSAE[against](expansivity)]),
            family=Binomial(Probit()),
        ).fit()

    @staticmethod
    def possible(hits: Array, networks: Array) -> bool:
        """Whether two widths at least have neither none nor all, among three or more.

        With a single one between all and none the slope would be infinite, and two alone leave
        nothing to tell how well the curve fits.
        """
        return len(hits) > 2 and np.sum((hits > 0) & (hits < networks)) > 1

    def share(self, expansivity: Array) -> Array:
        """The fitted share, shape as given."""
        values = ABSCISSAE[self.against](np.asarray(expansivity, float))
        return stats.norm.cdf(self._fit.params[0] + self._fit.params[1] * values)

    def slope(self, confidence: float) -> Estimate:
        """The slope b with Wald's interval."""
        low, high = self._fit.conf_int(1 - confidence)[1]
        return Estimate(float(self._fit.params[1]), float(low), float(high), self.networks)

    def falls_to(self, level: float, confidence: float) -> Estimate:
        """The expansivity at which the share falls to a level, with Fieller's interval.

        The interval has no end where the slope's contains 0.
        """
        (a, b), ((va, c), (_, vb)) = self._fit.params, self._fit.cov_params()
        z, t = stats.norm.ppf(level), stats.norm.ppf(0.5 + confidence / 2)
        # The abscissae w with (a + b w - z)^2 <= t^2 Var(a + b w).
        square, linear, constant = (
            b**2 - t**2 * vb,
            (a - z) * b - t**2 * c,
            (a - z) ** 2 - t**2 * va,
        )
        back = INVERSES[self.against]
        if b >= 0 or square <= 0:
            value = float(back((z - a) / b)) if b < 0 else np.nan
            return Estimate(value, 0.0, np.inf, self.networks)
        reach = np.sqrt(max(linear**2 - square * constant, 0.0))
        ends = ((-linear - reach) / square, (-linear + reach) / square)
        if self.against.startswith("sqrt"):
            ends = tuple(max(end, 0.0) for end in ends)
        return Estimate(
            float(back((z - a) / b)), float(back(ends[0])), float(back(ends[1])), self.networks
        )
