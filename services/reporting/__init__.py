"""Reporting: what everybody may see. It has no log: its read models follow from what the others say, and from nothing else.

owns       -
consumes   RulesetPart, UnitEnrolled, CampaignOpened, CampaignAmended, ReferenceEntered, ReferenceRemoved, SubmissionReceived, SubmissionWithdrawn, SubmissionsClosed, FiguresConfirmed, UsageReported, BodyEstablished, ScoreAppraised, RoundClosed, CouncilDecided, ResultsApproved, UnitStanding, StandingsDrafted, ResultsPublished, PublicationRefused
publishes  -
"""  # noqa: E501 - the sign is read line by line
