#!/usr/bin/env python3
"""Opens a file that `elastrain export` wrote with a program that others wrote: open-export.py READER FILE.

Exit code 0: it was read and holds what it should; 1: it was not; 77: the reader is not installed.
"""
import sys


def vtk(path):
    from vtkmodules.vtkIOXML import vtkXMLUnstructuredGridReader
    errors = []
    reader = vtkXMLUnstructuredGridReader()
    reader.AddObserver("ErrorEvent", lambda *_: errors.append(1))
    reader.SetFileName(path)
    reader.Update()
    grid = reader.GetOutput()
    names = [grid.GetPointData().GetArrayName(i) for i in range(grid.GetPointData().GetNumberOfArrays())]
    assert not errors and not reader.GetErrorCode() and grid.GetNumberOfCells() > 0
    assert "displacement" in names, names


def meshio(path):
    import contextlib
    import io
    import meshio
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        mesh = meshio.read(path)
    assert len(mesh.points) > 0 and sum(len(c.data) for c in mesh.cells) > 0
    assert "orrupt" not in said.getvalue() and "cannot handle" not in said.getvalue(), said.getvalue()


def pvd(path):
    import os
    from xml.etree import ElementTree
    sets = list(ElementTree.parse(path).getroot().iter("DataSet"))
    assert sets
    for one in sets:
        vtk(os.path.join(os.path.dirname(path), one.get("file")))


def balance(d, C):
    """The network is in balance: C^T t is the load at every place that may move."""
    import numpy as np
    if np.ravel(d["finite_deformation"])[0]:
        return  # C is that of the network as built
    words = [str(w) for w in d["components"]]
    node, word = d["C_column_node"].astype(int), d["C_column_component"].astype(int)
    force, load = np.atleast_2d(d["force"]), d["load"]
    for t, f in zip(force, load):
        left = C.T @ t
        for c in range(C.shape[1]):
            name = words[word[c] - 1]
            if node[c] > 0 and name in ("x", "y", "z"):
                left[c] -= f[node[c] - 1, "xyz".index(name)]
            else:
                left[c] = 0
        assert abs(left).max() <= 1e-9 * abs(t).max() + 1e-15, (abs(left).max(), abs(t).max())


def numpy(path):
    import numpy as np
    d = np.load(path, allow_pickle=False)
    d = {k: d[k] for k in d.files}
    assert len(d["positions"]) > 0
    try:
        import scipy.sparse as sp
    except ImportError:
        return
    balance(d, sp.coo_array((d["C_value"], (d["C_row"], d["C_column"])), shape=tuple(d["C_shape"])).tocsr())


def scipy(path):
    import numpy as np
    from scipy.io import loadmat
    m = loadmat(path)
    d = {k: v for k, v in m.items() if not k.startswith("__")}
    d["components"] = [c[0] for c in np.ravel(d["components"])]
    for k in ("C_column_node", "C_column_component"):
        d[k] = np.ravel(d[k])
    balance(d, d["C"].tocsr())


def same(path):
    """A .mat and a .npz file of the same name hold the same numbers."""
    import numpy as np
    from scipy.io import loadmat
    m, d = loadmat(path), np.load(path[:-4] + ".npz", allow_pickle=False)
    compared = 0
    for k in d.files:
        if k in m and d[k].dtype.kind in "fiub":
            a, b = np.asarray(m[k], float), np.asarray(d[k], float)
            assert np.array_equal(a.reshape(b.shape) if a.size == b.size and b.ndim < 2 else a, b, equal_nan=True), k
            compared += 1
        elif k in m and d[k].dtype.kind == "U":
            assert [str(c[0]) if len(c) else "" for c in np.ravel(m[k])] == list(np.ravel(d[k])), k
            compared += 1
    assert compared > 20


def networkx(path):
    import networkx as nx
    g = nx.read_graphml(path)
    assert g.number_of_nodes() > 1 and g.number_of_edges() > 0
    assert all("x" in data for _, data in g.nodes(data=True))


def gltf(path):
    """Reads what the specification of glTF 2.0 says of a binary file, accessor by accessor."""
    import json
    import struct
    data = open(path, "rb").read()
    magic, version, length = struct.unpack("<III", data[:12])
    assert magic == 0x46546C67 and version == 2 and length == len(data)
    size, kind = struct.unpack("<II", data[12:20])
    assert kind == 0x4E4F534A and size % 4 == 0
    doc = json.loads(data[20:20 + size])
    at = 20 + size
    size, kind = struct.unpack("<II", data[at:at + 8])
    assert kind == 0x004E4942 and size % 4 == 0 and at + 8 + size == length
    binary = data[at + 8:]
    assert doc["asset"]["version"] == "2.0" and doc["buffers"][0]["byteLength"] <= len(binary)

    def accessor(number):
        a = doc["accessors"][number]
        v = doc["bufferViews"][a["bufferView"]]
        parts = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}[a["type"]]
        letter, wide = {5126: ("f", 4), 5125: ("I", 4), 5123: ("H", 2)}[a["componentType"]]
        start = v.get("byteOffset", 0) + a.get("byteOffset", 0)
        assert start % wide == 0 and a["count"] * parts * wide <= v["byteLength"]
        flat = struct.unpack_from("<%d%s" % (a["count"] * parts, letter), binary, start)
        for part in range(parts if "min" in a else 0):
            column = flat[part::parts]
            assert min(column) == a["min"][part] and max(column) == a["max"][part]
        return [flat[i:i + parts] for i in range(0, len(flat), parts)]

    primitives = [p for m in doc["meshes"] for p in m["primitives"]]
    assert primitives
    for p in primitives:
        points = accessor(p["attributes"]["POSITION"])
        assert max(i for (i,) in accessor(p["indices"])) < len(points)
        for target in p.get("targets", []):
            assert len(accessor(target["POSITION"])) == len(points)
    for mesh in doc["meshes"]:
        for p in mesh["primitives"]:
            assert len(mesh.get("weights", [])) == len(p.get("targets", []))


def states(path):
    """Places and displacements of the .npz file beside a file of results."""
    import os
    import numpy as np
    d = np.load(os.path.splitext(path)[0] + ".npz", allow_pickle=False)
    x, u = np.zeros((len(d["positions"]), 3)), np.zeros((len(d["positions"]), 3))
    x[:, :d["positions"].shape[1]], u[:, :d["positions"].shape[1]] = d["positions"], d["displacement"][0]
    return x, u


def ccx(path):
    """Displacements that CalculiX printed (.dat) are ours; it prints 7 digits."""
    import numpy as np
    x, u = states(path)
    rows = [line.split() for line in open(path).read().split("displacements")[1].splitlines()[2:]]
    got = np.array([[float(v) for v in r[1:4]] for r in rows[:len(x)]])
    assert abs(got - u).max() <= 1e-6 * abs(u).max(), abs(got - u).max()


def lammps(path):
    """Places that LAMMPS found (.dump) are ours but for what finite displacements change: 10 % here."""
    import numpy as np
    x, u = states(path)
    rows = open(path).read().split("ITEM: ATOMS")[1].splitlines()[1:]
    got = np.array([[float(v) for v in r.split()[2:5]] for r in rows[:len(x)]]) - x
    assert abs(got - u).max() <= 0.1 * abs(u).max(), (abs(got - u).max(), abs(u).max())


def pandas(path):
    import pandas as pd
    import glob
    import os
    tables = {f: pd.read_csv(f) for f in glob.glob(os.path.splitext(path)[0] + "-*.csv")}
    assert len(tables) >= 5
    for name, t in tables.items():
        assert len(t) > 0 and not any(str(c).startswith("Unnamed") for c in t.columns), name


def tfevents(path):
    """Frames with whole sums, each a message that protoc can take apart; the first says the version, others have curves."""
    import struct
    import subprocess
    table = []
    for i in range(256):
        for _ in range(8):
            i = i >> 1 ^ (0x82F63B78 if i & 1 else 0)
        table.append(i)

    def masked(text):
        crc = 0xFFFFFFFF
        for b in text:
            crc = crc >> 8 ^ table[(crc ^ b) & 255]
        crc ^= 0xFFFFFFFF
        return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF

    data, said = open(path, "rb").read(), []
    while data:
        n, sum_of_n = struct.unpack("<QI", data[:12])
        assert masked(data[:8]) == sum_of_n
        message = data[12:12 + n]
        assert (masked(message),) == struct.unpack("<I", data[12 + n:16 + n])
        said.append(subprocess.run(["protoc", "--decode_raw"], input=message, capture_output=True, check=True).stdout.decode())
        data = data[16 + n:]
    assert "brain.Event:2" in said[0] and sum("loss/training" in s for s in said) > 1


if __name__ == "__main__":
    try:
        globals()[sys.argv[1]](sys.argv[2])
    except ImportError as e:
        print(e, file=sys.stderr)
        sys.exit(77)
    except Exception as e:
        print("%s: %r" % (sys.argv[2], e), file=sys.stderr)
        sys.exit(1)
