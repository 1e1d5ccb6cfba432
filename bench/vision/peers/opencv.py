"""Reads the photographs of bench/vision with OpenCV, as a careful script would.

    python3 opencv.py DIR

Two ways to find marks: SimpleBlobDetector, and adaptive threshold with an ellipse
fitted to each outline. Then undistortPoints, findHomography on the frame's marks,
and the nearest mark within the same gate as ours. A photograph has no notion of a
frame for OpenCV: the marks of the frame are those nearest to where a person
clicked (tasks.json). Writes NAME.csv and NAME-photos.csv for each way. Debian:
python3-opencv.
"""

import csv
import json
import os
import sys
import time

import cv2
import numpy as np

cv2.setNumThreads(1)


def gate(nodes):
    d = np.linalg.norm(nodes[:, None] - nodes[None], axis=2)
    return 0.4 * d[d > 0].min()


def simple_blobs(grey, light, lo, hi):
    p = cv2.SimpleBlobDetector_Params()
    p.minThreshold, p.maxThreshold, p.thresholdStep = 20, 230, 10
    p.filterByColor, p.blobColor = True, 255 if light else 0
    p.filterByArea, p.minArea, p.maxArea = True, 0.785 * lo * lo, 0.785 * hi * hi
    p.filterByCircularity, p.minCircularity = True, 0.7
    p.filterByConvexity, p.minConvexity = True, 0.9
    p.filterByInertia, p.minInertiaRatio = True, 0.3
    p.minDistBetweenBlobs = lo
    found = cv2.SimpleBlobDetector_create(p).detect(grey)
    return np.array([k.pt for k in found]), np.array([k.size for k in found])


def ellipses(grey, light, lo, hi):
    block = int(2 * hi) | 1
    kind = cv2.THRESH_BINARY if light else cv2.THRESH_BINARY_INV
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    mask = cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, kind, block, -15 if light else 15)
    outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    at, size = [], []
    for o in outlines:
        area, length = cv2.contourArea(o), cv2.arcLength(o, True)
        if len(o) < 8 or not 0.785 * lo * lo < area < 0.785 * hi * hi or 12.566 * area < 0.7 * length * length:
            continue
        centre, axes, _ = cv2.fitEllipse(o)
        at.append(centre)
        size.append((axes[0] * axes[1]) ** 0.5)
    return np.array(at), np.array(size)


def undistort(points, lens):
    if lens is None or len(points) == 0:
        return points
    k = np.array([[lens["Fx"], 0, lens["Cx"]], [0, lens["Fy"], lens["Cy"]], [0, 0, 1]])
    d = np.array([lens[n] for n in ("K1", "K2", "P1", "P2", "K3")])
    return cv2.undistortPoints(points.reshape(-1, 1, 2).astype(np.float64), k, d, P=k).reshape(-1, 2)


def read(grey, task, find):
    layout = task["Layout"]
    frame = np.array([f["X"] for f in layout["Frame"]])
    nodes = np.array(layout["Nodes"])
    clicks = np.array(task["Clicks"])
    # What a mark measures in the picture, from the clicks.
    scale = np.linalg.norm(clicks[0] - clicks[2]) / np.linalg.norm(frame[0] - frame[2])
    node_size, frame_size = layout["MarkerDiameter"] * scale, layout["Frame"][0]["Diameter"] * scale
    at, size = find(grey, layout["Light"], 0.5 * node_size, 2 * frame_size)
    if len(at) < 4:
        return None, "too few marks"
    plane, pixel = [], []
    for x, click in zip(frame, clicks):
        d = np.linalg.norm(at - click, axis=1)
        if d.min() < 8:
            plane.append(x)
            pixel.append(at[d.argmin()])
    if len(plane) < 4:
        return None, "too few marks of the frame"
    h, _ = cv2.findHomography(undistort(np.array(pixel), task["Lens"]), np.array(plane))
    if h is None:
        return None, "no homography"
    x = cv2.perspectiveTransform(undistort(at, task["Lens"]).reshape(-1, 1, 2).astype(np.float64), h).reshape(-1, 2)
    usable = np.abs(size / node_size - 1) < 0.45
    near = gate(nodes)
    result = []
    for n in nodes:
        d = np.where(usable, np.linalg.norm(x - n, axis=1), np.inf)
        i = d.argmin()
        result.append(x[i] if d[i] < near else None)
    return result, ""


def main(folder):
    with open(os.path.join(folder, "tasks.json")) as f:
        tasks = json.load(f)
    for name, find in (("opencv-blobs", simple_blobs), ("opencv-ellipses", ellipses)):
        with open(os.path.join(folder, name + ".csv"), "w", newline="") as nodes_file, open(
            os.path.join(folder, name + "-photos.csv"), "w", newline=""
        ) as photos_file:
            nodes, photos = csv.writer(nodes_file), csv.writer(photos_file)
            nodes.writerow(["photo", "node", "seen", "x_m", "y_m", "sigma_m", "why"])
            photos.writerow(["photo", "ms", "refused"])
            for task in tasks:
                grey = cv2.imread(os.path.join(folder, task["Name"]), cv2.IMREAD_GRAYSCALE)
                began = time.perf_counter()
                found, why = read(grey, task, find)
                photos.writerow([task["Name"], "%.3f" % (1e3 * (time.perf_counter() - began)), why])
                for i, x in enumerate(found or []):
                    seen = x is not None
                    nodes.writerow([task["Name"], i + 1, str(seen).lower(), *(map(repr, map(float, x)) if seen else (0, 0)), 0, ""])


if __name__ == "__main__":
    main(sys.argv[1])
