import { describe, expect, it } from 'vitest'
import { forbidden } from '../../src/sandbox/engines/postgres/forbidden.ts'

describe('what reaches outside its database is refused', () => {
  it.each([
    "ALTER SYSTEM SET wal_level = 'minimal'",
    'CREATE DATABASE other',
    'drop database if exists prod',
    'CREATE ROLE boss SUPERUSER LOGIN',
    "ALTER USER app WITH PASSWORD 'x' CREATEDB",
    "COPY t FROM PROGRAM 'curl example.com'",
    "COPY t TO '/tmp/t.csv'",
    "COPY (SELECT a FROM t) TO '/tmp/t.csv'",
    "SELECT * FROM dblink('host=prod', 'SELECT 1') AS t(a int)",
    "SELECT pg_read_file('/etc/passwd')",
    'SELECT 1; /* hidden */ ALTER /* here */ SYSTEM RESET ALL',
    "DO $$ BEGIN PERFORM dblink_exec('host=prod', 'DROP TABLE t'); END $$",
    "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $body$ BEGIN COPY t FROM PROGRAM 'id'; END $body$",
    '\\c prod',
    "CREATE SUBSCRIPTION s CONNECTION 'host=prod' PUBLICATION p",
    'ALTER DATABASE prod RENAME TO old',
    "LOAD 'x'",
  ])('%s', (sql) => {
    expect(forbidden(sql)).toMatch(/^it /)
  })
})

describe('what stays inside may run', () => {
  it.each([
    'ALTER TABLE systems ADD a int',
    'CREATE ROLE reader NOLOGIN',
    "ALTER ROLE reader SET search_path = 'app'",
    'COPY t (a, b) FROM stdin',
    "COPY t FROM stdin WITH (DELIMITER ',')",
    "INSERT INTO log VALUES ('ALTER SYSTEM SET x; COPY t FROM PROGRAM ''id''; dblink(')",
    '-- DROP DATABASE prod\nSELECT 1',
    "ALTER DATABASE app SET timezone = 'UTC'",
    "COMMENT ON DATABASE app IS 'x'",
    'CREATE TABLE dblink (a int)',
    '\\set ON_ERROR_STOP on',
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 FROM copy_from $$',
    '',
  ])('%s', (sql) => {
    expect(forbidden(sql)).toBeUndefined()
  })
})
