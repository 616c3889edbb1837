import { describe, expect, it } from 'vitest'
import checkLock from '../../rules/constraints/check-without-not-valid.ts'
import volatileDefault from '../../rules/locking/volatile-default-rewrite.ts'
import { check } from '../../src/pipeline/check.ts'
import { optionsFor } from '../options.ts'

/** The rules that speak of work on a table that an earlier migration made so. */
async function told(table: string, step = 'ALTER TABLE settings ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();') {
  const { outcome } = await check(
    optionsFor(
      { 'migrations/1.sql': table, 'migrations/2.sql': step },
      { framework: 'raw-sql', dialect: 'postgres', boundByRunner: false },
      { rules: [volatileDefault, checkLock] },
    ),
  )
  expect(outcome.errors).toEqual([])
  return outcome.findings.map(({ rule }) => rule)
}

describe('a table that a CHECK on its key holds to one row', () => {
  it.each([
    'CREATE TABLE settings (id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1));',
    'CREATE TABLE settings (id integer PRIMARY KEY, CONSTRAINT one CHECK ((id) = (1)));',
    "CREATE TABLE settings (id text NOT NULL UNIQUE CHECK (id = 'only'::text));",
    'CREATE TABLE settings (one boolean PRIMARY KEY DEFAULT true CHECK (one));',
    'CREATE TABLE settings (one boolean PRIMARY KEY CHECK ("one" IS TRUE));',
    'CREATE TABLE settings (id integer PRIMARY KEY);\nALTER TABLE settings ADD CONSTRAINT one CHECK (id = 1);',
  ])('has no row that waits for another: %s', async (table) => {
    expect(await told(table)).toEqual([])
  })

  it.each([
    'CREATE TABLE settings (id integer PRIMARY KEY CHECK (id >= 1));',
    'CREATE TABLE settings (id integer PRIMARY KEY CHECK (id = 1 OR id = 2));',
    'CREATE TABLE settings (id integer PRIMARY KEY, kind integer CHECK (kind = 1));',
    'CREATE TABLE settings (id integer UNIQUE CHECK (id = 1));',
    'CREATE TABLE settings (id integer, kind integer CHECK (kind = 1), PRIMARY KEY (id, kind));',
    'CREATE TABLE settings (id integer PRIMARY KEY, CHECK (id = 1) NOT VALID);',
    'CREATE TABLE settings (id integer PRIMARY KEY CHECK (id = abs(id)));',
    'CREATE TABLE settings (id integer PRIMARY KEY, parent integer NOT NULL, CHECK (id = parent));',
  ])('may hold more: %s', async (table) => {
    expect(await told(table)).toEqual(['volatile-default-rewrite'])
  })

  it('is none before the CHECK, which fails at the second row that it reads', async () => {
    const table = 'CREATE TABLE settings (id integer PRIMARY KEY, kind integer);'
    expect(await told(table, 'ALTER TABLE settings ADD CONSTRAINT one CHECK (id = 1);')).toEqual([])
    expect(await told(table, 'ALTER TABLE settings ADD CONSTRAINT one CHECK (kind = 1);')).toEqual(['check-without-not-valid'])
  })
})
