"""Fits the two logistic models of ../loans/computations by iteratively reweighted least squares, on the loans marked for training.

    fit_loans.py FILE      prints each model's coefficients, rounded to four decimals for each unit of the fit, as they stand there

Only the rounded decimals are used anywhere; nothing at test time depends on the floating point here.
"""

import csv
import json
import sys
from math import exp

MODELS = {
    "default-odds": {
        "real_estate": lambda loan: float(loan["RealEstate"]),
        "portion": lambda loan: float(loan["SBA_Appv"]) / float(loan["GrAppv"]),
        "recession": lambda loan: float(loan["Recession"]),
    }
}
MODELS["default-odds-full"] = {
    **MODELS["default-odds"],
    "term": lambda loan: float(loan["Term"]) / 100,
    "employees": lambda loan: float(loan["NoEmp"]) / 100,
    "approved": lambda loan: float(loan["GrAppv"]) / 1_000_000,
}
#: What one unit of a feature is in the manifest, where that is not the unit of the fit.
SCALES = {"term": 100, "employees": 100, "approved": 1_000_000}


def solve(matrix, right):
    """Gaussian elimination with the largest pivot."""
    size = len(right)
    rows = [line[:] + [value] for line, value in zip(matrix, right)]
    for i in range(size):
        pivot = max(range(i, size), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(i + 1, size):
            factor = rows[k][i] / rows[i][i]
            rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i])]
    found = [0.0] * size
    for i in reversed(range(size)):
        found[i] = (rows[i][size] - sum(rows[i][k] * found[k] for k in range(i + 1, size))) / rows[i][i]
    return found


def fit(inputs, outcomes):
    """Newton's steps on the log-likelihood until they are smaller than any digit that is kept."""
    size = len(inputs[0])
    weights = [0.0] * size
    for _step in range(50):
        gradient = [0.0] * size
        hessian = [[0.0] * size for _ in range(size)]
        for x, y in zip(inputs, outcomes):
            p = 1 / (1 + exp(-sum(w * v for w, v in zip(weights, x))))
            for i in range(size):
                gradient[i] += (y - p) * x[i]
                for k in range(size):
                    hessian[i][k] += p * (1 - p) * x[i] * x[k]
        step = solve(hessian, gradient)
        weights = [w + s for w, s in zip(weights, step)]
        if max(map(abs, step)) < 1e-12:
            return weights
    raise ArithmeticError("the fit does not settle")


def main(path):
    with open(path, encoding="utf-8-sig", newline="") as source:
        training = [loan for loan in csv.DictReader(source) if loan["Selected"] == "1"]
    outcomes = [int(loan["Default"]) for loan in training]
    fitted = {}
    for name, features in MODELS.items():
        inputs = [[1.0] + [value(loan) for value in features.values()] for loan in training]
        intercept, *weights = fit(inputs, outcomes)
        scaled = {feature: round(weight, 4) for feature, weight in zip(features, weights)}
        fitted[name] = {"intercept": f"{intercept:.4f}"}
        for feature, weight in scaled.items():
            decimals = 4 + len(str(SCALES.get(feature, 1))) - 1
            fitted[name][feature] = f"{weight / SCALES.get(feature, 1):.{decimals}f}"
    json.dump(fitted, sys.stdout, indent=1)


main(*sys.argv[1:])
