"""Looks for known weaknesses in what the site runs on. `make audit` calls this.

pip-audit without a network says "none found" and succeeds. So it is first asked about a release that is known to be weak: if it
finds nothing there, nothing was checked, and this says so and fails.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

LOCKED = Path(__file__).resolve().parent.parent / "requirements" / "runtime.txt"
KNOWN_TO_BE_WEAK = "django==3.2.0"  # CVE-2021-31542 and others


def ask(requirements: Path) -> "subprocess.CompletedProcess[str]":
    """Ask about the packages of a file, as they are named there."""
    options = ["--progress-spinner", "off", "--disable-pip", "--no-deps"]
    command = [sys.executable, "-m", "pip_audit", *options, "-r", str(requirements)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command


def answers() -> bool:
    """Whether the list of weaknesses can be reached: it knows those of a release that is full of them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "requirements.txt"
        path.write_text(f"{KNOWN_TO_BE_WEAK}\n")
        asked = ask(path)
    return asked.returncode == 1 and "CVE-" in asked.stdout


def main() -> int:
    """Audit the locked packages, and return the exit code: 0 nothing known, 1 weaknesses, 2 nothing was checked."""
    if not answers():
        print("Nothing was checked: the list of known weaknesses cannot be reached from here.")
        return 2
    found = ask(LOCKED)
    print(found.stdout or found.stderr)
    return found.returncode


if __name__ == "__main__":
    sys.exit(main())
