-- What a service without a log remembers of what it heard; it commits with what its projections wrote.
-- Its login gets SELECT, INSERT on all of them, and UPDATE on ends and closed_text, from the migration.
CREATE TABLE inbox (
  agency text, publisher text, sequence bigint, chain text NOT NULL, position bigint NOT NULL, PRIMARY KEY (agency, publisher, sequence));
CREATE TABLE ends (
  agency text, publisher text, sequence bigint NOT NULL, chain text NOT NULL, position bigint NOT NULL, PRIMARY KEY (agency, publisher));
-- The last row of a publisher says whether it is stopped: what is a stream of facts in a log.
CREATE TABLE stops (
  agency text, publisher text, version int, type text NOT NULL, data jsonb NOT NULL, actor text NOT NULL, effective_at timestamptz NOT NULL,
  causation text, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (agency, publisher, version));
CREATE TABLE refusals (agency text, message text, code text NOT NULL, causation text NOT NULL, PRIMARY KEY (agency, message));
CREATE TABLE requests (agency text, key text, request text NOT NULL, PRIMARY KEY (agency, key)); -- Idempotency-Keys
CREATE TABLE closed_text (
  agency text, name text, salt text, text text, decision text, PRIMARY KEY (agency, name),
  CHECK ((text IS NULL) = (decision IS NOT NULL)));

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON inbox FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stops FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON refusals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON requests FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE DELETE OR TRUNCATE ON ends FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE DELETE OR TRUNCATE ON closed_text FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
