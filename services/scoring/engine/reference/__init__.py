"""The engine that decides: fractions, a unit after the other, in the order in which somebody would do it with a pencil.

What one criterion is worth and what parts make is the ruleset's (`shared.ruleset.evaluate`, `shared.ruleset.totals`);
here stand which words count, what was said of each criterion at each stage, means, ranks and classes. The other engine
(``vector``) works every run out again, and no run is approved in which they differ.
"""

from services.scoring.engine.reference.ranking import Ties, class_of, mean, ranks
from services.scoring.engine.reference.standings import Standings, standings

__all__ = ["Standings", "Ties", "class_of", "mean", "ranks", "standings"]
