-- What works on the tables of postgres_log.sql. Every migration puts today's text in place of another one (migrations.py).
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;

-- The canonical spelling of a {publisher: number} object, as shared.vocabulary.canonical writes it.
CREATE OR REPLACE FUNCTION spelled(ends jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT '{' || coalesce(string_agg(to_json(key)::text || ':' || value, ',' ORDER BY key COLLATE "C"), '') || '}' FROM jsonb_each_text(ends) $$;

-- Many independent requests, one round trip, one commit; each is checked against what the accepted ones before it leave.
-- Answers, per request, what the log gave each of its entries, or null where it was overtaken.
CREATE OR REPLACE FUNCTION append(requests jsonb, wall_us bigint) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  r jsonb; e jsonb; h head; v int; number bigint; now_us bigint; after text; places jsonb; answers jsonb := '[]';
BEGIN
  IF abs(extract(epoch FROM clock_timestamp()) * 1000000 - wall_us) > 120000000 THEN
    RAISE EXCEPTION 'the clocks of service and database differ by more than 120 s' USING ERRCODE = 'IC001';
  END IF;
  -- In agency order, here and for the locks: two calls that share agencies never wait for each other in a ring.
  INSERT INTO head (agency) SELECT DISTINCT q->>'agency' FROM jsonb_array_elements(requests) q ORDER BY 1 ON CONFLICT DO NOTHING;
  PERFORM FROM head WHERE agency IN (SELECT q->>'agency' FROM jsonb_array_elements(requests) q) ORDER BY agency FOR UPDATE;

  FOR r IN SELECT jsonb_array_elements(requests) LOOP
    SELECT * INTO h FROM head WHERE agency = r->>'agency';
    IF EXISTS (SELECT FROM jsonb_each_text(r->'expected') x(name, version)
               WHERE x.version::int <> (SELECT coalesce(max(l.version), 0) FROM log l WHERE l.agency = h.agency AND l.stream = name))
    OR (r#>>'{heard,sequence}')::bigint - 1 <> coalesce((h.ends->>(r#>>'{heard,publisher}'))::bigint, 0)
    OR h.ends - coalesce(r#>>'{heard,publisher}', '') <> r->'answered'
    THEN
      answers := answers || 'null';
      CONTINUE;
    END IF;

    IF r ? 'heard' THEN
      INSERT INTO inbox VALUES (h.agency, r#>>'{heard,publisher}', (r#>>'{heard,sequence}')::bigint, r#>>'{heard,chain}', (r#>>'{heard,position}')::bigint);
      h.ends := h.ends || jsonb_build_object(r#>>'{heard,publisher}', (r#>>'{heard,sequence}')::bigint);
    END IF;
    INSERT INTO closed_text (agency, name, salt, text) SELECT h.agency, t->>'name', t->>'salt', t->>'text'
      FROM jsonb_array_elements(r->'texts') t ON CONFLICT DO NOTHING;
    -- Also a text that is not here yet: a publisher that has not heard of the decision may still say it.
    INSERT INTO closed_text (agency, name, decision) SELECT DISTINCT ON (d->>'closed') h.agency, d->>'closed', d->>'decision'
      FROM jsonb_array_elements(r->'destroyed') d
      ON CONFLICT (agency, name) DO UPDATE SET salt = NULL, text = NULL, decision = excluded.decision;
    after := spelled(h.ends);
    IF jsonb_array_length(r->'entries') > 0 THEN -- a head is as old as its last row
      h.recorded_at := greatest(clock_timestamp(), h.recorded_at);
      now_us := (extract(epoch FROM h.recorded_at) * 1000000)::bigint;
    END IF;
    places := '[]';
    FOR e IN SELECT jsonb_array_elements(r->'entries') LOOP
      SELECT coalesce(max(version), 0) + 1 INTO v FROM log l WHERE l.agency = h.agency AND l.stream = e->>'stream';
      h.position := h.position + 1;
      number := CASE WHEN e->>'announcement' IS NOT NULL THEN h.sequence + 1 END;
      h.sequence := coalesce(number, h.sequence);
      h.chain := sha256(h.chain || convert_to(array_to_string(ARRAY[h.agency, h.position::text, e->>'stream', v::text, e->>'type',
        now_us::text, number::text, after, e->>'record', e->>'announcement'], E'\n', ''), 'UTF8'));
      INSERT INTO log VALUES (h.agency, h.position, e->>'stream', v, e->>'type', h.recorded_at, number, after,
        convert_to(e->>'record', 'UTF8'), convert_to(e->>'announcement', 'UTF8'), h.chain);
      places := places || jsonb_build_object('position', h.position, 'version', v, 'recorded_us', now_us, 'sequence', number,
        'after', after, 'chain', encode(h.chain, 'hex'));
    END LOOP;
    UPDATE head SET position = h.position, sequence = h.sequence, recorded_at = h.recorded_at, chain = h.chain, ends = h.ends WHERE agency = h.agency;
    answers := answers || jsonb_build_array(places);
  END LOOP;
  PERFORM pg_notify('ict_' || current_schema(), ''); -- one a call: readers look for themselves
  RETURN answers;
END $$;
