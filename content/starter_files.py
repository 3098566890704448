"""Reads content/starter/: TOML files, and Markdown with TOML between `+++` lines. It knows nothing of the database."""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STARTER = Path(__file__).parent / "starter"
FENCE = "+++"

#: For each data file: the kind of its entries, the name of its tables, and the field that identifies an entry.
TABLES = (
    ("sections.toml", "section", "slug"),
    ("sources.toml", "source", "key"),
    ("glossary.toml", "term", "term"),
    ("support_lines.toml", "line", "key"),
)


class StarterError(Exception):
    """A starter file that cannot be used; the message names the file, the line and the reason."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path.name}, line {line}: {reason}")


@dataclass(frozen=True)
class Entry:
    """One thing to load: its kind, the key that identifies it, its data, and the file it came from."""

    kind: str
    key: str
    data: dict[str, Any]
    path: Path

    @property
    def digest(self) -> str:
        """A digest of the data, which changes whenever the file says something else."""
        return digest(self.data)

    def error(self, about: str, reason: str) -> StarterError:
        """Return the error for this entry, at the line that mentions `about` (the first line where none does)."""
        return StarterError(self.path, line_of(_text(self.path), f'"{self.key}"', about), reason)


def digest(data: Any) -> str:
    """Return a digest of plain data, the same for the same data whatever the order of its keys."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()


def line_of(text: str, *landmarks: str) -> int:
    """Return the number of the line that mentions the last of `landmarks`, looked for from the one before it on."""
    position = 0
    for landmark in landmarks:
        found = text.find(landmark, position)
        position = found if found >= 0 else position
    return text.count("\n", 0, position) + 1


def read(folder: Path = STARTER) -> list[Entry]:
    """Return every entry of `folder`, in the order in which they depend on each other.

    Raises:
        StarterError: for the first file that is malformed.
    """
    entries = [entry for name, kind, key in TABLES for entry in _read_table(folder / name, kind, key)]
    entries += [_read_article(path, section) for path, section in _article_paths(folder)]
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        if (entry.kind, entry.key) in seen:
            raise entry.error(entry.key, f"there are two of {entry.kind} {entry.key!r}")
        seen.add((entry.kind, entry.key))
    return entries


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise StarterError(path, 1, f"the file cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise StarterError(path, line, "the file is not UTF-8 text") from error


def _article_paths(folder: Path) -> Iterator[tuple[Path, str | None]]:
    yield from ((path, None) for path in sorted(folder.glob("*.md")))
    yield from ((path, "site") for path in sorted((folder / "pages").glob("*.md")))


def _read_table(path: Path, kind: str, key: str) -> Iterator[Entry]:
    text = _text(path)
    data = _toml(path, text, first_line=1)
    for name, tables in data.items():
        if name != kind or not (isinstance(tables, list) and all(isinstance(table, dict) for table in tables)):
            raise StarterError(path, line_of(text, name), f"this file holds [[{kind}]] and nothing else")
    for table in data.get(kind, []):
        if key not in table:
            raise StarterError(path, line_of(text, next(iter(map(str, table.values())), "")), f"a [[{kind}]] without {key}")
        yield Entry(kind, str(table[key]), table, path)


def _read_article(path: Path, section: str | None) -> Entry:
    text = _text(path)
    if not text.startswith(FENCE + "\n"):
        raise StarterError(path, 1, "the file must start with a line of +++")
    front, fence, body = text.removeprefix(FENCE + "\n").partition(f"\n{FENCE}\n")
    if not fence:
        raise StarterError(path, text.count("\n"), "the front matter is not closed by a line of +++")
    data = _toml(path, front, first_line=2)
    data["body"] = body.removesuffix(f"{FENCE}\n").strip()
    if section:
        data["section"] = section
    for required in ("title", "summary", "section", "body"):
        if not data.get(required):
            raise StarterError(path, 1, f"{required} is missing")
    return Entry("article", path.stem, data, path)


def _toml(path: Path, text: str, *, first_line: int) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = int(at[1]) + first_line - 1 if at else first_line + text.count("\n")
        raise StarterError(path, line, str(error).partition(" (at ")[0]) from error
