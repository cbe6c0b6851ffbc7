"""What another edition of a ruleset changes, node by node."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from shared.ruleset.explanation import rule_sentence
from shared.ruleset.model import Appendix, Criterion, Group, Node, Ruleset
from shared.ruleset.parsing import digest
from shared.vocabulary import Json, canonical

What: TypeAlias = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes:
        path: The way to the node, or the name of a part of the ruleset.
        field: What of it; empty where the whole node came or went.
        before, after: As people read it; empty where there was or is none.
    """

    what: What
    path: str
    field: str = ""
    before: str = ""
    after: str = ""


def difference(before: Ruleset, after: Ruleset, language: str) -> Iterator[Change]:
    """What *after* says otherwise than *before*: first the ruleset itself, then node by node in order.

    A node is the same where *after* says so of the edition before, else where its way from the appendix is: one that
    was moved without a word came and went, and of two that were one the first is held against it.
    """
    yield from _fields("", _told(before), _told(after))
    old, new = _nodes(before, language), _nodes(after, language)
    was = _counterparts(before, after, old, new)
    now: dict[str, str] = {}
    for path in (*was, *new):
        now.setdefault(was.get(path, path), path)
    for path, told in old.items():
        if path in now:
            yield from _fields(now[path], {"path": path, **told}, {"path": now[path], **new[now[path]]})
        else:
            yield Change("removed", path, before=told["title"])
    met = {path for was_there, path in now.items() if was_there in old}
    for path, told in new.items():
        if path not in met:
            yield Change("added", path, after=told["title"])


def _counterparts(before: Ruleset, after: Ruleset, old: Iterable[str], new: Iterable[str]) -> Mapping[str, str]:
    """By the way to a node of *after*, the way to what it was; nothing where another edition than *before* is meant."""
    earlier = after.earlier
    if earlier is None or earlier.digest not in (None, digest(before)):
        return {}
    there, here = ({_named(way): way for way in ways} for ways in (old, new))
    return {here[node]: there[each.was] for node, each in earlier.nodes.items() if node in here and each.was in there}


def _named(way: str) -> str:
    """As a node is named from outside: its appendix and its code."""
    appendix, _, below = way.partition("/")
    return f"{appendix}/{below.rpartition('/')[2]}"


def _fields(path: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for name in {**before, **after}:
        old, new = before.get(name, ""), after.get(name, "")
        if old != new:
            yield Change("changed", path, name, old, new)


def _told(ruleset: Ruleset) -> Mapping[str, str]:
    parts: Json = ruleset.model_dump(mode="json", exclude={"appendices"}, exclude_none=True)
    return {name: value if isinstance(value, str) else canonical(value).decode() for name, value in parts.items()}


def _nodes(ruleset: Ruleset, language: str) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for appendix in ruleset.appendices:
        found[appendix.code] = _of(appendix, language)
        found |= dict(_below(appendix.code, appendix.children, language))
    return found


def _below(path: str, nodes: tuple[Node, ...], language: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    for node in nodes:
        way = f"{path}/{node.code}"
        yield way, _of(node, language)
        if isinstance(node, Group):
            yield from _below(way, node.children, language)


def _of(node: Appendix | Node, language: str) -> Mapping[str, str]:
    parts: Json = node.model_dump(mode="json", exclude={"title", "children", "code", "rule"}, exclude_none=True)
    told = {name: value if isinstance(value, str) else canonical(value).decode() for name, value in parts.items()}
    rule = {"rule": rule_sentence(node, language)} if isinstance(node, Criterion) else {}
    return {"title": node.title.to(language), **told, **rule}
