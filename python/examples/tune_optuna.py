"""Optuna chooses rates and batches, `elastrain sweep --stdio` trains: study.ask and study.tell over a pipe.

    python3 tune_optuna.py iris.yaml learn.method=adam task.validation.share=30% task.loss=softmax
"""

import json
import subprocess
import sys

import optuna

sweep = subprocess.Popen(["elastrain", "sweep", *sys.argv[1:], "--stdio", "-q"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=1))
for _ in range(20):
    trial = study.ask()
    setting = {"learn.rate": trial.suggest_float("learn.rate", 1e-3, 1.0, log=True), "learn.batch": trial.suggest_int("learn.batch", 4, 64)}
    sweep.stdin.write(json.dumps({"id": trial.number, "set": setting, "epochs": 50}) + "\n")
    answer = json.loads(sweep.stdout.readline())
    if "error" in answer:
        study.tell(trial, state=optuna.trial.TrialState.FAIL)
    else:
        study.tell(trial, answer["validation_accuracy"])
sweep.stdin.close()  # it ends by itself
sweep.wait()
print(study.best_params, study.best_value)
