"""Submission: campaigns are opened and amended; units fill in, hand in and confirm; figures and files come in.

owns       campaigns, drafts, sheets, confirmations, evidence files, usage figures, reference figures
consumes   ScoreAppraised, RoundClosed
publishes  RulesetPart, UnitEnrolled, CampaignOpened, CampaignAmended, ReferenceEntered, ReferenceRemoved,
           SubmissionReceived, SubmissionWithdrawn, SubmissionsClosed, FiguresConfirmed, UsageReported, TextDestroyed
"""
