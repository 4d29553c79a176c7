"""Makes src/evaluation/fixtures/statistics.json: what pandas' describe says of a few columns.

Needs pandas and NumPy: python -m venv /tmp/venv && /tmp/venv/bin/pip install pandas
Run from the repository's root: /tmp/venv/bin/python scripts/goldens/evaluation-statistics.py
"""
import json
import math
import pathlib

import numpy
import pandas

random = numpy.random.default_rng(7)
columns = {
    "Dice of twenty subjects": random.beta(8, 2, 20).round(3).tolist(),
    "a column with missing values": [0.91, math.nan, 0.75, 0.88, math.nan, 0.6, 0.99],
    "two values": [1.5, 4.25],
    "one value": [0.5],
    "no value": [math.nan, math.nan],
    "large numbers that lie close": [1e6 + 0.1, 1e6 + 0.2, 1e6 + 0.35],
}


def plain(value):
    value = float(value)
    return None if math.isnan(value) else value


cases = []
for name, values in columns.items():
    series = pandas.Series(values, dtype=float)
    described = series.describe()
    cases.append({
        "name": name,
        "values": [plain(value) for value in values],
        "expected": {
            "count": int(described["count"]),
            "mean": plain(described["mean"]),
            "std": plain(described["std"]),
            "min": plain(described["min"]),
            "q25": plain(described["25%"]),
            "median": plain(described["50%"]),
            "q75": plain(described["75%"]),
            "max": plain(described["max"]),
        },
    })
target = pathlib.Path("src/evaluation/fixtures/statistics.json")
target.parent.mkdir(exist_ok=True)
target.write_text(json.dumps({"pandas": pandas.__version__, "cases": cases}, indent=1) + "\n")
