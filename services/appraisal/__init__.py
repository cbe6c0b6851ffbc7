"""Appraisal: the team judges what units declared, the council reviews a draft, the head of the agency approves it.

owns       bodies, verdicts, rounds, reviews, approvals
consumes   RulesetPart, UnitEnrolled, CampaignOpened, CampaignAmended, SubmissionReceived, SubmissionWithdrawn, SubmissionsClosed, FiguresConfirmed, UsageReported, StandingsDrafted, ResultsPublished, PublicationRefused
publishes  BodyEstablished, ScoreAppraised, RoundClosed, CouncilDecided, ResultsApproved
"""  # noqa: E501 - a test reads each line of the sign
