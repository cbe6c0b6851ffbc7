-- Who may do what in the database, applied by a superuser to the database `ictindex`; may be run again at any time.
-- Passwords are set by whoever runs it: the standalone command, or the container's start script.
--
--   ictindex_owner  owns schemas and tables and migrates them; no service ever has its password
--   submission, appraisal, scoring, reporting
--                   one login a service, in the schema of its own name and nowhere else; what it may do to a table is granted
--                   by the migration that makes the table
--   identity        the same for who people are: accounts, sessions
--   auditor         reads everything but how people prove who they are, changes nothing

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['ictindex_owner', 'submission', 'appraisal', 'scoring', 'reporting', 'identity', 'auditor'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I', name);
        END IF;
        EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', name);
    END LOOP;
END
$$;

ALTER DATABASE ictindex OWNER TO ictindex_owner;
REVOKE ALL ON DATABASE ictindex FROM PUBLIC; -- neither connections nor temporary tables of others
GRANT CONNECT ON DATABASE ictindex TO submission, appraisal, scoring, reporting, identity, auditor;
GRANT TEMPORARY ON DATABASE ictindex TO auditor; -- builds the tables for reading again, to compare them
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- A function is for everybody unless this is said: the append function must be granted to one login by its migration.
ALTER DEFAULT PRIVILEGES FOR ROLE ictindex_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

DO $$
DECLARE
    service text;
BEGIN
    FOREACH service IN ARRAY ARRAY['submission', 'appraisal', 'scoring', 'reporting'] LOOP
        EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION ictindex_owner', service);
        EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', service);
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I, auditor', service, service);
        EXECUTE format('ALTER ROLE %I SET search_path = %I', service, service);
        EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO auditor', service);
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE ictindex_owner IN SCHEMA %I GRANT SELECT ON TABLES TO auditor', service);
    END LOOP;
END
$$;

CREATE SCHEMA IF NOT EXISTS identity AUTHORIZATION ictindex_owner;
REVOKE ALL ON SCHEMA identity FROM PUBLIC;
GRANT USAGE ON SCHEMA identity TO identity, auditor; -- of the tables the migration grants what each may read
ALTER ROLE identity SET search_path = identity;

-- Belt and braces: it has no right to write, and says so before it tries.
ALTER ROLE auditor SET default_transaction_read_only = on;
