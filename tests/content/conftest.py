"""What several of the content tests start from."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.content.factories import make_user

SECTION = """
[[section]]
slug = "ketamine"
title = "Understanding ketamine"
menu_title = "Ketamine"
summary = "About ketamine."
"""


@dataclass
class StarterFolder:
    """A folder of starter files: one section and nothing else, until a test writes more."""

    path: Path

    def write(self, name: str, text: str) -> Path:
        file = self.path / name
        file.write_text(text, encoding="utf-8")
        return file


@pytest.fixture
def starter_folder(tmp_path):
    (tmp_path / "pages").mkdir()
    folder = StarterFolder(tmp_path)
    for name in ("sources.toml", "glossary.toml", "support_lines.toml"):
        folder.write(name, "")
    folder.write("sections.toml", SECTION)
    return folder


@pytest.fixture
def sign_in(client):
    """Return a function that signs the client in as somebody of a role, and returns them."""

    def enter(role):
        user = make_user(role)
        client.force_login(user)
        return user

    return enter
