"""write-import.py PROGRAM FILE [SOURCE]: one network of 40 nodes, written by a program of others; write-import.py compare NPZ RELATIVE [bare]:
whether what was read of it, as export wrote it, is that network; with bare without its stiffnesses. Ends with 77 where the program is not installed."""
import sys

try:
    import numpy as np
    import scipy.io
    from scipy.spatial import Delaunay
except ImportError as e:
    print(e)
    sys.exit(77)

random = np.random.default_rng(7)
xy = np.stack(np.meshgrid(np.arange(8.0), np.arange(5.0)), -1).reshape(-1, 2) + random.uniform(-0.3, 0.3, (40, 2))
pairs = {tuple(sorted((t[i], t[(i + 1) % 3]))) for t in Delaunay(xy).simplices.tolist() for i in range(3)}
bonds = np.array(sorted(pairs))
k = random.uniform(10, 100, len(bonds))


def edges(xy, bonds, k):
    """bonds by the places of their ends, so that numbers do not matter"""
    out = {}
    for i, (a, b) in enumerate(bonds):
        ends = sorted([tuple(np.round(xy[a], 6)), tuple(np.round(xy[b], 6))])
        out[tuple(ends)] = None if k is None else k[i]
    return out


def compare(path, relative, bare):
    d = np.load(path, allow_pickle=False)
    got = edges(d["positions"], d["elements"] - 1, None if bare else d["stiffness"])
    want = edges(xy, bonds, None if bare else k)
    assert got.keys() == want.keys(), f"{len(got)} bonds, want {len(want)}, {len(got.keys() & want.keys())} alike"
    assert bare or all(abs(got[e] - want[e]) <= relative * want[e] for e in want), "other stiffnesses"


def write(program, path, source=None):
    flat = np.column_stack([xy, np.zeros(len(xy))])
    if program.startswith("meshio"):
        import meshio

        mesh = meshio.Mesh(flat, [("line", bonds)])
        kind, _, form = program[7:].partition("-")
        mesh.write(path, file_format=kind, binary=form == "binary")
    elif program == "networkx-graphml" or program == "networkx-json":
        import json

        import networkx as nx

        g = nx.Graph()
        for i, (x, y) in enumerate(xy):
            g.add_node(i, x=float(x), y=float(y), wall=bool(y < 0.5))
        for (a, b), v in zip(bonds.tolist(), k):
            g.add_edge(a, b, stiffness=float(v))
        if program == "networkx-graphml":
            nx.write_graphml(g, path)
        else:
            json.dump(nx.node_link_data(g), open(path, "w"))
    elif program.startswith("ezdxf"):
        import ezdxf

        doc = ezdxf.new(program[6:])
        for a, b in bonds:
            doc.modelspace().add_line(xy[a], xy[b], dxfattribs={"layer": "struts"})
        doc.saveas(path)
    elif program == "scipy" or program == "scipy-compressed":
        scipy.io.savemat(path, {"nodes": xy, "bonds": bonds + 1, "k": k}, do_compression=program != "scipy")
    elif program == "numpy":
        np.savez_compressed(path, pos=xy, edges=bonds, k=k)
    elif program == "pandas":
        import pandas as pd

        pd.DataFrame({"X (m)": xy[:, 0], "Y (m)": xy[:, 1]}).to_csv(path + "-nodes.csv", sep=";", decimal=",")
        pd.DataFrame({"source": bonds[:, 0], "target": bonds[:, 1], "k (N/m)": k}).to_csv(path + "-bonds.csv", sep=";", decimal=",", encoding="utf-16")
    elif program == "abaqus":
        import meshio

        meshio.Mesh(flat, [("line", bonds)]).write(path, file_format="abaqus")
    else:
        sys.exit(f"no program {program}")


try:
    if sys.argv[1] == "compare":
        compare(sys.argv[2], float(sys.argv[3]), "bare" in sys.argv)
    else:
        write(*sys.argv[1:])
except ImportError as e:
    print(e)
    sys.exit(77)
