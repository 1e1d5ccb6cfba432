"""Every example of docs/python.md and of the README runs, each by itself."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from tests import EXAMPLES, ROOT


def blocks(page):
    return re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.M | re.S)


class Documents(unittest.TestCase):
    def test_examples(self):
        found = [(page, code) for page in ("docs/python.md", "python/README.md") for code in blocks(page)]
        self.assertGreaterEqual(len(found), 10)
        for page, code in found:
            with self.subTest(f"{page}: {code.splitlines()[1]}"), tempfile.TemporaryDirectory() as folder:
                shutil.copytree(EXAMPLES, Path(folder) / "examples", ignore=shutil.ignore_patterns("*.go", "library"))
                done = subprocess.run([sys.executable, "-c", code], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT / "python")},
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
                missing = re.search(r"No module named '(torch|scipy)'", done.stdout)
                if missing:
                    self.skipTest(f"{missing.group(1)} is not installed")
                self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()
