-- Nobody changes a log, not even its owner; and its partitions.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON inbox FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE DELETE OR TRUNCATE ON closed_text FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DO $$ BEGIN
  FOR n IN 0..7 LOOP
    EXECUTE format('CREATE TABLE log_%s PARTITION OF log FOR VALUES WITH (MODULUS 8, REMAINDER %s)', n, n);
    -- A statement trigger of the parent does not fire for a statement that names the partition.
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_%s FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', n);
  END LOOP;
END $$;
