import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/lint/outcome.ts'
import { rehearsed } from '../../src/report/rehearsal.ts'
import { context, finding, hostile, nasty, outcome, rehearsal } from './outcomes.ts'

const printed = (what: Outcome) => rehearsed(what, context())
const [step] = rehearsal.steps

describe('the report of a rehearsal', () => {
  it('has of each migration what ran, its statements, the verdicts, and what no rule had said', () => {
    const steps = [
      step!,
      {
        ...step!,
        line: 3,
        sql: 'UPDATE orders SET note = upper(note) WHERE note IS NOT NULL',
        milliseconds: 1234.56,
        locks: [],
        written: { orders: 20000 },
      },
      { ...step!, line: 4, sql: 'SELECT 1', locks: [], blocks: [], observed: false, failure: '42703: column "x" does not exist' },
    ]
    const verdict = {
      verdict: 'conditional',
      because: 'where two rows of t are alike in c, it fails: 23505',
      on: 'x',
      query: 'SELECT 1',
    } as const
    const observations = [
      { kind: 'up-fails', message: 'up() fails: 42703', said: false },
      { kind: 'half-applied', message: 'said by a rule', said: true },
    ]
    const findings = [
      { ...finding, migration: '2', verdict },
      { ...finding, migration: '2', rule: 'naming' },
    ]
    const notes = ['orders has no rows: its key cannot be made up']
    expect(printed(outcome({ findings, rehearsals: [{ ...rehearsal, steps, observations, notes }] }))).toBe(`
db/2.sql
  on PostgreSQL 15.20 (binary); 20,000 rows a table; statement by statement

  line      ms  statement                                           locks                      waiting meanwhile           work
  2        2.4  ALTER TABLE orders DROP COLUMN note                 AccessExclusive on orders  reads and writes of orders
  3     1234.6  UPDATE orders SET note = upper(note) WHERE note I…                             reads and writes of orders  20,000 rows of orders written
  4        2.4  SELECT 1                                                                       not seen                    failed: 42703: column "x" does not exist

  conditional  index-not-concurrent line 2
    where two rows of t are alike in c, it fails: 23505
    ask production: SELECT 1
  1 more of rules that no experiment is for: naming

  Seen, and said by no rule:
  seen  up() fails: 42703
  note: orders has no rows: its key cannot be made up
  100 ms

1 migration rehearsed: 0 confirmed, 1 conditional, 0 refuted, 0 not proven, 1 seen that no rule said
`)
  })

  it('says of a migration that it sent nothing, or could not be run', () => {
    const what = outcome({
      rehearsals: [
        { ...rehearsal, steps: [] },
        { ...rehearsal, notRun: 'the history does not apply: 1 fails: no' },
      ],
    })
    expect(printed(what)).toContain('\n  It sent no statement.\n')
    expect(printed(what)).toContain('\n  not run: the history does not apply: 1 fails: no\n')
    expect(printed(what)).toContain('1 migration rehearsed, 1 could not be run: ')
  })

  it('lets no text of the user steer the terminal', () => {
    const rehearsals = [{ ...rehearsal, file: nasty, notes: [nasty], steps: [{ ...step!, sql: nasty, failure: nasty, file: nasty }] }]
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(printed({ ...hostile, rehearsals })).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  })
})
