"""Inverting several layers is hard: 3SAT as the inversion of a two-layer ReLU network.

Source: Lei, Jalal, Dhillon, Dimakis (LJDD, arXiv 1906.07437) state that the inversion of a network
with two layers or more is NP-hard, by a reduction from 3SAT.  The reduction here is our own and
needs neither biases nor the promise that the latent code is binary.

The latent code is x = (x_0, x_1, ..., x_v), one coordinate a variable besides x_0.  With literal
values s = +-x_i, the network computes, by one hidden neuron a relu,

    relu(x_0)                            observed as 1, so x_0 = 1: the constant
    relu(x_i) + relu(-x_i) = |x_i|       observed as 1, so x_i = -1 or 1: an assignment
    relu(-s_1 - s_2 - s_3 - x_0)         observed as 0: at signs, 2 if all three literals of the
                                         clause are false and 0 otherwise

so the pre-images of the observation are exactly the satisfying assignments.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
import pyarrow as pa
from scipy import optimize, sparse

from genprior.model.instances import stream
from genprior.model.networks import generate
from genprior.model.problem import Problem
from genprior.studies.layerwise.roles import Role
from genprior.types import Array, Row

Clause = tuple[int, ...]  # non-zero integers: variable i as i, its negation as -i
BOX = 2.0  # half-width of the box that the mixed-integer program searches
TOLERANCE = 1e-6

SCHEMA = pa.schema(
    [
        ("family", pa.string()),
        ("formula", pa.string()),
        ("variables", pa.int64()),
        ("clauses", pa.int64()),
        ("satisfiable", pa.bool_()),
        ("invertible", pa.bool_()),
        ("witness", pa.bool_()),
        ("assignments_agree", pa.bool_()),
    ]
)


def holds(clauses: Sequence[Clause], signs: Sequence[int]) -> bool:
    """Whether an assignment, given as signs +-1 a variable, satisfies every clause."""
    return all(any(literal * signs[abs(literal) - 1] > 0 for literal in c) for c in clauses)


def brute_force(clauses: Sequence[Clause], variables: int) -> bool:
    """Whether any assignment satisfies every clause, by trying all of them."""
    return any(holds(clauses, signs) for signs in product((-1, 1), repeat=variables))


def problem_of(clauses: Sequence[Clause], variables: int) -> Problem:
    """The reduction: a two-layer network without biases and what is observed of it.

    Args:
        clauses: one to three literals each; shorter clauses repeat their last literal.
        variables: the number of variables v.

    Returns:
        W_1 and W_2, of shapes (1 + 2 v + c, 1 + v) and (1 + v + c, 1 + 2 v + c), and y, shape
        (1 + v + c,).

    Raises:
        ValueError: for an empty or a longer clause, or an unknown variable.
    """
    count = len(clauses)
    inner = np.zeros((1 + 2 * variables + count, 1 + variables))
    outer = np.zeros((1 + variables + count, 1 + 2 * variables + count))
    inner[0, 0] = outer[0, 0] = 1
    for i in range(1, variables + 1):
        inner[2 * i - 1, i], inner[2 * i, i] = 1, -1
        outer[i, [2 * i - 1, 2 * i]] = 1
    for number, clause in enumerate(clauses):
        if not 1 <= len(clause) <= 3:
            raise ValueError(f"clause {clause}: 3SAT has one to three literals a clause")
        row = 1 + 2 * variables + number
        inner[row, 0] = -1
        for literal in (*clause, *[clause[-1]] * (3 - len(clause))):
            if not 1 <= abs(literal) <= variables:
                raise ValueError(f"clause {clause}: variables are 1 to {variables}")
            inner[row, abs(literal)] -= np.sign(literal)
        outer[1 + variables + number, row] = 1
    return Problem((inner, outer), None, np.concatenate([np.ones(1 + variables), np.zeros(count)]))


def invert(problem: Problem, box: float = BOX) -> Array | None:
    """Some x in [-box, box]^k with relu(W_2 relu(W_1 x)) = y, or None if there is none.

    An exact mixed-integer program for any two-layer network: hidden neuron j has W_1 x = a - b
    with a, b >= 0 of which a binary variable lets only one be positive.

    Raises:
        RuntimeError: if the solver decides neither way.
    """
    (inner, outer), observation = problem.weights, problem.measurements
    hidden, k = inner.shape
    reach = box * np.abs(inner).sum(axis=1)
    eye, nothing = sparse.eye_array(hidden), sparse.csr_array((hidden, hidden))
    reach_rows = sparse.diags_array(reach)
    active = observation > 0
    no_code = sparse.csr_array((hidden, k))
    constraints = [
        optimize.LinearConstraint(sparse.block_array([[inner, -eye, eye, nothing]]), 0, 0),
        optimize.LinearConstraint(
            sparse.block_array([[no_code, eye, nothing, -reach_rows]]), -np.inf, 0
        ),
        optimize.LinearConstraint(
            sparse.block_array([[no_code, nothing, eye, reach_rows]]), -np.inf, reach
        ),
        optimize.LinearConstraint(
            np.hstack([np.zeros((len(outer), k)), outer, np.zeros((len(outer), 2 * hidden))]),
            np.where(active, observation, -np.inf),
            np.where(active, observation, 0),
        ),
    ]
    result = optimize.milp(
        np.zeros(k + 3 * hidden),
        constraints=constraints,
        integrality=np.repeat([0, 1], [k + 2 * hidden, hidden]),
        bounds=optimize.Bounds(
            np.concatenate([np.full(k, -box), np.zeros(3 * hidden)]),
            np.concatenate([np.full(k, box), reach, reach, np.ones(hidden)]),
        ),
    )
    if result.status == 2:
        return None
    if result.x is None:
        raise RuntimeError(f"the mixed-integer program is undecided: {result.message}")
    return result.x[:k]


def examine(clauses: Sequence[Clause], variables: int) -> Row:
    """One formula's row: satisfiable by brute force, invertible by the network, and do they agree.

    ``witness`` says that the pre-image found (if any) maps to the observation and its signs satisfy
    the formula; ``assignments_agree`` that at all 2^v sign vectors the network gives the
    observation exactly where the formula holds.
    """
    problem = problem_of(clauses, variables)
    found = invert(problem)
    witness = found is not None and (
        np.abs(generate(problem.weights, found) - problem.measurements).max() <= TOLERANCE
        and holds(clauses, np.sign(found[1:]).astype(int))
    )
    agree = all(
        np.array_equal(
            generate(problem.weights, np.array([1, *signs], float)), problem.measurements
        )
        == holds(clauses, signs)
        for signs in product((-1, 1), repeat=variables)
    )
    return {
        "formula": " ".join(",".join(map(str, clause)) for clause in clauses),
        "variables": variables,
        "clauses": len(clauses),
        "satisfiable": brute_force(clauses, variables),
        "invertible": found is not None,
        "witness": bool(witness),
        "assignments_agree": agree,
    }


def clauses_over(variables: int, lengths: Sequence[int]) -> list[Clause]:
    """Every clause of these lengths with distinct variables."""
    return [
        tuple(sign * variable for sign, variable in zip(signs, chosen, strict=True))
        for length in lengths
        for chosen in combinations(range(1, variables + 1), length)
        for signs in product((1, -1), repeat=length)
    ]


def small_formulas(variables: int, lengths: Sequence[int], most: int) -> Iterator[list[Clause]]:
    """Every formula of at most ``most`` different clauses."""
    every = clauses_over(variables, lengths)
    for count in range(1, min(most, len(every)) + 1):
        yield from map(list, combinations(every, count))


def random_formula(seed: int, variables: int, clauses: int, trial: int) -> list[Clause]:
    """Clauses of three distinct variables with fair signs, drawn independently."""
    source = stream(seed, Role.FORMULA, (variables, clauses), trial)
    formula = []
    for _ in range(clauses):
        chosen = np.sort(source.choice(variables, 3, replace=False)) + 1
        signs = source.choice([-1, 1], 3)
        formula.append(tuple(int(literal) for literal in signs * chosen))
    return formula


def rows(seed: int, part: Mapping[str, Any]) -> Iterator[Row]:
    """One row a formula.

    Args:
        seed: the configuration's seed.
        part: ``family``; for ``exhaustive``: ``variables``, ``lengths`` of clauses and
            ``most_clauses``; for ``random``: ``variables``, ``clauses`` (lists) and ``trials``.
    """
    if part["family"] == "exhaustive":
        for formula in small_formulas(part["variables"], part["lengths"], part["most_clauses"]):
            yield {"family": "exhaustive"} | examine(formula, part["variables"])
        return
    for variables in part["variables"]:
        for ratio in part["clause_ratio"]:
            for trial in range(*part["trials"]):
                formula = random_formula(seed, variables, round(ratio * variables), trial)
                yield {"family": "random"} | examine(formula, variables)
