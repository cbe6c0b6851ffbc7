"""A ruleset that begins with another one: named by its digest, with each alteration listed and its ground."""

import copy
from typing import Annotated, Any

from pydantic import Field, ValidationError

from shared.ruleset.errors import AlterationUnknown, ImportDiffers, ShapeWrong
from shared.ruleset.rules import Strict
from shared.vocabulary import Id, Json, Sha256, Text

IMPORT = "import"


class Alteration(Strict):
    """One thing that is otherwise than in the imported ruleset.

    Attributes:
        node: The way to a node, ``I/g1/g1.1``; an appendix is a way of one code.
        set: Fields of it that have another value; one that is null is taken away.
        add: A node that is added as its last child.
        remove: It is left out.
        ground: The document that says so.
    """

    node: Annotated[Text, Field(min_length=1)]
    set: dict[Id, Any] = {}
    add: dict[str, Any] | None = None
    remove: bool = False
    ground: Annotated[Text, Field(min_length=1)]


class Import(Strict):
    """Where a ruleset begins.

    Attributes:
        file: Where the imported one lies, from the file that imports it.
        digest: Its identity; another content is another ruleset.
    """

    file: Text
    digest: Sha256
    alterations: tuple[Alteration, ...] = ()


def import_of(document: Json) -> Import:
    """What *document* says that it begins with.

    Raises:
        ShapeWrong: It does not say so as it must.
    """
    try:
        return Import.model_validate(document[IMPORT])
    except ValidationError as error:
        first = error.errors()[0]
        path = "/".join([IMPORT, *map(str, first["loc"])])
        raise ShapeWrong(path=path, finding=first["msg"]) from error


def imported(document: Json, base: Json, digest: str) -> Json:
    """The whole document of a ruleset that says only what is its own.

    Args:
        document: Its own fields, which take the place of the imported ones, and ``import``.
        base: The imported ruleset.
        digest: Of *base*.

    Raises:
        ShapeWrong: See `import_of`.
        ImportDiffers: Another ruleset was meant.
        AlterationUnknown: An alteration names a node that the imported ruleset does not have.
    """
    begins = import_of(document)
    if begins.digest != digest:
        raise ImportDiffers(path=f"{IMPORT}/digest", expected=begins.digest, found=digest)
    whole = copy.deepcopy(base)
    for number, alteration in enumerate(begins.alterations):
        _alter(whole, alteration, f"{IMPORT}/alterations/{number}")
    told = [{"node": each.node, "ground": each.ground} for each in begins.alterations]
    source = {"id": base["id"], "edition": base["edition"], "digest": digest, "alterations": told}
    own = {name: value for name, value in document.items() if name != IMPORT}
    whole.pop("earlier", None)  # whoever begins with a ministry's method had another one before
    return {**whole, **own, "imports": source}


def _alter(whole: Json, alteration: Alteration, path: str) -> None:
    siblings, place = _found(whole["appendices"], alteration.node.split("/"), path, alteration)
    if alteration.remove:
        del siblings[place]
        return
    node: Json = siblings[place]
    for name, value in alteration.set.items():
        if value in (None, "null", "~"):
            node.pop(name, None)
        else:
            node[name] = value
    if alteration.add is not None:
        node.setdefault("children", []).append(alteration.add)


def _found(nodes: list[Json], codes: list[str], path: str, alteration: Alteration) -> tuple[list[Json], int]:
    """The list in which a node stands, and its place there."""
    first, *rest = codes
    for place, node in enumerate(nodes):
        if node.get("code") == first:
            return _found(node.get("children", []), rest, path, alteration) if rest else (nodes, place)
    raise AlterationUnknown(path=path, node=alteration.node)
