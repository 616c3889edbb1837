import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { rules } from '../rules/registry.ts'
import { runExample, settingsFor } from './run-example.ts'
import { judgeCase, parseCases } from './sql-cases.ts'

/** What one of squawk's rules is to ours. `theirs` and `ours` say why one may speak where the other is silent; absent: it may not. */
export interface Pair {
  readonly squawk: string
  /** Our rules on the same hazard; empty: none. */
  readonly ours: readonly string[]
  readonly theirs?: string
  readonly alone?: string
}

const history = 'the history tells: the table is new in this migration, or the change costs nothing on it'
const style = 'a matter of style here: ours speaks of tables that are made, and once for a table'
const wider = 'ours also judges what is spelled another way (inside DO blocks, by replayed history, by version)'

/** https://squawkhq.com/docs/rules as of 2.x, every rule that speaks on our PostgreSQL fixtures and examples. */
export const pairs: readonly Pair[] = [
  {
    squawk: 'require-concurrent-index-creation',
    ours: ['index-not-concurrent'],
    theirs: history,
    alone: wider,
  },
  { squawk: 'require-concurrent-index-deletion', ours: ['drop-index-not-concurrent'], theirs: history, alone: wider },
  {
    squawk: 'require-concurrent-partition-detach',
    ours: ['detach-partition-not-concurrent'],
    theirs: 'before 14, and beside a DEFAULT partition, PostgreSQL has no CONCURRENTLY for it',
    alone: wider,
  },
  { squawk: 'adding-required-field', ours: ['not-null-without-default'], theirs: history, alone: wider },
  {
    squawk: 'adding-not-nullable-field',
    ours: ['set-not-null-scan'],
    theirs: 'a CHECK validated earlier proves it, the column is NOT NULL already, or the table is new',
    alone: wider,
  },
  {
    squawk: 'adding-field-with-default',
    ours: ['volatile-default-rewrite'],
    theirs: 'the function is stable or its body a constant, by pg_proc or by CREATE FUNCTION in history',
    alone: 'serial, identity, stored generated and constrained-domain columns rewrite as well',
  },
  {
    squawk: 'constraint-missing-not-valid',
    ours: ['check-without-not-valid', 'fk-without-not-valid'],
    theirs: history,
    alone: 'inline CHECK and REFERENCES of ADD COLUMN, and VALIDATE in the transaction of its ADD, scan under the same lock',
  },
  { squawk: 'adding-foreign-key-constraint', ours: ['fk-without-not-valid'], theirs: history, alone: wider },
  { squawk: 'disallowed-unique-constraint', ours: ['unique-constraint-lock'], theirs: history, alone: wider },
  {
    squawk: 'adding-serial-primary-key-field',
    ours: ['unique-constraint-lock', 'volatile-default-rewrite'],
    theirs: history,
    alone: wider,
  },
  {
    squawk: 'changing-column-type',
    ours: ['type-change-rewrite'],
    theirs: 'the old type is known and the change touches no row, or the table is new',
    alone: wider,
  },
  {
    squawk: 'renaming-column',
    ours: ['rename-breaking'],
    theirs: 'the old name is taken again in the same transaction, or the table is new',
    alone: 'renamed tables, schemas and enum values, and DROP with ADD, are the same hazard here',
  },
  {
    squawk: 'renaming-table',
    ours: ['rename-breaking'],
    theirs: 'the old name is taken again in the same transaction, or the table is new',
    alone: 'renamed columns, schemas and enum values, and DROP with ADD, are the same hazard here',
  },
  {
    squawk: 'ban-drop-column',
    ours: ['drop-before-contract', 'rename-breaking'],
    theirs: 'replaced and filled by an earlier migration, or the table is new',
    alone: wider,
  },
  {
    squawk: 'ban-drop-table',
    ours: ['drop-before-contract', 'rename-breaking'],
    theirs: 'born in the same migration, a checkpoint, or a temporary table',
    alone: wider,
  },
  {
    squawk: 'ban-truncate-cascade',
    ours: ['truncate-cascade'],
    theirs: 'every table that refers to it is in the same list',
    alone: 'a plain TRUNCATE of a referenced table fails',
  },
  {
    squawk: 'ban-concurrent-index-creation-in-transaction',
    ours: ['concurrent-in-transaction'],
    theirs: 'squawk takes any second statement for a transaction; ours asks the runner and the file',
    alone: 'DROP INDEX CONCURRENTLY, REINDEX, VACUUM, CREATE DATABASE fail in one as well; so does a shared query string',
  },
  {
    squawk: 'prefer-robust-stmts',
    ours: ['non-idempotent-ddl', 'missing-transaction'],
    theirs: 'one statement, or a transaction around them, leaves nothing half done',
    alone: 'an INVALID index of a failed concurrent build is accepted by IF NOT EXISTS',
  },
  {
    squawk: 'require-lock-timeout',
    ours: ['missing-lock-timeout'],
    theirs:
      'the runner bounds it, a statement_timeout bounds it, nobody waits for the table, or a project that never sets one hears it once',
    alone: 'a SET that is too late, 0, rolled back or on another connection does not count',
  },
  {
    squawk: 'require-statement-timeout',
    ours: ['missing-lock-timeout', 'missing-statement-timeout'],
    theirs: 'lock_timeout alone keeps the queue short; a long statement is a hazard only where it works under a lock',
    alone: 'see require-lock-timeout',
  },
  {
    squawk: 'ban-drop-not-null',
    ours: ['not-null-dropped'],
    theirs: 'the column is dropped or made anew as well, or its table is new',
    alone: wider,
  },
  {
    squawk: 'require-concurrent-reindex',
    ours: ['index-not-concurrent'],
    theirs: 'inside a transaction, or of a table made here',
    alone: 'CREATE INDEX is the same hazard here',
  },
  {
    squawk: 'ban-drop-database',
    ours: ['drop-before-contract'],
    theirs: 'DROP DATABASE inside a transaction fails, which concurrent-in-transaction says',
    alone: 'tables, columns, schemas and types that are dropped are the same hazard here',
  },
  { squawk: 'ban-char-field', ours: ['char-column'], theirs: style, alone: wider },
  { squawk: 'prefer-text-field', ours: ['varchar-limit'], theirs: style, alone: wider },
  {
    squawk: 'prefer-bigint-over-int',
    ours: ['primary-key-too-small'],
    theirs: 'only keys run out of numbers: an integer that counts apples is left alone',
    alone: wider,
  },
  { squawk: 'prefer-bigint-over-smallint', ours: ['smallint-column'], theirs: style, alone: wider },
  { squawk: 'prefer-identity', ours: ['serial-column'], theirs: style, alone: wider },
  { squawk: 'prefer-timestamp-tz', ours: ['timestamp-without-time-zone'], theirs: style, alone: wider },
  { squawk: 'identifier-too-long', ours: ['identifier-too-long'], theirs: 'the name is cut to one that is there already', alone: wider },
  {
    squawk: 'transaction-nesting',
    ours: ['nested-transaction'],
    theirs: 'the runner of the case opens no transaction: BEGIN is the only one',
    alone: 'the transaction is the runner’s, which the file alone does not show',
  },
  {
    squawk: 'ban-uncommitted-transaction',
    ours: ['unfinished-transaction'],
    theirs: 'nothing that was done in it is lost',
    alone: wider,
  },
  {
    squawk: 'ban-alter-domain-with-add-constraint',
    ours: ['domain-constraint-scan'],
    theirs: 'the constraint is NOT VALID, or the history shows no column of the domain in a table that is there',
    alone: 'SET NOT NULL and VALIDATE CONSTRAINT read the same tables under the same lock',
  },
  { squawk: 'ban-create-domain-with-constraint', ours: ['domain-constraint'], theirs: style, alone: wider },
  { squawk: 'require-enum-value-ordering', ours: ['enum-value-position'], theirs: style, alone: wider },
  {
    squawk: 'syntax-error',
    ours: [],
    theirs: 'squawk’s own grammar lags the server’s; what libpg_query cannot read is reported as opaque',
  },
]

/** One text that both judged. */
export interface Compared {
  readonly title: string
  readonly squawk: ReadonlySet<string>
  readonly ours: ReadonlySet<string>
}

/** The command of squawk-cli on this machine; undefined when its binary cannot run. */
export function squawkCommand(): string | undefined {
  try {
    const command = createRequire(import.meta.url).resolve('squawk-cli/js/bin/squawk')
    execFileSync(process.execPath, [command, '--version'], { stdio: 'ignore' })
    return command
  } catch {
    return undefined
  }
}

interface Text {
  readonly title: string
  readonly sql: readonly string[]
  readonly ours: ReadonlySet<string>
}

/** Every PostgreSQL fixture and every rule's example in SQL, judged by both. */
export async function compareAll(command: string): Promise<readonly Compared[]> {
  const texts = [...(await fixtures()), ...(await examples())]
  const said = saidBy(
    command,
    texts.map(({ sql }) => sql),
  )
  return texts.map(({ title, ours }, index) => ({ title, ours, squawk: said.get(index) ?? new Set() }))
}

/** The rules by which squawk speaks on each of these migrations, given as the texts of their files. */
export function saidBy(command: string, migrations: readonly (readonly string[])[]): ReadonlyMap<number, ReadonlySet<string>> {
  const folder = mkdtempSync(join(tmpdir(), 'surefoot-squawk-'))
  try {
    migrations.forEach((sql, index) => {
      for (const [part, text] of sql.entries()) writeFileSync(join(folder, `${index}-${part}.sql`), text)
    })
    const said = new Map<number, Set<string>>()
    for (const { file, rule_name } of run(command, folder)) {
      const index = Number(basename(file).split('-')[0])
      said.set(index, (said.get(index) ?? new Set()).add(rule_name))
    }
    return said
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Said {
  readonly file: string
  readonly rule_name: string
}

function run(command: string, folder: string): readonly Said[] {
  const paths = readdirSync(folder).map((name) => join(folder, name))
  const options = {
    encoding: 'utf8' as const,
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'] as ['ignore', 'pipe', 'ignore'],
  }
  try {
    return JSON.parse(execFileSync(process.execPath, [command, '--reporter', 'json', ...paths], options))
  } catch (error) {
    // It exits with 1 when it has something to say.
    const { stdout } = error as { readonly stdout?: string }
    return JSON.parse(stdout ?? '[]')
  }
}

async function fixtures(): Promise<Text[]> {
  const root = join(import.meta.dirname, '../fixtures/sql/postgres')
  const texts: Text[] = []
  for (const name of readdirSync(root).sort()) {
    for (const one of parseCases(name, readFileSync(join(root, name), 'utf8'))) {
      const { outcome } = await judgeCase(one, 'postgres', rules)
      const sql = one.sections.filter(({ kind }) => kind === 'now').map(({ text }) => text.replace(/[ \t]*-- expect: [^\n]*/g, ''))
      texts.push({ title: `${name}: ${one.title}`, sql, ours: idsOf(outcome.findings) })
    }
  }
  return texts
}

async function examples(): Promise<Text[]> {
  const texts: Text[] = []
  for (const rule of rules) {
    for (const example of [...rule.bad, ...rule.good]) {
      const sql = example.sql ?? example.prisma
      if (example.on !== 'postgres' || sql === undefined) continue
      const outcome = await runExample(example, settingsFor(rules, 'style'), rules, 'style')
      texts.push({ title: `${rule.id}: ${example.title ?? sql.split('\n')[0]!}`, sql: [sql], ours: idsOf(outcome.findings) })
    }
  }
  return texts
}

function idsOf(findings: readonly { readonly rule: string; readonly direction: 'up' | 'down' }[]): ReadonlySet<string> {
  return new Set(findings.filter(({ direction }) => direction === 'up').map(({ rule }) => rule))
}

/** How a pair fared: the texts where both speak, and where one does. */
export function outcomeOf(pair: Pair, compared: readonly Compared[]) {
  const ours = (one: Compared) => pair.ours.some((id) => one.ours.has(id))
  const theirs = (one: Compared) => one.squawk.has(pair.squawk)
  return {
    both: compared.filter((one) => ours(one) && theirs(one)),
    onlySquawk: compared.filter((one) => theirs(one) && !ours(one)),
    onlyOurs: compared.filter((one) => ours(one) && !theirs(one)),
  }
}
