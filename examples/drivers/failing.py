#!/usr/bin/env python3
"""The driver two_bars.py, failing on purpose as a measurement is answered:
    failing.py --fail silence|range|json|units|stale|die|slow [--state FILE] [--late SECONDS]
FILE always holds the state of the lattice, loaded or safe. Nothing that moves should ever run this."""
import argparse, json, os, sys, time

import two_bars

parser = argparse.ArgumentParser()
parser.add_argument("--fail", required=True, choices=["silence", "range", "json", "units", "stale", "die", "slow"])
parser.add_argument("--state", default=os.devnull)
parser.add_argument("--late", type=float, default=2, help="how late the slow one answers, in seconds")
how = parser.parse_args()
mute = False


def note():
    with open(how.state, "w") as file:
        file.write("loaded" if any(two_bars.state["f"]) else "safe")


def safe(sound=two_bars.safe):
    sound()
    note()


def write(line):
    global mute
    note()
    out = json.loads(line)
    if "watchdog" in out and how.fail == "units":
        out["units"] = {**out["units"], "length": "mm"}
    if "frames" in out:
        if how.fail == "silence":
            mute = True
        elif how.fail == "range":
            out["frames"][0]["nodes"][2] = [0.05, -1e6]
        elif how.fail == "json":
            out = None
            print('{"id": 4, "frames": [{"at":', flush=True)
        elif how.fail == "stale":
            out["frames"][0]["at"] = 0
        elif how.fail == "die":
            print("the driver dies on purpose", file=sys.stderr)
            sys.exit(3)
        elif how.fail == "slow":
            time.sleep(how.late)
    if out is not None and not mute:
        print(json.dumps(out), flush=True)


two_bars.safe = safe
two_bars.serve(write)
