"""What the doctor says, as lines."""

import re
from collections.abc import AsyncIterator, Sequence

from deploy.doctor.findings import Finding
from shared.edge.sentences import SENTENCES, in_words


async def said(findings: AsyncIterator[Finding]) -> Sequence[str]:
    """Each finding in English, marked; whatever either language says of it is known."""
    return [line async for finding in findings for line in [in_english(finding)]]


def in_english(finding: Finding) -> str:
    """One of them."""
    vietnamese, english = SENTENCES[finding.code]
    needed = set(re.findall(r"{(\w+)}", english))
    assert set(re.findall(r"{(\w+)}", vietnamese)) == needed <= finding.facts.keys()
    return ("✓ " if finding.well else "✗ ") + in_words(english, finding.facts)
