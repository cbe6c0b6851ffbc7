"""What is heard of measured figures."""

from services.appraisal.usage.domain import HEARD, Usage
from services.appraisal.usage.facts import UsageFact
from shared.contracts import UsageReported
from shared.execute import Act


def on_usage_reported(said: UsageReported) -> Act[UsageReported, Usage, UsageFact]:
    """A month of figures, kept to be shown beside what units declare."""
    return Act(said, HEARD)
