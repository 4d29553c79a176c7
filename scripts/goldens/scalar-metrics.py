"""Metrics of classification and regression by scikit-learn, for src/evaluation/scalar/metrics.test.ts.

    pip install scikit-learn==1.9.1 scipy==1.17.1
    python scripts/goldens/scalar-metrics.py src/evaluation/scalar/fixtures/metrics.json
"""

import json
import sys

import numpy as np
import sklearn
from scipy.optimize import minimize_scalar
from scipy.special import expit, logit, softmax
from sklearn import metrics
from sklearn.calibration import calibration_curve

rng = np.random.default_rng(0)


def classification(labels, outputs):
    labels, outputs = np.asarray(labels), np.asarray(outputs)
    predicted = outputs >= 0.5
    return {
        "labels": labels.tolist(),
        "outputs": outputs.tolist(),
        "area_under_roc_curve": metrics.roc_auc_score(labels, outputs) if len(set(labels.tolist())) == 2 else None,
        "area_under_pr_curve": metrics.average_precision_score(labels, outputs) if labels.any() else None,
        "accuracy_at_threshold_05": metrics.accuracy_score(labels, predicted),
        "sensitivity_at_threshold_05": metrics.recall_score(labels, predicted) if labels.any() else None,
        "specificity_at_threshold_05": metrics.recall_score(1 - labels, ~predicted) if not labels.all() else None,
        "f1_at_threshold_05": metrics.f1_score(labels, predicted) if labels.any() or predicted.any() else None,
        "cross_entropy": metrics.log_loss(labels, np.clip(outputs, 1e-7, 1 - 1e-7), labels=[0, 1]),
    }


def regression(labels, outputs):
    return {
        "labels": labels.tolist(),
        "outputs": outputs.tolist(),
        "mean_absolute_error": metrics.mean_absolute_error(labels, outputs),
        "mean_squared_error": metrics.mean_squared_error(labels, outputs),
        "r2_score": metrics.r2_score(labels, outputs),
        "explained_variance": metrics.explained_variance_score(labels, outputs),
    }


def calibration(labels, outputs):
    edges = np.linspace(0, 1, 16)
    frequency, posterior = calibration_curve(labels, outputs, n_bins=15, strategy="uniform")
    bins = np.clip(np.searchsorted(edges[1:-1], outputs, side="left"), 0, 14)
    counts = np.bincount(bins, minlength=15)
    counts = counts[counts > 0]
    fitted = minimize_scalar(
        lambda t: metrics.log_loss(labels, expit(logit(outputs) / np.exp(t))), bounds=(-3, 3), method="bounded",
        options={"xatol": 1e-9})
    return {
        "labels": labels.tolist(), "outputs": outputs.tolist(), "posterior": posterior.tolist(),
        "frequency": frequency.tolist(), "counts": counts.tolist(),
        "error": float(np.sum(counts / counts.sum() * np.abs(frequency - posterior))),
        "temperature": float(np.exp(fitted.x)),
    }


def exclusive(labels, logits):
    outputs = softmax(logits, axis=1)
    predicted = outputs.argmax(1)
    fitted = minimize_scalar(
        lambda t: metrics.log_loss(labels, softmax(logits / np.exp(t), axis=1), labels=[0, 1, 2]), bounds=(-3, 3),
        method="bounded", options={"xatol": 1e-9})
    hot = np.eye(3)[labels]
    return {
        "labels": labels.tolist(), "outputs": outputs.tolist(),
        "accuracy": metrics.accuracy_score(labels, predicted),
        "confusion": metrics.confusion_matrix(labels, predicted, labels=[0, 1, 2]).tolist(),
        "macro_roc": metrics.roc_auc_score(hot, outputs, average="macro"),
        "micro_roc": metrics.roc_auc_score(hot, outputs, average="micro"),
        "macro_pr": metrics.average_precision_score(hot, outputs, average="macro"),
        "micro_pr": metrics.average_precision_score(hot, outputs, average="micro"),
        "macro_f1": metrics.f1_score(hot, outputs >= 0.5, average="macro"),
        "micro_f1": metrics.f1_score(hot, outputs >= 0.5, average="micro"),
        "temperature": float(np.exp(fitted.x)),
    }


cases = [classification(rng.integers(0, 2, n), np.clip(rng.normal(0.5, 0.3, n), 0, 1)) for n in (5, 20, 200)]
# Ties.
cases += [classification(rng.integers(0, 2, 60), rng.integers(0, 5, 60) / 4) for _ in range(3)]
# One class only.
cases += [classification(np.ones(8, int), rng.random(8)), classification(np.zeros(8, int), rng.random(8))]
labels = [rng.normal(1500, 250, n) for n in (3, 40)]
overconfident = []
for size, factor in ((200, 3.0), (500, 0.4)):
    truth = rng.normal(0, 1.5, size)
    overconfident.append(((rng.random(size) < expit(truth)).astype(int), expit(truth * factor)))
result = {
    "source": f"scikit-learn {sklearn.__version__}, scripts/goldens/scalar-metrics.py",
    "classification": cases,
    "calibration": [calibration(*sure) for sure in overconfident],
    "exclusive": [exclusive(kinds, 2.5 * (np.eye(3)[kinds] + rng.normal(0, 0.9, (len(kinds), 3)))) for kinds in
                  (rng.integers(0, 3, 60), np.repeat([0, 1, 2], [50, 20, 5]))],
    "regression": [regression(l, l * 0.8 + rng.normal(300, 120, len(l))) for l in labels],
}
with open(sys.argv[1], "w") as file:
    json.dump(result, file, indent=1)
