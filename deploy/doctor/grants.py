"""Who may do what in the database: nobody changes a log or enters another's schema, and nothing needed is missing."""

from collections.abc import AsyncIterator

import asyncpg

from deploy.doctor.findings import Finding
from shared.contracts import SERVICES

TOO_MUCH = """
    SELECT coalesce(r.rolname, 'PUBLIC') || ': ' || a.privilege_type || ' ' || n.nspname || '.' || c.relname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
      aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE n.nspname = ANY($1) AND c.relname ~ '^(log(_[0-9]+)?|inbox)$' AND a.grantee <> c.relowner
      AND (a.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE') OR a.privilege_type = 'INSERT' AND c.relname <> 'inbox')
    UNION
    SELECT coalesce(r.rolname, 'PUBLIC') || ': EXECUTE ' || n.nspname || '.' || p.proname
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace,
      aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE n.nspname = ANY($1) AND p.proname = 'append' AND a.grantee <> p.proowner
      AND coalesce(r.rolname, 'PUBLIC') <> n.nspname
    UNION
    SELECT rolname || ': SUPERUSER' FROM pg_roles WHERE rolsuper AND (rolname = ANY($1) OR rolname = 'auditor')
    ORDER BY 1"""
"""Who may change the record, besides its owner, whom the guards stop: rows come by the service's own function alone."""
STRANGERS = """
    SELECT coalesce(r.rolname, 'PUBLIC') || ': ' || a.privilege_type || ' ' || n.nspname
    FROM pg_namespace n, aclexplode(n.nspacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE n.nspname = ANY($1) AND a.grantee <> n.nspowner
      AND (a.privilege_type <> 'USAGE' OR coalesce(r.rolname, 'PUBLIC') NOT IN (n.nspname, 'auditor'))
    ORDER BY 1"""
"""Who may enter the schema of a service and is neither it nor the auditor, or may make something there."""
MISSING = """
    SELECT DISTINCT r.rolname || CASE
      WHEN has_schema_privilege(r.oid, n.oid, 'USAGE') THEN ': SELECT ' || n.nspname || '.' || c.relname
      ELSE ': USAGE ' || n.nspname END
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.rolname IN (n.nspname, 'auditor')
    WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p')
      AND NOT (has_schema_privilege(r.oid, n.oid, 'USAGE') AND has_table_privilege(r.oid, c.oid, 'SELECT'))
    ORDER BY 1"""
"""What a service may not read of its own, or the auditor of all; whatever migrates grants it again."""


async def examine_grants(connection: asyncpg.Connection) -> AsyncIterator[Finding]:
    """A line for the record, and one for each other thing that is wrong."""
    for what, query in (("grants", TOO_MUCH), ("strangers", STRANGERS), ("grants_missing", MISSING)):
        found = [row[0] for row in await connection.fetch(query, SERVICES)]
        if found or what == "grants":
            yield Finding(what, not found, {"grants": "; ".join(found)})
