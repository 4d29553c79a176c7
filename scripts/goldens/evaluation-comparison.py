"""Makes src/evaluation/fixtures/comparison.json: what SciPy and statsmodels say of paired and of independent samples.

Needs them: python -m venv /tmp/venv && /tmp/venv/bin/pip install scipy==1.17.1 statsmodels pandas
Run from the repository's root: /tmp/venv/bin/python scripts/goldens/evaluation-comparison.py [metrics_hn.csv]
Without InnerEye's metrics_hn.csv what was made of it before is kept.
"""
import itertools
import json
import math
import pathlib
import sys
import warnings

import numpy
import pandas
import scipy
from scipy import stats
from statsmodels.stats.multitest import multipletests

warnings.simplefilter("ignore")
target = pathlib.Path("src/evaluation/fixtures/comparison.json")
before = json.loads(target.read_text()) if target.exists() else {}
random = numpy.random.default_rng(20)


def plain(value):
    value = float(value)
    return None if math.isnan(value) else value


def wilcoxon(differences):
    found = {}
    for zeros, method in itertools.product(["wilcox", "pratt", "zsplit"], ["auto", "exact", "asymptotic"]):
        result = stats.wilcoxon(differences, zero_method=zeros, method=method, correction=True)
        found[f"{zeros} {method}"] = [plain(result.statistic), plain(result.pvalue)]
    return found


def mann_whitney(first, second):
    found = {}
    for method in ["auto", "exact", "asymptotic"]:
        result = stats.mannwhitneyu(first, second, method=method)
        found[method] = [plain(result.statistic), plain(result.pvalue)]
    return found


def draw(kind, count):
    values = random.normal(0.3, 1, count)
    if kind == "ties and zeros":
        return (values.round(0) / 4).tolist()
    if kind == "ties":
        return (numpy.sign(values) * (abs(values).round(0) + 1) / 4).tolist()
    return values.round(6).tolist()


def bootstrap(count):
    data = random.gamma(2, 1, count).round(6)
    done = stats.bootstrap((data,), numpy.mean, n_resamples=499, method="BCa", rng=random)
    low, high = done.confidence_interval
    many = stats.bootstrap((data,), numpy.mean, n_resamples=99999, method="BCa", rng=random)
    return {
        "values": data.tolist(),
        "replicates": done.bootstrap_distribution.tolist(),
        "interval": [low, high],
        "intervalOfMany": list(many.confidence_interval),
    }


def head_and_neck(file):
    table = pandas.read_csv(file)
    found = []
    names = sorted(table.Structure.unique())
    for left in (name for name in names if name.endswith("_l") and name[:-1] + "r" in names):
        right = left[:-1] + "r"
        for column in ["Dice", "HausdorffDistance_mm", "MeanDistance_mm"]:
            both = table.pivot(index="Patient", columns="Structure", values=column)[[left, right]].dropna()
            a, b = both[left].tolist(), both[right].tolist()
            # Rounded, or 0.9 - 0.8 and 0.8 - 0.7 would not be tied.
            differences = [round(x - y, 6) for x, y in zip(a, b)]
            found.append({
                "column": column, "pair": [left, right], "pairs": len(a),
                "wilcoxon": wilcoxon(differences), "mannWhitney": mann_whitney(a, b),
            })
    return found


kinds = ["plain", "ties", "ties and zeros"]
samples = [(kind, count, draw(kind, count)) for kind in kinds for count in range(3, 31)]
samples += [("plain", count, draw("plain", count)) for count in (50, 51, 80)]
samples += [("no difference", 4, [0.0] * 4), ("all alike", 6, [0.25] * 6)]
groups = [(draw(kind, n), draw(kind, m)) for kind in kinds for n, m in
          [(3, 3), (3, 5), (4, 9), (5, 30), (8, 8), (8, 20), (9, 9), (12, 17), (30, 30)]]
ps = [random.uniform(0, 0.1, count).round(4).tolist() for count in (1, 2, 5, 12)]
quantiles = [1e-300, 1e-12, 0.001, 0.025, 0.2, 0.5, 0.7, 0.975, 1 - 1e-9]
tails = [-8, -3, -0.5, 0, 0.1, 1, 1.959963984540054, 2.9, 3.1, 5, 8, 20, 37]
paired = random.normal(0.5, 1, 12).round(4)
result = {
    "scipy": scipy.__version__,
    "wilcoxon": [{"kind": kind, "count": count, "differences": values, "expected": wilcoxon(values)}
                 for kind, count, values in samples],
    "mannWhitney": [{"first": a, "second": b, "expected": mann_whitney(a, b)} for a, b in groups],
    "holm": [{"ps": p, "expected": multipletests(p, method="holm")[1].tolist()} for p in ps],
    "normalTail": [[z, stats.norm.sf(z)] for z in tails],
    "normalQuantile": [[share, stats.norm.ppf(share)] for share in quantiles],
    "bootstrap": [bootstrap(count) for count in (8, 15, 30)],
    # t = d √n for paired samples.
    "cohensD": {"differences": paired.tolist(),
                "expected": stats.ttest_1samp(paired, 0).statistic / math.sqrt(len(paired))},
    # Somers' D of a two-valued variable is Cliff's delta.
    "cliffsDelta": [{"first": a, "second": b,
                     "expected": -stats.somersd([0] * len(a) + [1] * len(b), a + b).statistic}
                    for a, b in groups[:3] + groups[-2:]],
    "headAndNeck": head_and_neck(sys.argv[1]) if len(sys.argv) > 1 else before["headAndNeck"],
}


def compact(value):
    """Floats are written as short as they can be read back."""
    return json.dumps(value, separators=(",", ":"))


lines = []
for key, value in result.items():
    if isinstance(value, list):
        lines.append(f"{compact(key)}:[\n" + ",\n".join(map(compact, value)) + "\n]")
    else:
        lines.append(f"{compact(key)}:{compact(value)}")
target.write_text("{\n" + ",\n".join(lines) + "\n}\n")
