"""python3 -m unittest discover -s python -t python; scripts/check-python.sh runs them with a program that it builds."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
