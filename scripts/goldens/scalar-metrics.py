"""Metrics of classification and regression by scikit-learn, for src/evaluation/scalar/metrics.test.ts.

    pip install scikit-learn==1.9.1
    python scripts/goldens/scalar-metrics.py src/evaluation/scalar/fixtures/metrics.json
"""

import json
import sys

import numpy as np
import sklearn
from sklearn import metrics

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


cases = [classification(rng.integers(0, 2, n), np.clip(rng.normal(0.5, 0.3, n), 0, 1)) for n in (5, 20, 200)]
# Ties.
cases += [classification(rng.integers(0, 2, 60), rng.integers(0, 5, 60) / 4) for _ in range(3)]
# One class only.
cases += [classification(np.ones(8, int), rng.random(8)), classification(np.zeros(8, int), rng.random(8))]
labels = [rng.normal(1500, 250, n) for n in (3, 40)]
result = {
    "source": f"scikit-learn {sklearn.__version__}, scripts/goldens/scalar-metrics.py",
    "classification": cases,
    "regression": [regression(l, l * 0.8 + rng.normal(300, 120, len(l))) for l in labels],
}
with open(sys.argv[1], "w") as file:
    json.dump(result, file, indent=1)
