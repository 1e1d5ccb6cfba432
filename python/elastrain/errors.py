"""What goes wrong, in the words of the program."""

from __future__ import annotations

from typing import Any, Dict, List, Optional


class ElastrainError(Exception):
    """An error of the program: its message is the one of the command line, with line and caret.

    ``code`` (such as ``E0312``; ``elastrain explain E0312`` says more), ``message``, ``help`` (the way out) and
    ``places``: a dict for each place in a file, with ``file``, ``line``, ``column``, ``width``, ``key``, ``message``.
    ``exit_code`` is that of the command line: 2 bad file or usage, 3 mechanics, 5 storage.
    """

    def __init__(self, failure: Dict[str, Any], text: str = "") -> None:
        self.code: str = failure.get("code", "")
        self.message: str = failure.get("message", "")
        self.help: str = failure.get("help", "")
        self.exit_code: int = failure.get("exit_code", 1)
        self.places: List[Dict[str, Any]] = failure.get("places") or []
        self.text: str = failure.get("text", "") or text or self.message
        super().__init__(self.text.rstrip())

    def __reduce__(self) -> Any:
        return type(self), ({"code": self.code, "message": self.message, "help": self.help, "exit_code": self.exit_code,
                             "places": self.places, "text": self.text},)

    def _first(self, key: str) -> Any:
        return self.places[0].get(key) if self.places else None

    @property
    def file(self) -> Optional[str]:
        """The file at fault, where there is one."""
        return self._first("file")

    @property
    def line(self) -> Optional[int]:
        """Its line, from 1."""
        return self._first("line")

    @property
    def column(self) -> Optional[int]:
        """The column of the caret, from 1."""
        return self._first("column")


class BinaryNotFound(ElastrainError):
    """The program itself is missing, or does not run."""


class PipeError(ElastrainError):
    """The program ended, or answered what nobody understands."""
