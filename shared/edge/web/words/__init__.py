"""Words of the pages: Vietnamese and English. Sentences about errors stand with ``shared.edge.sentences``."""

from shared.edge.web.words import identity, published, work

WORDS: dict[str, tuple[str, str]] = {**published.WORDS, **work.WORDS, **identity.WORDS}


def word(name: str, language: str, /, **facts: object) -> str:
    """The words called *name* in *language*, with what they speak of."""
    return WORDS[name][language == "en"].format(**facts)
