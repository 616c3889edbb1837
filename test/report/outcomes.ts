import type { ReportedMigration, ReportedOperation } from '../../src/lint/described.ts'
import type { Outcome, ReportedFinding, ReportedRehearsal, ReportedStep } from '../../src/lint/outcome.ts'
import type { ReportContext } from '../../src/report/format.ts'
import { noPaint } from '../../src/report/paint.ts'

/** A context of which a test states what it cares for: no colours, no files, no rules. */
export function context(more: Partial<ReportContext> = {}): ReportContext {
  return {
    paint: noPaint,
    verbose: false,
    suppressed: false,
    read: () => undefined,
    inRepository: (file) => file,
    rule: () => undefined,
    ...more,
  }
}

export const finding: ReportedFinding = {
  rule: 'index-not-concurrent',
  severity: 'error',
  message: 'Building index i blocks writes to t until it is finished.',
  help: 'Build it concurrently.',
  file: 'db/2.sql',
  line: 2,
  column: 1,
  endLine: 2,
  endColumn: 24,
  migration: '2',
  direction: 'up',
  evidence: 'read',
  fingerprint: '0123456789abcdef0123456789abcdef',
  url: 'https://example.org/x',
}

const summary: Outcome['summary'] = {
  errors: 0,
  warnings: 0,
  infos: 0,
  suppressed: 0,
  migrations: 1,
  migrationsRead: 1,
  statements: 1,
  opaque: 0,
  assumptions: [],
  skipped: {},
  histories: [],
  milliseconds: 12,
}

/** An outcome with these parts and nothing else; the sums are the caller's. */
export function outcome(more: Partial<Outcome>, sums: Partial<Outcome['summary']> = {}): Outcome {
  return { version: '1', findings: [], suppressed: [], opaque: [], errors: [], ...more, summary: { ...summary, ...sums } }
}

export const operation: ReportedOperation = {
  kind: 'dropColumn',
  does: 'drops column note of orders',
  effect: 'destroys',
  tables: ['orders'],
  fresh: false,
  rewrites: false,
  scans: false,
  cite: 'https://example.org/locks',
  rollback: { kind: 'lossy', because: 'the values of note are gone' },
}

/** A migration that drops a column in a transaction of two statements. */
export const migration: ReportedMigration = {
  id: '2',
  file: 'db/2.sql',
  framework: 'raw-sql',
  dialect: 'postgres',
  serverVersion: '18',
  statements: [
    {
      file: 'db/2.sql',
      line: 2,
      column: 1,
      endLine: 2,
      endColumn: 24,
      text: 'ALTER TABLE orders DROP COLUMN note',
      transaction: 1,
      operations: [operation],
      locks: [{ table: 'orders', lock: 'ACCESS EXCLUSIVE', blocks: 'nothing', queues: 'reads-and-writes', until: 1 }],
    },
    { file: 'db/2.sql', line: 3, column: 1, endLine: 3, endColumn: 9, text: 'SELECT 1', transaction: 1, operations: [], locks: [] },
  ],
  more: 0,
  down: 'written',
  rollback: 'lossy',
  schema: [
    { change: 'kept', text: 'table orders', part: false },
    { change: 'removed', text: 'note text', part: true },
  ],
}

const step: ReportedStep = {
  file: 'db/2.sql',
  line: 2,
  sql: 'ALTER TABLE orders DROP COLUMN note',
  inTransaction: true,
  milliseconds: 2.4,
  locks: [{ relation: 'orders', mode: 'AccessExclusiveLock' }],
  blocks: ['reads and writes of orders'],
  rewritten: [],
  scanned: {},
  written: {},
  observed: true,
}

/** That migration, run: its statements took 2.4 ms and 40 ms. */
export const rehearsal: ReportedRehearsal = {
  migration: '2',
  file: 'db/2.sql',
  engine: 'PostgreSQL 15.20 (binary)',
  runner: 'statement by statement',
  settings: [],
  rows: 20000,
  steps: [step, { ...step, line: 3, sql: 'SELECT 1', milliseconds: 40, locks: [], blocks: [] }],
  observations: [],
  notes: [],
  milliseconds: 100,
}

/** Text of a user that is up to something: commands of GitHub, XML, control characters, a lone surrogate, an escape sequence. */
export const nasty = '::error file=x::y\r\n%0A"<b>&amp;</b>\']]>\u0000\u001b[2J\ud800|`*_a_*`</details>'

/** An outcome with everything that one can have, every text of the user being up to something. */
export const hostile: Outcome = outcome(
  {
    findings: [
      { ...finding, message: nasty, help: nasty, file: `db/${nasty}.sql`, migration: nasty },
      { ...finding, severity: 'warning', direction: 'down', endLine: 4, line: 3 },
      {
        ...finding,
        severity: 'info',
        related: [
          { message: nasty, file: `db/${nasty}.sql`, line: 4, column: 1, endLine: 4, endColumn: 2 },
          { message: 'b', rule: 'missing-down', file: 'db/2.sql', line: 2, column: 1, endLine: 2, endColumn: 2 },
        ],
      },
    ],
    suppressed: [{ ...finding, suppression: { kind: 'inline', line: 1, reason: nasty } }],
    opaque: [{ file: `db/${nasty}.sql`, line: 7, because: 'dynamic-sql', detail: nasty }],
    errors: [
      { file: `db/${nasty}.sql`, message: nasty },
      { file: 'db/3.sql', line: 3, message: 'There is no dialect.' },
    ],
    migrations: [migration],
  },
  { errors: 1, warnings: 1, infos: 1, opaque: 1 },
)
