"""What can be found wrong, one class for each kind; the facts name the first place."""

from shared.errors import Corrupt


class RowBroken(Corrupt, code="audit.row_broken"):
    """A row does not follow from the rows before it."""


class HeadBroken(Corrupt, code="audit.head_broken"):
    """Where a log ends is not where its last row stands: rows were cut off, or the head was moved."""


class SaidOtherwise(Corrupt, code="audit.said_otherwise"):
    """What the other services were told is not what the fact beside it says."""


class NotAnswered(Corrupt, code="audit.not_answered"):
    """A service has no answer to a message."""


class AnsweredOtherwise(Corrupt, code="audit.answered_otherwise"):
    """A service answered another message than the one that was said under this number."""


class LossUnfounded(Corrupt, code="audit.loss_unfounded"):
    """A service passed over messages as lost, and their publisher's log does not say that it lost them."""


class CauseUnknown(Corrupt, code="audit.cause_unknown"):
    """A fact names a cause that stands in no log, or not with this chain."""


class EffectBeforeCause(Corrupt, code="audit.effect_before_cause"):
    """A row rests on what had not been heard, or not been said, when it was written."""


class DeedOtherwise(Corrupt, code="audit.deed_otherwise"):
    """A row is not what follows from the message it names as its cause."""


class DeedMissing(Corrupt, code="audit.deed_missing"):
    """What follows from a message was not written down."""


class DeedUncaused(Corrupt, code="audit.deed_uncaused"):
    """A service that only listens did something that nobody had said."""


class TextMissing(Corrupt, code="audit.text_missing"):
    """A fact names a closed text that is not there, and no decision destroyed it."""


class TextOtherwise(Corrupt, code="audit.text_otherwise"):
    """A closed text does not have the digest that facts name."""


class TextRemains(Corrupt, code="audit.text_remains"):
    """A text was destroyed by a decision, and a service still keeps it."""


class EvidenceMissing(Corrupt, code="audit.evidence_missing"):
    """A fact names a file that is not there."""


class EvidenceOtherwise(Corrupt, code="audit.evidence_otherwise"):
    """A file's bytes do not have the SHA-256 that facts name."""


class TablesOtherwise(Corrupt, code="audit.tables_otherwise"):
    """A table for reading does not hold what the logs lead to."""


class RunOtherwise(Corrupt, code="audit.run_otherwise"):
    """Recomputed from the log, a run comes to something else."""


class WordOtherwise(Corrupt, code="audit.word_otherwise"):
    """A service holds another word on a criterion than was said to it."""


class HistoryUnreadable(Corrupt, code="audit.history_unreadable"):
    """A check could not read a row, a text or a table that it needs."""
