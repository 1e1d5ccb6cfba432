# Writes the files of this directory: python3 golden.py (made with NumPy 1.24.2).
import struct
import numpy as np

nan = struct.unpack("<d", struct.pack("<Q", 0x7FF800000000BEEF))[0]
arrays = {
    "positions": np.arange(8, dtype="<f8").reshape(4, 2) / 3,
    "bonds": np.array([[1, 2], [2, 3], [3, 4], [-(2**31), 2**31 - 1]], "<i4"),
    "counts": np.array([0, -1, 2**63 - 1, -(2**63)], "<i8"),
    "bytes": np.array([[0, 1, 2], [3, 254, 255]], "|u1"),
    "held": (np.arange(8) % 3 == 0).reshape(2, 2, 2),
    "special": np.array([np.inf, -np.inf, -0.0, 5e-324, nan]),
    "scalar": np.array(0.1),
    "empty": np.zeros((0, 3)),
    "fortran": np.asfortranarray(np.arange(24, dtype="<f8").reshape(2, 3, 4)),
    "fortran_bonds": np.asfortranarray(np.arange(6, dtype="<i4").reshape(2, 3)),
    "fortran_counts": np.asfortranarray(np.arange(6, dtype="<i8").reshape(2, 3)),
    "fortran_bytes": np.asfortranarray(np.arange(6, dtype="|u1").reshape(2, 3)),
    "fortran_held": np.asfortranarray(np.arange(6).reshape(2, 3) % 2 == 1),
    "single": np.array([0.1, -2.5], "<f4"),
    "Größe θ": np.array([1.0]),
    "many": np.arange(10000, dtype="<f8"),
}
small = {k: v for k, v in arrays.items() if k != "many"}
np.savez("savez.npz", **small)
np.savez_compressed("savez_compressed.npz", **arrays)
np.savez("objects.npz", a=np.array([{}, None]))
np.savez("text.npz", a=np.array(["iris", "wine"]))
np.savez("bigendian.npz", a=np.array([1.0], ">f8"))
np.savez("complex.npz", a=np.array([1j]))
np.savez("records.npz", a=np.zeros(2, [("x", "<f8"), ("y", "<i4")]))
with open("version2.npy", "wb") as f:
    np.lib.format.write_array(f, np.array([[1.5, 2.5]]), version=(2, 0))
