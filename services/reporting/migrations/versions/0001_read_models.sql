CREATE TABLE campaigns (
  agency text, campaign text, opening jsonb NOT NULL, opened_at timestamptz NOT NULL, position bigint NOT NULL,
  PRIMARY KEY (agency, campaign));
CREATE TABLE ruleset_parts (agency text, campaign text, number int, text text NOT NULL, PRIMARY KEY (agency, campaign, number));
CREATE TABLE units (agency text, campaign text, unit text, enrolment jsonb NOT NULL, PRIMARY KEY (agency, campaign, unit));
CREATE TABLE amendments (
  agency text, campaign text, position bigint, amendment jsonb NOT NULL, reason text NOT NULL, at timestamptz NOT NULL,
  PRIMARY KEY (agency, campaign, position));
CREATE TABLE proofs (
  agency text, campaign text, contract text, position bigint, fields jsonb NOT NULL, message text NOT NULL, at timestamptz NOT NULL,
  PRIMARY KEY (agency, campaign, contract, position));
CREATE TABLE sheets (
  agency text, campaign text, unit text, version int, late boolean NOT NULL, criteria int NOT NULL, documents int NOT NULL,
  message text NOT NULL, at timestamptz NOT NULL, withdrawn_at timestamptz, withdrawn_reason text,
  PRIMARY KEY (agency, campaign, unit, version));
CREATE TABLE closures (
  agency text, campaign text, handed_in jsonb NOT NULL, missing jsonb NOT NULL, message text NOT NULL, at timestamptz NOT NULL,
  PRIMARY KEY (agency, campaign));
CREATE TABLE rounds (
  agency text, campaign text, stage text, verdicts int NOT NULL, message text NOT NULL, at timestamptz NOT NULL,
  PRIMARY KEY (agency, campaign, stage));
CREATE TABLE reference_documents (
  agency text, campaign text, reference text, title jsonb NOT NULL, document jsonb NOT NULL, figures int NOT NULL,
  PRIMARY KEY (agency, campaign, reference));
CREATE TABLE meetings (
  agency text, campaign text, meeting int, run text NOT NULL, outcome text NOT NULL, acknowledged jsonb NOT NULL,
  message text NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (agency, campaign, meeting));
-- A draft is only counted; a standing is shown only through the release that published its run.
CREATE TABLE drafts (
  agency text, campaign text, draft int, run text NOT NULL, stage text NOT NULL, findings int NOT NULL,
  message text NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (agency, campaign, draft));
CREATE TABLE standings (
  agency text, campaign text, run text, unit text, number int NOT NULL, standing jsonb NOT NULL,
  PRIMARY KEY (agency, campaign, run, unit));
CREATE TABLE releases (
  agency text, campaign text, release int, run text NOT NULL, supersedes int, decision jsonb NOT NULL, signer text NOT NULL,
  file_sha256 text NOT NULL, summary jsonb NOT NULL, rests_on jsonb NOT NULL, message text NOT NULL, position bigint NOT NULL,
  at timestamptz NOT NULL, PRIMARY KEY (agency, campaign, release));
CREATE TABLE words (
  agency text, campaign text, unit text, criterion text, message text, stage text NOT NULL, version int, word jsonb, before jsonb,
  answer text, reason_code text, reason text, evidence jsonb NOT NULL, at timestamptz NOT NULL,
  position bigint NOT NULL, PRIMARY KEY (agency, campaign, unit, criterion, message));
