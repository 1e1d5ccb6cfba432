#!/usr/bin/env python3
"""A simulated bench as a driver of Elastrain: node 3 hangs from nodes 1 and 2 by two bars at a right angle.
Put your actuators where the state changes and your camera into measure. All numbers are in m, N, s and N/m."""
import json, math, sys, threading, time

OWN = {"force": 0.5, "total_force": 0.8, "rate": 50, "stiffness": [10, 1000], "stiffness_step": 500}
CARD = {"protocol": 1, "name": "two bars", "version": "1", "dim": 2, "nodes": 3, "elements": 2, "stiffens": True, "limits": OWN,
        "units": {"length": "m", "force": "N", "time": "s", "stiffness": "N/m"}, "watchdog": 3}
state = {"k": [100.0, 100.0], "f": [0.0, 0.0], "limits": None, "last": -math.inf}


class No(Exception):
    """No(code, message) answers a request that is not carried out; then nothing has moved."""


def safe():
    state.update(f=[0.0, 0.0], limits=None)  # unloaded and not armed


def answer(verb, r):
    now, limits = time.monotonic(), state["limits"]
    if verb == "hello":
        return CARD
    if verb == "safe":
        safe()
    elif verb == "arm":
        want = {**OWN, **r["limits"]}
        (low, high), (least, most) = want["stiffness"], OWN["stiffness"]
        if low < least or high > most or any(want[n] > OWN[n] for n in OWN if n != "stiffness"):
            raise No("refused", "these limits are wider than the bench's own")
        state["limits"] = want
    elif verb != "ping" and not limits:
        raise No("not_armed", "arm the bench first")
    elif verb == "load":
        sizes = [math.hypot(*force["f"]) for force in r["forces"]]
        if max(sizes, default=0) > limits["force"] or sum(sizes) > limits["total_force"]:
            raise No("refused", f"loads of {sizes} N are more than this bench bears")
        if sizes and now - state["last"] < 1 / limits["rate"]:
            raise No("refused", f"a load comes {now - state['last']:.3g} s after the last one, too early")
        state.update(last=now if sizes else state["last"], f=next((x["f"] for x in r["forces"] if x["node"] == 3), [0.0, 0.0]))
        return {"applied": now}
    elif verb == "measure":
        (fx, fy), (k1, k2) = state["f"], state["k"]
        a, b = (fx - fy) / 2 / k1, (fx + fy) / 2 / k2  # along the bars: u = a (1, -1) + b (1, 1)
        return {"frames": [{"at": time.monotonic(), "nodes": [[0, 0], [0.1, 0], [0.05 + a + b, -0.05 - a + b]]} for _ in range(r["repeats"])]}
    elif verb == "set_stiffness":
        (low, high), step = limits["stiffness"], limits["stiffness_step"]
        if not all(low <= new <= high and abs(new - old) <= step for new, old in zip(r["k"], state["k"])):
            raise No("refused", f"stiffnesses must be {low} to {high} N/m and change by {step} N/m at most")
        state["k"] = r["k"]
    return {}


def serve(write=lambda line: print(line, flush=True)):
    watchdog = threading.Timer(0, safe)
    try:
        for line in sys.stdin:
            watchdog.cancel()
            r = json.loads(line)
            try:
                out = answer(r["verb"], r)
            except No as no:
                out = {"error": {"code": no.args[0], "message": no.args[1]}}
            write(json.dumps({"id": r["id"], **out}))
            watchdog = threading.Timer(CARD["watchdog"], safe)  # the host has fallen silent
            watchdog.daemon = True
            watchdog.start()
    finally:
        safe()  # the host is gone, or this program is at its end


if __name__ == "__main__":
    serve()
