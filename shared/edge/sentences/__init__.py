"""What people read about an error, by its code: Vietnamese and English. A test asserts that every error has both."""

from collections.abc import Mapping

from shared.edge.sentences import (
    appraisal,
    audit,
    consistency,
    deploy,
    doctor,
    identity,
    kernel,
    offline,
    player,
    reporting,
    ruleset,
    scoring,
    submission,
)
from shared.errors import IctIndexError
from shared.vocabulary import Localized

SENTENCES: dict[str, tuple[str, str]] = {
    **kernel.SENTENCES,
    **ruleset.SENTENCES,
    **submission.SENTENCES,
    **appraisal.SENTENCES,
    **scoring.SENTENCES,
    **reporting.SENTENCES,
    **deploy.SENTENCES,
    **doctor.SENTENCES,
    **identity.SENTENCES,
    **offline.SENTENCES,
    **audit.SENTENCES,
    **consistency.SENTENCES,
    **player.SENTENCES,
}


def sentence(error: IctIndexError, language: str) -> str:
    """*error* in words; Vietnamese unless English is asked for."""
    vietnamese, english = SENTENCES[error.code]
    if language.startswith("en"):
        return in_words(english, said(error.facts, "en"))
    return in_words(vietnamese, said(error.facts, "vi"))


def said(facts: Mapping[str, object], language: str) -> dict[str, object]:
    """*facts* with titles in the language of the sentence around them."""
    return {name: fact.to(language) if isinstance(fact, Localized) else fact for name, fact in facts.items()}


def in_words(template: str, facts: dict[str, object]) -> str:
    """*template* with its facts; one that the error does not carry shows as an ellipsis rather than a crash."""
    return template.format_map(_Facts(facts))


class _Facts(dict[str, object]):
    def __missing__(self, _name: str) -> str:
        return "…"
