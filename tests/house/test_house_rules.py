"""Rules of the house that no linter knows; each with a sample that shows the check can fail."""

import ast
import importlib
import pkgutil
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import yaml

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
EXACT = sorted({*PURE, *(ROOT / "services").rglob("*.py")})
AGENCIES = ROOT / "deploy" / "agencies"
SHIPPED = [
    path
    for room in ("shared", "services", "deploy", "docker-compose.yml")
    for path in sorted([*(ROOT / room).rglob("*"), ROOT / room])
    if path.is_file() and path.suffix != ".pyc" and AGENCIES not in path.parents
]
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60
NAMELESS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "base", "misc"}
INEXACT = {"fsum", "fmean", "sqrt", "truediv"}
IMPORTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


@cache
def nodes_of(source: str) -> Sequence[ast.AST]:
    """Once for all the rules that look at them."""
    return tuple(ast.walk(ast.parse(source)))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def fractions(source: str) -> set[str]:
    """Names that are bound to visible fractions wherever they are bound."""
    bound, proven = Counter[str](), Counter[str]()
    for node in nodes_of(source):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                bound[name] += 1
            case ast.arg(arg=name, annotation=kind):
                bound[name] += 1
                proven[name] += isinstance(kind, ast.Name) and kind.id == "Fraction"
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                proven[name] += is_fraction(value, set())
            case _:
                pass
    return {name for name in bound if bound[name] == proven[name]}


def is_fraction(node: ast.AST, known: set[str]) -> bool:
    """Whether one can see, without its context, that *node* is a fraction, or fails."""
    match node:
        case ast.Call(func=ast.Name(id="Fraction")):
            return True
        case ast.Call(func=ast.Name(id="sum"), args=[_, start]):
            return is_fraction(start, known)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
            return is_fraction(left, known) or is_fraction(right, known)
        case ast.Name(id=name):
            return name in known
        case _:
            return False


def floats(source: str) -> list[int]:
    """Lines with a float, a call that makes one, or a division that may.

    A division is exact where one side is visibly a fraction; with a text it joins a path.
    """
    known = fractions(source)

    def makes_one(node: ast.AST) -> bool:
        match node:
            case ast.Constant(value=float()) | ast.Call(func=ast.Name(id="float")) | ast.AugAssign(op=ast.Div()):
                return True
            case ast.Attribute(attr=name) | ast.Name(id=name):
                return name in INEXACT
            case ast.BinOp(op=ast.Div(), right=ast.Constant(value=str()) | ast.JoinedStr()):
                return False
            case ast.BinOp(op=ast.Div()):
                return not is_fraction(node, known)
            case _:
                return False

    return sorted(node.lineno for node in nodes_of(source) if makes_one(node))  # type: ignore[attr-defined]


def long_functions(source: str) -> list[str]:
    return [
        node.name
        for node in nodes_of(source)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]


def agency_names() -> Iterator[str]:
    """What the agencies in ``deploy/agencies`` are called, and two that are not there."""
    yield from ("moha", "lamdong")
    for file in AGENCIES.glob("*/agency.yaml"):
        agency = yaml.safe_load(file.read_text())
        yield from (agency["agency"], *agency["name"].values())


PARTICULAR = re.compile(rf"\b({'|'.join(map(re.escape, agency_names()))}|20[0-3]\d)\b", re.IGNORECASE)


def particulars(source: str) -> list[str]:
    """Names of agencies and years in code (not in docstrings, where a source may be cited)."""
    nodes = nodes_of(source)
    docstrings = {
        id(node.value) for node in nodes if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    texts = [
        str(node.value)
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int) and id(node) not in docstrings
    ]
    return [text for text in texts if PARTICULAR.search(text)]


def particular_lines(text: str) -> list[int]:
    """Lines that name an agency or a year; the namespace of SVG has one."""
    lines = text.replace("http://www.w3.org/2000/svg", "").splitlines()
    return [number for number, line in enumerate(lines, 1) if PARTICULAR.search(line)]


def snake(name: str) -> str:
    return re.sub(r"\B(?=[A-Z])", "_", name).lower()


def misnamed(room: str, source: str) -> list[str]:
    """Functions and tables that are not called as that room calls them; an answer is awaited, and is not None."""
    found: list[str] = []
    for node in nodes_of(source):
        match room, node:
            case "consumers" | "projections", ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                heard = ast.unparse(node.args.args[-1].annotation or node)
                wanted = name == ("on_" if room == "consumers" else "project_") + snake(heard)
            case "queries", ast.AsyncFunctionDef(name=name, returns=ast.expr() as answer):
                kind = ast.unparse(answer)
                wanted = name.startswith(("get_", "list_")) or kind == "None" or kind.startswith("AsyncIterator")
            case "tables", ast.Call(func=ast.Name(id="Table"), args=[ast.Constant(value=str(name)), *_]):
                wanted = name.endswith("s")
            case _:
                continue
        found += [] if wanted or name.startswith("_") else [name]
    return found


def suffixed(source: str) -> list[str]:
    """Errors that are called so; the root of all may be."""
    return [
        node.name
        for node in nodes_of(source)
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error") and node.name != "IctIndexError"
    ]


def imports(name: str) -> Mapping[str, Any]:
    """The import contract whose name begins so."""
    return next(each for each in IMPORTS if each["name"].startswith(name))


def things(root: Path) -> set[str]:
    """Packages of services; Alembic loads migrations by file, and the engine's modules have names of their own."""
    found = {path.parent.relative_to(root) for path in root.glob("services/*/*/*.py")}
    return {".".join(path.parts) for path in found if path.name not in {"migrations", "engine"}}


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


def offenders(paths: Iterable[Path], found: Callable[[str], object]) -> dict[str, object]:
    """What is *found* in the texts of *paths*, by name."""
    return {name_of(path): said for path in paths if (said := found(path.read_text()))}


def test_no_float_comes_near_a_score() -> None:
    assert offenders(EXACT, floats) == {}


def test_modules_and_functions_stay_readable() -> None:
    assert offenders(MODULES, lambda source: source.count("\n") > LONGEST_MODULE) == {}
    assert offenders(MODULES, long_functions) == {}


def test_the_engine_that_decides_is_read_in_one_sitting() -> None:
    room = ROOT / "services" / "scoring" / "engine" / "reference"
    assert 0 < sum(path.read_text().count("\n") for path in room.glob("*.py")) <= LONGEST_MODULE


def test_nothing_that_runs_knows_an_agency_or_a_year() -> None:
    """Neither code nor pages, sentences, settings: agencies are data, in ``deploy/agencies``."""
    assert offenders([path for path in SHIPPED if path.suffix == ".py"], particulars) == {}
    assert offenders([path for path in SHIPPED if path.suffix != ".py"], particular_lines) == {}


def test_names_say_what_a_thing_is() -> None:
    nameless = [path for path in MODULES if NAMELESS.intersection(path.relative_to(ROOT).with_suffix("").parts)]
    assert nameless == []
    assert offenders(MODULES, suffixed) == {}
    for room in ("consumers", "projections", "queries", "tables"):
        assert offenders([path for path in PRODUCTION if path.stem == room], partial(misnamed, room)) == {}


def test_every_thing_of_a_service_has_rooms_and_every_module_of_the_kernel_is_pure_and_has_its_floor() -> None:
    assert set(imports("The rooms of a thing")["containers"]) == things(ROOT)
    kernel = {f"shared.{module.name}" for module in pkgutil.iter_modules(shared.__path__)}
    assert {name for name in imports("Pure rooms")["source_modules"] if name.startswith("shared.")} == kernel - {
        "shared.edge"
    }
    floors = {name for floor in imports("The house stands")["layers"] for name in floor.split(" | ")}
    assert floors == kernel | {"deploy", "services"}


def test_the_checks_can_fail(tmp_path: Path) -> None:
    assert floats("a = 1\nb = 0.5\nc = float(a)") == [2, 3]
    assert floats("def f(a: Fraction, b):\n    c = b / a\n    return b / c\na = 1\nd = 1 / a\nd /= 2") == [2, 3, 5, 6]
    assert floats("e = sum([], Fraction(0))\nf = e / 3 * 2\ng = 1 / Fraction(e)\nh = p / 'q'\ni = p / len(q)") == [5]
    assert long_functions("def f():\n" + "    pass\n" * 60) == ["f"]
    assert particulars('"""2020"""\nx = "bnv"\ny = 2020\nz = "campaign-1"') == ["bnv", "2020"]
    assert particular_lines("<h1>Bộ Nội vụ</h1>\n.a { width: 20px }\n/* 2021 */") == [1, 3]
    assert misnamed(
        "consumers", "def on_said(said: RoundClosed): ...\ndef on_round_closed(said: RoundClosed): ..."
    ) == ["on_said"]
    assert misnamed("projections", "async def project_it(connection: C, said: RoundClosed): ...") == ["project_it"]
    assert misnamed("queries", "async def unit(log: L) -> int: ...\nasync def must(log: L) -> None: ...") == ["unit"]
    assert misnamed("tables", 'a = Table("unit", M)\nb = Table("units", M)') == ["unit"]
    assert suffixed("class ClosedError(Rejected): ...\nclass Closed(Rejected): ...") == ["ClosedError"]
    (tmp_path / "services" / "s" / "thing").mkdir(parents=True)
    (tmp_path / "services" / "s" / "thing" / "facts.py").touch()
    assert things(tmp_path) == {"services.s.thing"}


@pytest.mark.parametrize("service", SERVICES)
def test_consumers_are_named_for_the_contract_that_is_wired_to_them(service: str) -> None:
    consumers = getattr(importlib.import_module(f"services.{service}.main"), "CONSUMERS", {})
    wanted = {type_: f"on_{snake(CONTRACTS[type_].__name__)}" for type_ in consumers}
    assert {type_: consumer.__name__ for type_, consumer in consumers.items()} == wanted


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
