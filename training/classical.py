"""Classical classifiers on features of networks and on measurements: six by name, on truth that may be an inner node.

They are the ones Li et al. 2025 put on their representation and Alammar et al. 2023 on fused features (gradient
boosting by scikit-learn's histograms in the place of XGBoost). What differs: rows are weighed so that classes count
alike, margins of support vectors become probabilities by one temperature instead of Platt's fits, and an example
whose truth is an inner node of the tree trains the leaves below it.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, Self, get_args

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

from bloodview.core.taxonomy import DEFAULT_TAXONOMY, FINE

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]
Name = Literal["forest", "boosting", "svm-linear", "svm-poly", "logistic", "mlp"]

NAMES: tuple[Name, ...] = get_args(Name)
"""Random forest, gradient boosting, support vector machines (linear, cubic), logistic regression, perceptron."""
HEAVIEST = 10.0
"""A row counts at most this often for the rarity of its class: two examples of a class shall not shape it alone."""
_HELD = 0.2  # share of the rows of each class on which the temperature of margins is fitted
_FAR = 6.0  # standardised features are clipped here, so that one odd cell does not rule a polynomial machine
_LEAST_SHARE = 0.1  # a leaf below an inner node that is less likely than this gets no copy of the example


class _Estimator(Protocol):
    """What is used of scikit-learn's classifiers; each has one of the two answers."""

    def fit(self, x: Float32, y: Int64, sample_weight: Float64) -> object: ...
    def predict_proba(self, x: Float32) -> Float64: ...
    def decision_function(self, x: Float32) -> Float64: ...


class Classical:
    """One classifier on standardised features, class-balanced, on one core.

    Args:
        name: one of NAMES.
        seed: of everything random in it.

    Raises:
        ValueError: for another name.
    """

    def __init__(self, name: Name, seed: int) -> None:
        if name not in NAMES:
            raise ValueError(f"{name!r} is not one of {', '.join(NAMES)}")
        self.name, self.seed = name, seed
        self.classes_: Int64 = np.zeros(0, np.int64)
        self.temperature = 1.0
        self._scaler = StandardScaler()
        self._estimator: _Estimator | None = None

    def fit(self, x: Float32, y: Int64, weights: Float64 | None = None) -> Self:
        """Learn from float32 [N, D] and class numbers [N]; `weights` [N] multiply the balance of classes.

        Raises:
            ValueError: if there is no row, or a feature is not finite.
        """
        y = np.asarray(y, dtype=np.int64)
        weights = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=np.float64)
        self.classes_ = np.unique(y)
        self._scaler.fit(np.asarray(x, dtype=np.float64))
        z = self._standardised(x)
        if len(self.classes_) < 2:
            return self
        weights = weights * _balance(y, weights)
        if self.name.startswith("svm"):
            held = _held_out(y, self.seed)
            if held.any():
                self._estimator = self._fitted(z[~held], y[~held], weights[~held])
                self.temperature = _temperature(self._margins(z[held]), np.searchsorted(self.classes_, y[held]))
        self._estimator = self._fitted(z, y, weights)
        return self

    def predict_proba(self, x: Float32) -> Float64:
        """Of float32 [N, D]: float64 [N, K], columns in the order of `classes_`, rows sum to 1."""
        z = self._standardised(x)
        if self._estimator is None:
            return np.ones((len(z), len(self.classes_)))
        if self.name.startswith("svm"):
            return _softmax(self._margins(z) / self.temperature)
        p = np.asarray(self._estimator.predict_proba(z), dtype=np.float64)
        return np.asarray(p / p.sum(axis=1, keepdims=True), dtype=np.float64)

    def _standardised(self, x: Float32) -> Float32:
        z = self._scaler.transform(np.asarray(x, dtype=np.float64))
        return np.asarray(np.clip(z, -_FAR, _FAR), dtype=np.float32)

    def _fitted(self, z: Float32, y: Int64, weights: Float64) -> _Estimator:
        estimator = _MAKERS[self.name](self.seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the limits of steps are chosen, not met by accident
            estimator.fit(z, y, sample_weight=weights)
        return estimator

    def _margins(self, z: Float32) -> Float64:
        """Of each class against the rest, float64 [N, K]; with two classes the one margin beside nought."""
        if self._estimator is None:
            raise ValueError("is not fitted")
        margins = np.asarray(self._estimator.decision_function(z), dtype=np.float64)
        return np.stack([np.zeros(len(z)), margins], axis=1) if margins.ndim == 1 else margins


def make(name: Name, seed: int) -> Classical:
    """A classifier by name, not fitted."""
    return Classical(name, seed)


@dataclass(frozen=True, slots=True)
class OnTree:
    """A fitted classifier whose classes are leaves of the default tree."""

    classifier: Classical

    def probabilities(self, features: Float32) -> Float32:
        """Of float32 [N, D]: float32 [N, 11] in the order of FINE, 0 for leaves never seen, rows sum to 1."""
        p = np.zeros((len(features), len(FINE)))
        p[:, self.classifier.classes_] = self.classifier.predict_proba(features)
        return p.astype(np.float32)


def fit_on_tree(
    name: Name, features: Float32, labels: Sequence[str], seed: int, weights: Float64 | None = None
) -> OnTree:
    """Fit on truth that is a leaf or an inner node of the tree.

    The rule for inner nodes: an example trains one copy of itself for each leaf below its node, and the copies share
    its weight as a logistic regression fitted on the leaves' own examples shares its probability among them. Leaves
    with less than a tenth get no copy; if no leaf below the node has examples of its own, all share alike. A node
    above which the tree has every leaf says nothing and is left out by whoever calls.

    Args:
        name: one of NAMES.
        features: float32 [N, D].
        labels: N ids of the tree.
        seed: of everything random.
        weights: float64 [N], or None for ones; the balance of classes multiplies them.

    Raises:
        ValueError: if there is no example.
    """
    weights = np.ones(len(labels)) if weights is None else weights
    allowed = np.array([[DEFAULT_TAXONOMY.is_below(leaf, label) for leaf in FINE] for label in labels], dtype=bool)
    if not len(allowed):
        raise ValueError("no examples to learn from")
    certain = allowed.sum(axis=1) == 1
    shares = allowed.astype(np.float64)
    if certain.any() and not certain.all():
        first = OnTree(make("logistic", seed).fit(features[certain], allowed[certain].argmax(1), weights[certain]))
        guess = first.probabilities(features[~certain]) * allowed[~certain]
        known = allowed[certain].any(axis=0)
        blind = ~(allowed[~certain] & known).any(axis=1)
        shares[~certain] = np.where(blind[:, None], shares[~certain], guess)
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1e-30)
    shares[shares < _LEAST_SHARE * (shares.max(axis=1, keepdims=True) > 2 * _LEAST_SHARE)] = 0
    shares /= shares.sum(axis=1, keepdims=True)
    rows, leaves = np.nonzero(shares)
    fitted = make(name, seed).fit(features[rows], leaves, weights[rows] * shares[rows, leaves])
    return OnTree(fitted)


def _forest(seed: int) -> _Estimator:
    model: _Estimator = RandomForestClassifier(200, min_samples_leaf=2, max_features="sqrt", random_state=seed)
    return model


def _boosting(seed: int) -> _Estimator:
    model: _Estimator = HistGradientBoostingClassifier(
        learning_rate=0.12,
        max_iter=80,
        max_leaf_nodes=8,
        min_samples_leaf=10,
        l2_regularization=1.0,
        max_features=0.15,
        max_bins=63,
        early_stopping=False,
        random_state=seed,
    )
    return model


def _svm_linear(seed: int) -> _Estimator:
    model: _Estimator = LinearSVC(C=0.002, dual=False, tol=1e-3, max_iter=300, random_state=seed)
    return model


def _svm_poly(seed: int) -> _Estimator:
    model: _Estimator = SVC(kernel="poly", degree=3, coef0=1.0, C=0.3, cache_size=400, random_state=seed)
    return model


def _logistic(seed: int) -> _Estimator:
    model: _Estimator = LogisticRegression(C=0.01, max_iter=300, tol=1e-3, random_state=seed)
    return model


def _mlp(seed: int) -> _Estimator:
    model: _Estimator = MLPClassifier((128,), alpha=1.0, max_iter=60, random_state=seed)
    return model


_MAKERS: Mapping[Name, Callable[[int], _Estimator]] = {
    "forest": _forest,
    "boosting": _boosting,
    "svm-linear": _svm_linear,
    "svm-poly": _svm_poly,
    "logistic": _logistic,
    "mlp": _mlp,
}


def _balance(y: Int64, weights: Float64) -> Float64:
    """Factor of each row with which all classes weigh alike, at most HEAVIEST times the mean row's."""
    _, index = np.unique(y, return_inverse=True)
    total = np.bincount(index, weights=weights)
    factor = weights.sum() / len(total) / np.maximum(total, 1e-12)
    return np.asarray(np.minimum(HEAVIEST, factor[index]), dtype=np.float64)


def _held_out(y: Int64, seed: int) -> NDArray[np.bool_]:
    """A fifth of the rows of each class that has five or more."""
    rng = np.random.default_rng(seed)
    held = np.zeros(len(y), bool)
    for k in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == k))
        held[rows[: int(_HELD * len(rows))]] = True
    return held


def _temperature(margins: Float64, truth: Int64) -> float:
    """The divisor of margins float64 [N, K] with the least cross-entropy."""
    tried = np.exp(np.linspace(np.log(0.02), np.log(5.0), 80))
    rows = np.arange(len(truth))
    losses = [-np.log(_softmax(margins / t)[rows, truth] + 1e-12).mean() for t in tried]
    return float(tried[int(np.argmin(losses))])


def _softmax(z: Float64) -> Float64:
    p = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(p / p.sum(axis=1, keepdims=True), dtype=np.float64)
