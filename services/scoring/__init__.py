"""Scoring: the only service that computes scores, and the keeper of their history.

owns       scores and every change of them, runs, releases
consumes   RulesetPart, UnitEnrolled, CampaignOpened, CampaignAmended, ReferenceEntered, ReferenceRemoved,
           SubmissionReceived, SubmissionWithdrawn, ScoreAppraised, RoundClosed, ResultsApproved
publishes  UnitStanding, StandingsDrafted, ResultsPublished, PublicationRefused
"""
