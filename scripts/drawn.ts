import type { DialectName } from '../src/ir/names.ts'
import type { ReportedMigration, ReportedStatement } from '../src/lint/described.ts'
import type { Outcome, ReportedFinding } from '../src/lint/outcome.ts'
import { recipes } from '../src/plan/recipes/registry.ts'
import { noPaint } from '../src/report/paint.ts'
import { stylish } from '../src/report/stylish.ts'
import { unifiedDiff } from '../src/report/unified-diff.ts'
import type { BadExample, Rule } from '../src/rule/define.ts'
import type { CostRow, Drawn } from '../src/rule/page.ts'
import { fixExample } from '../test/fix-example.ts'
import { filesOf, runExample } from '../test/run-example.ts'

/** The versions at which the facts change, oldest first. */
const versions: Readonly<Record<DialectName, readonly string[]>> = {
  postgres: ['12', '13', '14', '15', '16', '17', '18'],
  mysql: ['5.7', '8.0.11', '8.0.12', '8.0.16', '8.0.28', '8.0.29', '8.4', '9.7'],
  mariadb: ['10.3', '10.4', '10.5', '10.6', '10.11', '11.4', '11.8'],
  sqlite: ['3.25', '3.35', '3.53'],
}

/** What the page of a rule shows of runs of its own examples: the first finding as the terminal draws it, and what its statements cost by version. */
export async function drawnOf(rule: Rule): Promise<Drawn> {
  const [first] = rule.bad
  const costs: CostRow[] = []
  for (const dialect of rule.dialects) costs.push(...(await costsOn(rule, dialect)))
  const fix = await fixOf(rule)
  return { screen: await screenOf(rule, first!), costs, ...(fix ? { fix } : {}) }
}

/** What `--fix` makes of the first example that it can mend, as a diff. */
async function fixOf(rule: Rule): Promise<Drawn['fix']> {
  if (!Object.hasOwn(recipes, rule.id)) return undefined
  for (const example of rule.bad) {
    const own = { rule, severity: undefined, options: example.options ?? {} }
    for (const suggestions of [false, true]) {
      const { before, texts } = await fixExample(example, [own], [rule], { profile: example.profile ?? rule.profile, suggestions })
      const diff = [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, text]) => unifiedDiff(path, before[path], text))
      if (diff.length > 0) return { diff: diff.join(''), keeps: suggestions ? 'structure' : 'meaning' }
    }
  }
  return undefined
}

function run(rule: Rule, example: BadExample): Promise<Outcome> {
  const own = { rule, severity: undefined, options: example.options ?? {} }
  return runExample(example, [own], [rule], example.profile ?? rule.profile, true)
}

async function screenOf(rule: Rule, example: BadExample): Promise<string> {
  const outcome = await run(rule, example)
  const { files } = filesOf(example)
  const context = { paint: noPaint, verbose: false, suppressed: false, inRepository: (file: string) => file, rule: () => undefined }
  const text = stylish({ ...outcome, opaque: [] }, { ...context, read: (file) => files[file] })
  return text.slice(0, text.lastIndexOf('\n\n1 finding:')).trim()
}

/** What the statement of the first example of an engine costs, where the finding is about a cost. */
async function costsOn(rule: Rule, dialect: DialectName): Promise<readonly CostRow[]> {
  const isNear = ({ on }: BadExample) => on === dialect || (dialect === 'mariadb' && on === 'mysql')
  for (const example of rule.bad.filter(isNear).sort((a, b) => Number(b.on === dialect) - Number(a.on === dialect))) {
    const on = { ...example, on: dialect }
    const finding = (await run(rule, on)).findings[0]
    if (!finding?.details) continue
    const rows: CostRow[] = []
    for (const version of versions[dialect]) {
      const row = rowOf(await run(rule, { ...on, version }), finding, dialect, version)
      const last = rows.at(-1)
      if (!row) continue
      if (last && sameCost(last, row)) rows[rows.length - 1] = { ...last, to: version }
      else rows.push(row)
    }
    return rows
  }
  return []
}

function rowOf({ migrations = [] }: Outcome, finding: ReportedFinding, engine: DialectName, version: string): CostRow | undefined {
  const statement = migrations.flatMap((migration: ReportedMigration) => migration.statements).find((one) => isAt(one, finding))
  if (!statement) return undefined
  const { operations, locks, text } = statement
  const isMissing = operations.some(({ kind }) => kind === 'unsupported')
  const rewrites = operations.some((operation) => operation.rewrites === true)
  const scans = operations.some((operation) => operation.scans === true)
  const costly = operations.find((operation) => operation.rewrites === true) ?? operations.find((operation) => operation.scans === true)
  const { cite, algorithm } = costly ?? operations[0] ?? {}
  return {
    engine,
    from: version,
    to: version,
    statement: text,
    // Of a query in a program the SQL itself is the statement.
    language: /^[A-Z]{2}/.test(text) ? 'sql' : 'ts',
    lock: isMissing
      ? 'not in this version'
      : [...new Set([...(algorithm ? [algorithm] : []), ...locks.map(({ lock }) => lock)])].join(', ') || 'none',
    waits: isMissing ? '–' : waitsOf(locks),
    table: rewrites ? 'written anew' : scans ? 'read whole' : '–',
    cite: cite ?? '',
  }
}

function isAt(statement: ReportedStatement, { file, line }: ReportedFinding): boolean {
  return statement.file === file && statement.line <= line && line <= statement.endLine
}

const worst = ['reads-and-writes', 'writes', 'unknown'] as const

function waitsOf(locks: ReportedStatement['locks']): string {
  const blocked = worst.find((blocks) => locks.some((lock) => lock.blocks === blocks))
  if (blocked !== undefined) return blocked.replaceAll('-', ' ')
  const queued = worst.find((queues) => locks.some((lock) => lock.queues === queues))
  return queued === undefined ? 'nothing' : `${queued.replaceAll('-', ' ')}, for an instant`
}

function sameCost(a: CostRow, b: CostRow): boolean {
  return a.lock === b.lock && a.waits === b.waits && a.table === b.table
}
