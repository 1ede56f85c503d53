"""Closed forms: published values, the paper's sums, finite differences and Monte Carlo."""

import closed_forms
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genprior.model import theory
from genprior.model.networks import generate, sample_weights
from genprior.model.problem import Problem
from genprior.model.risk import descent_direction, empirical_risk

DEPTHS = st.integers(1, 6)
ANGLES = st.floats(0.0, np.pi)


def vectors(seed, k, count=2):
    return np.random.default_rng(seed).standard_normal((count, k))


def at_angle(t, radius=1.0, k=3):
    x = np.zeros(k)
    x[:2] = radius * np.cos(t), radius * np.sin(t)
    return x


def gradient(f, x, step=1e-5):
    return np.array([(f(x + step * e) - f(x - step * e)) / (2 * step) for e in np.eye(len(x))])


def test_the_angle_map_takes_its_known_values():
    known = {0.0: 0.0, np.pi: np.pi / 2, np.pi / 2: np.arccos(1 / np.pi)}
    for t, value in known.items():
        assert theory.angle_map(t) == pytest.approx(value, abs=1e-15)


@given(t=ANGLES)
def test_the_angle_map_is_the_papers_and_within_its_bounds(t):
    image = float(theory.angle_map(t))
    assert np.cos(image) == pytest.approx(((np.pi - t) * np.cos(t) + np.sin(t)) / np.pi, abs=1e-14)
    if t > 1e-6:
        assert 1 / (1 / np.pi + 1 / t) - 1e-12 <= image <= 1 / (1 / (3 * np.pi) + 1 / t) + 1e-12


@given(t=st.floats(1e-3, np.pi - 1e-3))
def test_the_slope_of_the_angle_map_is_its_derivative(t):
    step = 1e-5
    slope = (theory.angle_map(t + step) - theory.angle_map(t - step)) / (2 * step)
    assert closed_forms.angle_map_slope(t) == pytest.approx(slope, abs=1e-8)
    assert 0 <= closed_forms.angle_map_slope(t) <= 1


def test_rho_takes_its_published_values():
    assert theory.rho(1) == pytest.approx(0, abs=1e-15)
    assert theory.rho(2) == pytest.approx(1 / np.pi, abs=1e-15)
    # With t_2 = arccos(1/pi): rho_3 = (1 - t_2/pi)/pi + sin(t_2)/pi, by hand.
    t_2 = np.arccos(1 / np.pi)
    assert theory.rho(3) == pytest.approx(((1 - t_2 / np.pi) + np.sin(t_2)) / np.pi, abs=1e-14)


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5, 10, 30, 100, 300, 1000])
def test_sum_recursion_and_closed_form_of_rho_agree(depth):
    assert closed_forms.rho_by_sum(depth) == pytest.approx(theory.rho(depth), abs=1e-12)
    assert closed_forms.rho_by_recursion(depth) == pytest.approx(theory.rho(depth), abs=1e-12)


def test_rho_approaches_one_as_the_inverse_square_of_the_depth():
    scaled = [d**2 * (1 - theory.rho(d)) for d in (1000, 4000, 16000)]
    limit = 9 * np.pi**2 / 2
    assert scaled == sorted(scaled)
    assert scaled[-1] == pytest.approx(limit, rel=5e-3)
    assert scaled[-1] < limit


@given(t=ANGLES, depth=DEPTHS)
def test_zeta_is_the_papers_sum(t, depth):
    orbit = theory.angle_orbit(t, depth)
    zeta = sum(
        np.sin(orbit[i]) / np.pi * np.prod(1 - orbit[i + 1 : depth] / np.pi) for i in range(depth)
    )
    closed = theory.contracted_cosine(t, depth) - theory.contraction(t, depth) * np.cos(t)
    assert closed == pytest.approx(zeta, abs=1e-13)


@given(seed=st.integers(0, 2**32 - 1), k=st.integers(2, 6), depth=DEPTHS)
def test_expected_direction_is_the_gradient_of_the_expected_risk(seed, k, depth):
    x, code = vectors(seed, k)
    differences = gradient(lambda z: theory.expected_risk(z, code, depth), x)
    scale = 2.0**-depth * max(np.linalg.norm(x), np.linalg.norm(code))
    error = np.linalg.norm(differences - theory.expected_direction(x, code, depth))
    assert error <= 1e-6 * scale * max(1, np.linalg.norm(code) / np.linalg.norm(x)) ** 2


@given(t=st.floats(0.05, np.pi - 0.05), radius=st.floats(0.2, 3), k=st.integers(2, 5), depth=DEPTHS)
def test_expected_hessian_is_the_derivative_of_the_expected_direction(t, radius, k, depth):
    x, code = at_angle(t, radius, k), at_angle(0.0, 1.3, k)
    step = 1e-5
    differences = np.array(
        [
            theory.expected_direction(x + step * e, code, depth)
            - theory.expected_direction(x - step * e, code, depth)
            for e in np.eye(k)
        ]
    ) / (2 * step)
    assert np.allclose(
        closed_forms.expected_hessian(x, code, depth), differences, atol=2e-6 / 2**depth
    )


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 7])
def test_the_risk_has_its_three_critical_points(depth):
    code = at_angle(0.0, 1.7)
    saddle = -theory.rho(depth) * code
    assert np.linalg.norm(theory.expected_direction(code, code, depth)) <= 1e-15
    assert theory.expected_risk(code, code, depth) == pytest.approx(0, abs=1e-15)
    assert np.allclose(
        closed_forms.expected_hessian(code, code, depth), np.eye(3) / 2**depth, atol=1e-13
    )
    if depth > 1:
        assert np.linalg.norm(theory.expected_direction(saddle, code, depth)) <= 1e-13
        curvatures = theory.expected_curvatures(saddle, code, depth)
        assert curvatures == pytest.approx((1.0, 0.0, 0.0), abs=1e-12)
    # At 0 the one-sided slope along w is -|x0| cos g^(d)(angle) / 2^d, negative for every w.
    for t in np.linspace(0, np.pi, 9)[: -1 if depth == 1 else None]:
        small = 1e-6
        rise = theory.expected_risk(at_angle(t, small), code, depth) - theory.expected_risk(
            0 * code, code, depth
        )
        slope = -1.7 * theory.contracted_cosine(t, depth) / 2**depth
        assert rise / small == pytest.approx(slope, abs=1e-6)
        assert slope < 0


@pytest.mark.parametrize("depth", [2, 3, 4, 6])
def test_the_degenerate_saddle_falls_with_the_cube_of_the_angle(depth):
    code, radius = at_angle(0.0), theory.rho(depth)
    foot = theory.expected_risk(-radius * code, code, depth)
    for s, tolerance in [(0.05, 0.03), (0.02, 0.012)]:
        drop = foot - theory.expected_risk(at_angle(np.pi - s, radius), code, depth)
        assert 2**depth * drop / s**3 == pytest.approx(
            theory.saddle_coefficient(depth), rel=tolerance
        )
    assert theory.saddle_coefficient(2) == pytest.approx(1 / (6 * np.pi**2), abs=1e-15)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_the_valley_is_the_lowest_radius_at_each_angle(depth):
    t = np.linspace(0.1, np.pi - 0.5, 7)  # nearer to pi the radius at d = 1 is below the shift
    floor = closed_forms.valley(t, depth)
    for angle, radius, height in zip(t, floor.radius, floor.height, strict=True):
        risks = [
            2**depth * theory.expected_risk(at_angle(angle, radius + shift), at_angle(0.0), depth)
            for shift in (-1e-3, 0.0, 1e-3)
        ]
        assert risks[1] == pytest.approx(height, abs=1e-12)
        assert risks[1] < min(risks[0], risks[2])
    assert np.all(np.diff(floor.height) > 0)


@pytest.mark.parametrize("t", [0.0, 0.3, 1.2, 2.0, 3.0, np.pi])
def test_the_expected_gram_matrix_is_the_monte_carlo_mean(t):
    x, y = at_angle(0.0, 2.0, 4), at_angle(t, 0.5, 4)
    rows = np.random.default_rng(4242).standard_normal((200_000, 4))
    both = rows[(rows @ x > 0) & (rows @ y > 0)]
    mean = both.T @ both / len(rows)
    # An entry is a mean of products of variance at most E[w^4] = 3 over 200,000 rows.
    assert np.max(np.abs(mean - theory.expected_gram(x, y))) <= 5 * np.sqrt(3 / len(rows))


@given(seed=st.integers(0, 2**32 - 1), k=st.integers(2, 6))
def test_the_swap_matrix_swaps(seed, k):
    x, y = vectors(seed, k)
    x_hat, y_hat = x / np.linalg.norm(x), y / np.linalg.norm(y)
    swap = theory.swap_matrix(x, y)
    assert np.allclose(swap @ x_hat, y_hat, atol=1e-9)
    assert np.allclose(swap @ y_hat, x_hat, atol=1e-9)
    assert np.trace(swap @ swap) == pytest.approx(2, abs=1e-9)


@pytest.mark.parametrize("depth", [1, 2])
def test_a_wide_network_has_the_expected_risk_and_direction(depth):
    shape = (3, 4000, 6000)[: depth + 1]
    weights = sample_weights(shape, np.random.default_rng(4242))
    x, code = vectors(7, 3)
    problem = Problem.of_code(weights, None, code)
    risk = 2**depth * empirical_risk(problem, x)
    assert risk == pytest.approx(2**depth * theory.expected_risk(x, code, depth), rel=0.06)
    difference = descent_direction(problem, x) - theory.expected_direction(x, code, depth)
    assert 2**depth * np.linalg.norm(difference) <= 0.1 * max(
        np.linalg.norm(x), np.linalg.norm(code)
    )


def test_the_transpose_of_one_layer_gives_half_the_code():
    # PLUGIn's identity E[A^T relu(A x)] = x / 2 is Q_{x,x} x.
    x = np.array([1.0, -2.0, 0.5])
    assert np.allclose(theory.expected_gram(x, x) @ x, x / 2, atol=1e-15)


def test_phase_retrieval_has_its_own_second_point():
    published = {1: 2 / np.pi, 2: 0.669152, 3: 0.715920, 4: 0.757081, 5: 0.790939, 10: 0.888262}
    for depth, value in published.items():
        assert closed_forms.phase_rho(depth) == pytest.approx(value, abs=5e-7)
        code = at_angle(0.0)
        slope = gradient(
            lambda z, code=code, depth=depth: closed_forms.expected_phase_risk(z, code, depth),
            -closed_forms.phase_rho(depth) * code,
        )
        assert np.linalg.norm(slope) <= 1e-8


def test_the_phase_risk_is_the_monte_carlo_mean():
    rng = np.random.default_rng(4242)
    x, code = np.array([1.0, 0.4]), np.array([-0.3, 1.1])
    weights = sample_weights((2, 3000), rng)
    sensing = rng.standard_normal((3000, 3000)) / np.sqrt(3000)
    moduli = [np.abs(sensing @ generate(weights, z)) for z in (x, code)]
    risk = 0.5 * np.sum((moduli[0] - moduli[1]) ** 2)
    assert risk == pytest.approx(closed_forms.expected_phase_risk(x, code, 1), rel=0.08)
