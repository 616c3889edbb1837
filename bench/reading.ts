import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rules } from '../rules/registry.ts'
import { discoverHistories } from '../src/frameworks/discover.ts'
import type { History, LoadOptions } from '../src/frameworks/framework.ts'
import type { Statement } from '../src/ir/migration.ts'
import type { Operation } from '../src/ir/operation.ts'
import { scriptsOf } from '../src/ir/visit.ts'
import { check } from '../src/pipeline/check.ts'
import { dialectOf, frameworks } from '../src/pipeline/engines.ts'
import { diskProject } from '../src/project/disk.ts'
import type { Project } from '../src/project/project.ts'
import { apply } from '../src/schema/apply.ts'
import { emptySchema } from '../src/schema/edit.ts'
import type { Schema } from '../src/schema/schema.ts'
import { version } from '../src/version.ts'
import { type Repository, repositories } from './repositories.ts'

/**
 * Reads the migrations of public repositories and writes what was understood to `reading.md`.
 * `npx tsx bench/reading.ts <folder>`: the folder holds a checkout of each as `<name>`, or as `<owner>+<name>`.
 */
const folder = process.argv[2] ?? process.env.SUREFOOT_CHECKOUTS
if (folder === undefined) {
  console.error('Which folder holds the checkouts? npx tsx bench/reading.ts <folder>')
  process.exit(2)
}

interface Row {
  readonly repository: Repository
  readonly engines: readonly string[]
  readonly files: number
  readonly statements: number
  readonly understood: number
  /** Statements that were read and whose table or column is known only to the running migration. */
  readonly unnamed: number
  readonly opaque: Readonly<Record<string, number>>
  readonly errors: number
  readonly findings: number
  readonly crashes: readonly string[]
  readonly seconds: number
}

const rows: Row[] = []
for (const repository of repositories) {
  const root = placeOf(repository)
  if (root === undefined) {
    console.error(`${repository.name}: no checkout in ${folder}, skipped`)
    continue
  }
  const row = await measure(repository, root)
  rows.push(row)
  console.log(`${repository.name}: ${row.understood} of ${row.statements} statements understood, ${row.seconds.toFixed(2)} s`)
}
writeFileSync(new URL('reading.md', import.meta.url), page(rows))

function placeOf({ name }: Repository): string | undefined {
  return [join(folder!, name.split('/')[1]!), join(folder!, name.replace('/', '+'))].find((path) => existsSync(path))
}

async function measure(repository: Repository, root: string): Promise<Row> {
  const crashes: string[] = []
  const started = performance.now()
  const outcome = await check({
    project: diskProject(root),
    projects: [{ runner: {}, boundByRunner: false }],
    rules: rules.filter((rule) => rule.profile === 'safety').map((rule) => ({ rule, severity: undefined, options: {} })),
    allRules: rules,
    profile: 'safety',
    down: 'rollback',
    together: false,
    version,
  }).catch((error: unknown) => {
    crashes.push(String(error))
    return undefined
  })
  const seconds = (performance.now() - started) / 1000
  const project = diskProject(root)
  const counts = { files: new Set<string>(), statements: 0, understood: 0, unnamed: 0, opaque: new Map<string, number>() }
  const engines = new Set<string>()
  for (const history of discoverHistories(project, { frameworks: await frameworks(undefined) })) {
    if (history.dialect === undefined || history.entries.length === 0) continue
    engines.add(`${history.framework} on ${history.dialect}`)
    await read(history, project, counts, crashes)
  }
  return {
    repository,
    engines: [...engines].sort(),
    files: counts.files.size,
    statements: counts.statements,
    understood: counts.understood,
    unnamed: counts.unnamed,
    opaque: Object.fromEntries(counts.opaque),
    errors: outcome?.outcome.errors.length ?? 0,
    findings: outcome?.outcome.findings.length ?? 0,
    crashes,
    seconds,
  }
}

interface Counts {
  readonly files: Set<string>
  statements: number
  understood: number
  unnamed: number
  readonly opaque: Map<string, number>
}

/** Counts the statements of a history, lowered where their meaning hangs on what exists, as the judge sees them. */
async function read(history: History, project: Project, counts: Counts, crashes: string[]): Promise<void> {
  const framework = (await frameworks([history.framework]))[0]!
  const dialect = await dialectOf(history.dialect!)
  await Promise.all([dialect.ready(), framework.ready()])
  const options: LoadOptions = { dialect, version: history.serverVersion ?? dialect.latest, runner: {}, history }
  let schema: Schema = emptySchema(dialect)
  for (const [position, entry] of history.entries.entries()) {
    try {
      const migration = framework.load(entry, project, options)
      for (const file of migration.files) counts.files.add(file)
      let before = schema
      for (const { direction, script } of scriptsOf(migration)) {
        for (const statement of script.statements) {
          const operations = statement.operations.flatMap((operation) =>
            operation.kind === 'unresolved' ? framework.lower(operation, before, options) : [operation],
          )
          count({ ...statement, operations }, counts)
          for (const operation of operations)
            before = apply(before, operation, { born: position, transaction: `${position}:${direction}` }).schema
        }
        if (direction === 'up') schema = before
      }
    } catch (error) {
      crashes.push(`${entry.path}: ${String(error)}`)
    }
  }
}

function count(statement: Statement, counts: Counts): void {
  counts.statements++
  const opaque = statement.operations.find((operation) => operation.kind === 'opaque')
  if (opaque?.kind === 'opaque') counts.opaque.set(opaque.because, (counts.opaque.get(opaque.because) ?? 0) + 1)
  else if (statement.operations.some(isUnnamed)) counts.unnamed++
  else counts.understood++
}

/** Is a table, or another object, of this operation known only to the running migration? */
function isUnnamed(operation: Operation): boolean {
  const { context: _, ...own } = operation
  return hasDynamicName(own)
}

function hasDynamicName(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if ('dynamic' in value && value.dynamic === true) return true
  return Object.values(value).some(hasDynamicName)
}

function page(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.repository.name,
    row.engines.join(', '),
    row.files,
    row.statements,
    `${row.understood} (${percent(row.understood, row.statements)})`,
    row.unnamed,
    Object.entries(row.opaque)
      .map(([because, times]) => `${because} ${times}`)
      .join(', '),
    row.errors,
    row.crashes.length,
    row.findings,
    row.seconds.toFixed(2),
  ])
  const total = (kind: Repository['kind']) => {
    const own = rows.filter((row) => row.repository.kind === kind)
    const sum = (of: (row: Row) => number) => own.reduce((all, row) => all + of(row), 0)
    const statements = sum((row) => row.statements)
    const what = kind === 'sql' ? 'SQL repositories: statements' : 'TypeScript and JavaScript repositories: calls and statements'
    return `- ${what} ${statements}, understood ${sum((row) => row.understood)} (${percent(
      sum((row) => row.understood),
      statements,
    )}), crashes ${sum((row) => row.crashes.length)}.`
  }
  return `# What is read of real migrations

Written by \`npx tsx bench/reading.ts <folder of checkouts>\`. A statement is *understood* when it is not opaque and its kind, tables and
columns are named; *unnamed* ones are read, and their table or column is known only to the running migration (a name from a query's
row). Both directions count. Calls whose SQL hangs on what exists are lowered against the replayed schema first. The seconds are those of
one whole check (discovery, reading, replay and all rules of the profile \`safety\`) in one process, unbundled.

${total('sql')}
${total('code')}

| repository | read as | files | statements | understood | unnamed | opaque | errors | crashes | findings | seconds |
|---|---|--:|--:|--:|--:|---|--:|--:|--:|--:|
${cells.map((row) => `| ${row.join(' | ')} |`).join('\n')}
`
}

function percent(part: number, all: number): string {
  return all === 0 ? '–' : `${((100 * part) / all).toFixed(2)} %`
}
