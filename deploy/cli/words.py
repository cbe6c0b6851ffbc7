"""How the command line speaks: one language a call, plain lines where there is no terminal."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console

from deploy.settings import Settings
from shared.edge.sentences import SENTENCES, in_words
from shared.errors import IctIndexError

LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Say:
    """One language and the two places to speak to.

    ``say("tiếng Việt", "English")`` chooses; `step` and `error` print a sentence of the catalogue.

    Attributes:
        out: What was asked for.
        err: Everything else: steps, refusals.
    """

    language: str
    out: Console = field(default_factory=lambda: Console(soft_wrap=True, highlight=False))
    err: Console = field(default_factory=lambda: Console(stderr=True, soft_wrap=True, highlight=False))

    def __call__(self, vietnamese: str, english: str) -> str:
        """The one of both that is asked for."""
        return english if self.language == "en" else vietnamese

    def sentence(self, code: str, facts: dict[str, object]) -> str:
        """A sentence of the catalogue."""
        return in_words(self(*SENTENCES[code]), facts)

    def step(self, code: str, facts: dict[str, object]) -> None:
        """Print how far we are."""
        self.err.print(self.sentence(code, facts), markup=False)

    def error(self, error: IctIndexError) -> None:
        """Print why it was refused."""
        self.err.print(self.sentence(error.code, error.facts), markup=False, style="bold red")


def language_of(arguments: Sequence[str], settings: Settings) -> tuple[str, list[str]]:
    """The language asked for by ``--lang``, wherever it stands, else by the surroundings; and the rest.

    Read before the command is built, because its help is in that language. An unknown word stays, to be refused.
    """
    language, words = settings.language(), list(arguments)
    rest: list[str] = []
    while words:
        word = words.pop(0)
        if word == "--":
            return language, [*rest, word, *words]
        name, equals, value = word.partition("=")
        if name == "--lang" and (value if equals else next(iter(words), "")) in LANGUAGES:
            language = value if equals else words.pop(0)
        else:
            rest.append(word)
    return language, rest
