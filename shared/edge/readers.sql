-- How far the readers of this service's logs have come; a row is moved by compare-and-set.
-- said_*: the record said last, where a reader says records: that it is still there shows that the broker kept its word.
CREATE TABLE cursor (
  name text, agency text, sequence bigint NOT NULL, chain text NOT NULL,
  said_partition int, said_offset bigint, said_chain text, PRIMARY KEY (name, agency),
  CHECK ((said_partition IS NULL) = (said_offset IS NULL) AND (said_offset IS NULL) = (said_chain IS NULL)));
