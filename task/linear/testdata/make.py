#!/usr/bin/env python3
"""What scikit-learn fits to the built-in sets, so that the tests here need no Python: python3 make.py writes sklearn.json.

Rows whose number from 0 is a multiple of 3 are held out. Coefficients are of raw features and less their mean over the
classes (of two classes: minus and plus half the difference). Needs scikit-learn (made with 1.2.1)."""
import json
import os
import numpy as np
from sklearn import datasets
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression

HERE = os.path.dirname(os.path.abspath(__file__))
SETS = {"iris": datasets.load_iris, "wine": datasets.load_wine, "breast-cancer": datasets.load_breast_cancer, "digits": datasets.load_digits}


def centred(model, mean, sd):
    w, b = model.coef_ / sd, model.intercept_ - model.coef_ @ (mean / sd)
    if len(w) == 1:
        w, b = np.vstack([-w / 2, w / 2]), np.array([-b[0] / 2, b[0] / 2])
    return w - w.mean(axis=0), b - b.mean()


cases = []
for name, load in SETS.items():
    x, y = load(return_X_y=True)
    held = np.arange(len(y)) % 3 == 0
    a, b, c, d = x[~held], y[~held], x[held], y[held]
    sd = a.std(axis=0)
    sd[sd == 0] = 1
    mean = a.mean(axis=0)
    models = {"lda": (LinearDiscriminantAnalysis(), np.zeros_like(mean), np.ones_like(sd))}
    for strength in (0.1, 10.0):
        models[f"logistic {strength:g}"] = (LogisticRegression(C=strength, solver="newton-cg", tol=1e-9, max_iter=100000), mean, sd)
    for kind, (model, m, s) in models.items():
        model.fit((a - m) / s, b)
        w, bias = centred(model, m, s)
        cases.append({"data": name, "model": kind, "train_right": int((model.predict((a - m) / s) == b).sum()),
                      "test_right": int((model.predict((c - m) / s) == d).sum()),
                      # of digits only some, to keep the file small
                      "weights": [float(f"{v:.12g}") for v in (w if name != "digits" else w[:2]).ravel()], "bias": [float(f"{v:.12g}") for v in bias]})
        print(name, kind, cases[-1]["train_right"], cases[-1]["test_right"], len(d))
with open(os.path.join(HERE, "sklearn.json"), "w") as f:
    f.write("[\n" + ",\n".join(" " + json.dumps(c) for c in cases) + "\n]\n")
