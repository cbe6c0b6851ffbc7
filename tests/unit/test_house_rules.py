"""Rules of the house that no linter knows; each with a sample that shows the check can fail."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import deploy
import services
import shared
from shared.contracts import CONTRACTS, PUBLISHED
from shared.edge.asgi import STATUS
from shared.edge.sentences import SENTENCES
from shared.edge.stops import TREATMENT
from shared.errors import IctIndexError

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for room in ("shared", "services", "deploy", "tests") for path in ROOT.glob(f"{room}/**/*.py"))
PRODUCTION = [path for path in MODULES if path.relative_to(ROOT).parts[0] in {"shared", "services"}]
PURE = [
    path
    for path in PRODUCTION
    if path.stem in {"facts", "domain"}
    or {"engine", "ruleset", "audit"} & set(path.parts)
    or path.parent == ROOT / "shared"
]
SERVICES = [module.name for module in pkgutil.iter_modules(services.__path__)]
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def floats(source: str) -> list[int]:
    """Lines with a float, or a call that makes one; not a division of two integers, since Fractions divide too."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")
        or (isinstance(node, ast.Attribute) and node.attr in {"fsum", "sqrt"})
    ]


def long_functions(source: str) -> list[str]:
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]


def particulars(source: str) -> list[str]:
    """Names of agencies and years in code (not in docstrings, where a source may be cited)."""
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    texts = [
        str(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int) and id(node) not in docstrings
    ]
    return [text for text in texts if re.search(r"\b(bnv|ubdt|moha|lamdong|20[0-3]\d)\b", text, re.IGNORECASE)]


def sign(service: str, word: str) -> set[str]:
    """What the door sign of *service* says behind *word*; read from source, so that ``python -OO`` agrees."""
    text = ast.get_docstring(ast.parse((ROOT / "services" / service / "__init__.py").read_text())) or ""
    found = re.search(rf"^{word} +(.*(?:\n +.*)*)", text, re.MULTILINE)
    return set(re.findall(r"[A-Z]\w+", found[1])) if found else set()


def all_errors() -> list[type[IctIndexError]]:
    for package in (services, shared, deploy):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found: list[type[IctIndexError]] = []
    todo: list[type[IctIndexError]] = [IctIndexError]
    while todo:
        kind = todo.pop()
        found += [kind] if kind is not IctIndexError and kind.__module__.split(".")[0] != "tests" else []
        todo += kind.__subclasses__()
    return found


@pytest.mark.parametrize("path", PURE, ids=name_of)
def test_pure_rooms_know_no_float(path: Path) -> None:
    assert floats(path.read_text()) == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_functions_stay_readable(path: Path) -> None:
    source = path.read_text()
    assert source.count("\n") <= LONGEST_MODULE
    assert long_functions(source) == []


@pytest.mark.parametrize("path", PRODUCTION, ids=name_of)
def test_no_production_module_knows_an_agency_or_a_year(path: Path) -> None:
    assert particulars(path.read_text()) == []


def test_the_checks_can_fail() -> None:
    assert floats("a = 1\nb = 0.5\nc = float(a)") == [2, 3]
    assert long_functions("def f():\n" + "    pass\n" * 60) == ["f"]
    assert particulars('"""2020"""\nx = "bnv"\ny = 2020\nz = "campaign-1"') == ["bnv", "2020"]


@pytest.mark.parametrize("service", SERVICES)
def test_door_signs_agree_with_the_contracts(service: str) -> None:
    said = {contract.__name__ for contract in PUBLISHED[service]}
    assert sign(service, "publishes") == said
    assert sign(service, "consumes") <= {contract.__name__ for contract in CONTRACTS.values()} - said


@pytest.mark.parametrize("service", SERVICES)
def test_door_signs_agree_with_what_is_wired(service: str) -> None:
    main = importlib.import_module(f"services.{service}.main")
    wired = getattr(main, "CONSUMERS", None) or main.PROJECTIONS
    assert sign(service, "consumes") == {CONTRACTS[type_].__name__ for type_ in wired}


def test_every_error_has_a_sentence_in_both_languages_and_a_place_in_both_tables() -> None:
    errors = all_errors()
    codes = [error.code for error in errors]
    assert sorted(codes) == sorted(set(codes))
    assert set(codes) <= set(SENTENCES)
    said = "".join(path.read_text() for path in MODULES if "tests" not in path.parts and "sentences" not in path.parts)
    others = sorted(set(SENTENCES) - set(codes))  # what a command says of its steps, by code or by its last part
    assert [code for code in others if f'"{code}"' not in said and f'"{code.split(".")[-1]}"' not in said] == []
    for error in errors:
        vietnamese, english = SENTENCES[error.code]
        assert set(re.findall(r"{\w+}", vietnamese)) == set(re.findall(r"{\w+}", english)), error.code
        assert any(kind in STATUS for kind in error.__mro__)
        assert any(kind in TREATMENT for kind in error.__mro__)


def test_every_word_of_the_glossary_stands_in_the_code() -> None:
    code = "\n".join(path.read_text() for path in PRODUCTION)
    words = re.findall(r"`(\w+)`", (ROOT / "docs" / "glossary.md").read_text())
    assert len(words) > 60
    assert [word for word in words if not re.search(rf"\b{word}\b", code)] == []
