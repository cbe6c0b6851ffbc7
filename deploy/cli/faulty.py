"""How the command line tells of a file that cannot be taken: each place in a line of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from deploy.cli.words import Say
from deploy.offline.faults import SHOWN_FAULTS, Fault, InputRefused
from shared.edge.sentences import sentence


@contextmanager
def faults_told(say: Say) -> Iterator[None]:
    """Tell each place of what is refused in this block.

    Raises:
        InputRefused: As it was, once all is told.
    """
    try:
        yield
    except InputRefused as refused:
        for fault in refused.faults[:SHOWN_FAULTS]:
            tell(_in_words(fault, say), say)
        raise


def tell(line: str, say: Say) -> None:
    """Print what is wrong at one place."""
    say.err.print(line, markup=False, style="red")


def _in_words(fault: Fault, say: Say) -> str:
    place = [fault.file]
    if fault.line is not None:
        place.append(say("dòng {}", "line {}").format(fault.line))
    if fault.column is not None:
        place.append(say("cột {}", "column {}").format(fault.column))
    if fault.field is not None:
        place.append(say("trường {}", "field {}").format(fault.field))
    return f"{', '.join(place)}: {sentence(fault.error, say.language)}"
