"""The layout of design section 2: which part may know which, and where things are."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.sqlite

ROOT: Path = settings.BASE_DIR
ALLOWED = {  # each app, and the other apps that it may import
    "staff": set(),
    "content": {"staff"},
    "enquiries": {"staff"},
    "operations": {"staff", "content", "enquiries"},
    "clinic_site": {"staff", "content", "enquiries", "operations"},
}


def imports(path: Path) -> set[str]:
    """Return the top-level names of what a module imports, those inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").partition(".")[0])
    return found


def modules(app: str) -> list[Path]:
    return sorted((ROOT / app).rglob("*.py"))


@pytest.mark.parametrize("app", [app for app in ALLOWED if (ROOT / app).exists()])
def test_app_imports_only_what_it_may(app):
    others = set(ALLOWED) - {app} - ALLOWED[app]
    wrong = {str(path.relative_to(ROOT)): imports(path) & others for path in modules(app) if imports(path) & others}

    assert len(modules(app)) > 3
    assert wrong == {}


@pytest.mark.parametrize("app", [app for app in ALLOWED if (ROOT / app).exists()])
def test_app_never_imports_the_tests(app):
    assert [path.name for path in modules(app) if "tests" in imports(path)] == []


def test_import_inside_a_function_is_noticed(tmp_path):
    module = tmp_path / "module.py"
    module.write_text("def f():\n    from content.models import Article\n    import staff.models\n")

    assert imports(module) == {"content", "staff"}


@pytest.mark.parametrize(
    "name",
    [
        "manage.py",
        "Makefile",
        "Dockerfile",
        "LICENSE",
        "pyproject.toml",
        ".ci/run",
        ".gitignore",
        ".dockerignore",
        "requirements/runtime.txt",
        "requirements/development.txt",
        "scripts/check",
        "docs",
        "templates",
        "static",
    ],
)
def test_file_of_the_layout_exists(name):
    assert (ROOT / name).exists()


@pytest.mark.parametrize("name", ["runtime", "development"])
def test_every_locked_package_has_hashes_and_no_address(name):
    lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
    packages = [line for line in lines if line and not line.startswith((" ", "#", "\t"))]

    assert len(packages) > 10
    assert [line for line in packages if "==" not in line or not line.endswith("\\")] == []
    assert [line for line in lines if "http" in line.split("#")[0]] == []


def test_modules_stay_readable():
    """The house style aims at 40 to 70 lines a module and 300 at most; migrations are written by machine."""
    long = {
        str(p.relative_to(ROOT)): n for app in ALLOWED for p in modules(app) if (n := len(p.read_text().splitlines())) > 300
    }

    assert {path: lines for path, lines in long.items() if "/migrations/" not in path} == {}


def test_templates_have_nothing_inline():
    sheets = [
        p for p in (ROOT / "templates").rglob("*.html") for text in [p.read_text()] if "<style" in text or " style=" in text
    ]
    handlers = [p for p in (ROOT / "templates").rglob("*.html") if " onclick=" in p.read_text() or "<script>" in p.read_text()]

    assert (sheets, handlers) == ([], [])


def test_templates_trust_nothing_that_editors_write():
    assert [
        p.name for p in (ROOT / "templates").rglob("*.html") if "|safe" in p.read_text() or "autoescape off" in p.read_text()
    ] == []
