"""`make audit` never takes silence for safety."""

import subprocess

import pytest

from scripts import audit

NONE_FOUND = subprocess.CompletedProcess([], 0, stdout="No known vulnerabilities found\n", stderr="")
WEAK = subprocess.CompletedProcess([], 1, stdout="django 3.2.0 CVE-2021-31542 3.2.1\n", stderr="")
OFFLINE = subprocess.CompletedProcess([], 1, stdout="", stderr="ConnectionError")


@pytest.mark.parametrize("silence", [NONE_FOUND, OFFLINE], ids=["says that nothing was found", "fails"])
def test_list_that_knows_nothing_of_a_weak_release_has_checked_nothing(monkeypatch, capsys, silence):
    monkeypatch.setattr(audit, "ask", lambda requirements: silence)

    assert audit.main() == 2
    assert capsys.readouterr().out == "Nothing was checked: the list of known weaknesses cannot be reached from here.\n"


@pytest.mark.parametrize("found", [NONE_FOUND, WEAK], ids=["none", "a weakness"])
def test_what_was_found_is_shown_and_decides(monkeypatch, capsys, found):
    monkeypatch.setattr(audit, "ask", lambda requirements: found if requirements == audit.LOCKED else WEAK)

    assert audit.main() == found.returncode
    assert found.stdout in capsys.readouterr().out
