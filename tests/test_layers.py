"""Who may import what. The tables are the rules; a new room or library is a line here."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "pii_scan"
MODULES = sorted(ENGINE.rglob("*.py"))
DUTCH = sorted((ROOT / "recognizers").rglob("*.py"))

COMMON = {"model", "errors", "plugins"}
ROOMS = {path.stem for path in ENGINE.iterdir() if path.suffix == ".py" or path.is_dir()}
MAY_IMPORT = {
    "model": set[str](),
    "errors": set[str](),
    "plugins": {"errors"},
    "chain": {"model"},
    "dsse": set[str](),
    "disposal": COMMON | {"chain", "dsse", "extract"},
    "enrolment": COMMON | {"chain", "config", "disposal", "store"},
    "store": COMMON | {"chain"},
    "cli": ROOMS,
    "__main__": {"cli"},
    "scan": ROOMS - {"cli"},
    "engines": ROOMS - {"cli"},
    "page": set[str](),
    "desk": ROOMS - {"cli"},
    "drafting": COMMON | {"engines", "extract"},
    "inzage": COMMON
    | {"page", "store", "sources", "engines", "extract", "detect", "classify", "retain", "report"},
    "evidence": COMMON | {"chain", "dsse", "measure", "page", "report"},
    "impact": COMMON | {"report"},
    "measure": COMMON | {"report"},
    "sources": COMMON | {"config", "extract"},
    "config": COMMON | {"walk", "detect", "classify", "retain", "evidence", "drafting", "measure"},
}
"""Room -> rooms, apart from itself. Sources sign in with what the settings keep, and read what
lies in the cells of databases as it is read in files. A room that is not here is a stage: it may
import `COMMON`."""

PLUGINS = {"EXTRACTOR", "SOURCE", "REPORT", "RECOGNIZER"}

DATABASES = ("sources/postgresql.py", "sources/sqlite.py")

OWNERS = {
    "PIL": ("extract/_ocr.py", "extract/_pdf", "extract/_picture.py", "extract/image.py"),
    "alembic": ("store/",),
    "argon2": ("desk/accounts.py",),
    "aiohttp": ("sources/s3.py",),
    "backports": ("extract/compressed.py",),
    "botocore": ("sources/s3.py",),
    "click": ("cli/",),
    "distributed": ("engines/dask.py",),
    "cryptography": ("config/keys.py", "inzage/sealing.py"),
    "docx": ("measure/", "page/word.py"),
    "fsspec": ("sources/",),
    "hyperscan": ("detect/", "classify/suppress.py"),
    "jinja2": ("desk/", "report/", "inzage/", "evidence/"),
    "joserfc": ("desk/provider.py",),
    "keyring": ("config/credentials.py",),
    "lxml": (
        "disposal/",
        "extract/",
    ),
    "markupsafe": ("desk/rendering.py",),
    "numpy": ("detect/",),
    "pandas": ("extract/", "retain/", "report/"),
    "paramiko": ("sources/sftp.py",),
    "pdfplumber": ("extract/pdf", "extract/_pdf"),
    "phonenumbers": ("pii_scan_nl/",),
    "psycopg": ("store/",),
    "presidio_analyzer": ("detect/presidio.py",),
    "py7zr": ("extract/sevenzip.py",),
    "pyarrow": ("extract/parquet.py",),
    "pydantic": ("config/", "retain/", "inzage/"),
    "pypdfium2": ("extract/pdf", "extract/_pdf"),
    "python_calamine": ("extract/", "report/_filled_in.py"),
    "rich": ("cli/",),
    "s3fs": ("sources/s3.py",),
    "selectolax": ("extract/",),
    "smbclient": ("sources/smb.py",),
    "smbprotocol": ("sources/smb.py", "sources/_dacl.py"),
    "spacy": ("detect/names.py", "detect/presidio.py"),
    "thinc": ("detect/names.py",),
    "starlette": ("desk/",),
    # The store, and databases of others that are only read: the two share no table and no code.
    "sqlalchemy": ("store/", "sources/_database.py", "sources/_table.py", *DATABASES),
    "tinytag": ("extract/",),
    "uvicorn": ("cli/serve.py",),
    "yaml": ("extract/yaml.py",),
    "typst": ("measure/", "page/pdf.py"),
    "whenever": ("retain/",),
    "xlsxwriter": ("report/", "measure/"),
}
"""Library -> where it may be imported: beginnings of paths below pii_scan/ or recognizers/."""


def imports(path: Path) -> Iterator[str]:
    """Yield the full name of every module that a file imports, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = ROOT.joinpath(*node.module.split("."), alias.name)
                is_module = inner.is_dir() or inner.with_suffix(".py").is_file()
                yield f"{node.module}.{alias.name}" if is_module else node.module


def ours(path: Path) -> list[str]:
    return [name for name in imports(path) if name.split(".")[0] == "pii_scan" and "." in name]


def is_plugin(path: Path) -> bool:
    return any(
        isinstance(target, ast.Name) and target.id in PLUGINS
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    )


def label(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_a_room_imports_only_the_rooms_it_may(path: Path) -> None:
    room = path.relative_to(ENGINE).parts[0].removesuffix(".py")
    allowed = MAY_IMPORT.get(room, COMMON) | {room}
    assert [name for name in ours(path) if name.split(".")[1] not in allowed] == []


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_the_engine_knows_no_dutch(path: Path) -> None:
    assert [name for name in imports(path) if name.startswith("pii_scan_nl")] == []


@pytest.mark.parametrize("path", [path for path in MODULES if is_plugin(path)], ids=label)
def test_a_plugin_leans_on_no_other_plugin(path: Path) -> None:
    package = "pii_scan." + path.relative_to(ENGINE).parts[0]
    inside = [name.removeprefix(package + ".") for name in ours(path) if name.startswith(package)]
    assert [name for name in inside if not name.startswith("_")] == []


@pytest.mark.parametrize("path", DUTCH, ids=label)
def test_a_recognizer_imports_only_the_model_and_its_pack(path: Path) -> None:
    inside = [name for name in imports(path) if name.startswith("pii_scan_nl")]
    assert [name for name in ours(path) if name != "pii_scan.model"] == []
    assert [name for name in inside if not name.split(".")[-1].startswith("_")] == []


@pytest.mark.parametrize("path", [*MODULES, *DUTCH], ids=label)
def test_each_library_has_one_owner(path: Path) -> None:
    place = path.relative_to(ENGINE if ENGINE in path.parents else ROOT / "recognizers").as_posix()
    libraries = {name.split(".")[0] for name in imports(path)}
    foreign = libraries - sys.stdlib_module_names - {"pii_scan", "pii_scan_nl"}
    assert [name for name in foreign if not place.startswith(OWNERS.get(name, ()))] == []


def test_the_desk_imports_itself_in_no_circle() -> None:
    paths = [path for path in MODULES if path.is_relative_to(ENGINE / "desk")]
    left = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): set(ours(path)) for path in paths
    }
    while bottom := [name for name, used in left.items() if not used & left.keys()]:
        for name in bottom:
            del left[name]
    assert left == {}


def test_every_library_is_a_stated_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [entry for extra in project["optional-dependencies"].values() for entry in extra]
    entries = (*project["dependencies"], *extras)
    stated = {re.split(r"[<>=~;\[ ]", entry)[0].lower() for entry in entries}
    made_by = packages_distributions()
    distributions = {
        name: {re.sub("[-_.]+", "-", made).lower() for made in made_by.get(name, ())}
        for name in OWNERS
    }
    unstated = [name for name, made in distributions.items() if not made & stated]
    assert unstated == ["aiohttp", "botocore"]  # come with s3fs, and are its errors


def test_no_command_imports_itself_by_a_way_round() -> None:
    """Also where it is imported late: what needs each other is one thing, or parted wrongly."""
    names = {path.stem for path in (ENGINE / "cli").glob("*.py")}
    imports: dict[str, set[str]] = {}
    for name in names - {"__init__"}:
        tree = ast.parse((ENGINE / "cli" / f"{name}.py").read_text(encoding="utf-8"))
        found: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "") == "pii_scan.cli":
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "pii_scan.cli."
            ):
                found.add((node.module or "").split(".")[2])
        imports[name] = found & names
    while ends := {name for name, wanted in imports.items() if not wanted & imports.keys()}:
        imports = {name: wanted for name, wanted in imports.items() if name not in ends}
    assert imports == {}
