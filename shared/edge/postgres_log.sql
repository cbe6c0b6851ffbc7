-- The log of one service on PostgreSQL: its tables. Its login may read, and call append() (postgres_log_functions.sql).
CREATE TABLE head (
  agency text PRIMARY KEY, position bigint NOT NULL DEFAULT 0, sequence bigint NOT NULL DEFAULT 0,
  recorded_at timestamptz NOT NULL DEFAULT '-infinity', chain bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
  ends jsonb NOT NULL DEFAULT '{}'); -- how far each other publisher was answered

-- Hash partitions, since agencies arrive at run time and the login may not create tables.
CREATE TABLE log (
  agency text, position bigint, stream text NOT NULL, version int NOT NULL, type text NOT NULL, recorded_at timestamptz NOT NULL,
  sequence bigint, after text NOT NULL, record bytea NOT NULL, announcement bytea, chain bytea NOT NULL,
  PRIMARY KEY (agency, position), UNIQUE (agency, stream, version), UNIQUE (agency, sequence)) PARTITION BY HASH (agency);
CREATE TABLE inbox (
  agency text, publisher text, sequence bigint, chain text NOT NULL, position bigint NOT NULL, PRIMARY KEY (agency, publisher, sequence));
CREATE TABLE closed_text (
  agency text, name text, salt text, text text, decision text, PRIMARY KEY (agency, name),
  CHECK ((text IS NULL) = (decision IS NOT NULL)));
