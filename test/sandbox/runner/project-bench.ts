import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { discoverHistories } from '../../../src/frameworks/discover.ts'
import type { FrameworkName, RunnerOptions } from '../../../src/frameworks/framework.ts'
import type { DialectName } from '../../../src/ir/names.ts'
import { dialectOf, frameworks } from '../../../src/pipeline/engines.ts'
import { diskProject } from '../../../src/project/disk.ts'
import type { Database, Engine, Snapshot } from '../../../src/sandbox/engine.ts'
import { openSqlite } from '../../../src/sandbox/engines/sqlite/index.ts'
import type { Observer } from '../../../src/sandbox/observe/observer.ts'
import { processRunner } from '../../../src/sandbox/runner/process.ts'
import type { RunOutcome, RunRequest } from '../../../src/sandbox/runner/runner.ts'

/** A project on disk whose migrations a test runs. */
export interface Bench {
  readonly root: string
  readonly product: string
  readonly open: readonly string[]
  readonly bookkeeping: readonly string[]
  /** Runs the migration whose path or id holds `name`. */
  run(name: string, database: Database, asked?: Partial<RunRequest>): Promise<RunOutcome>
  close(): Promise<void>
}

export interface BenchOptions {
  readonly framework: FrameworkName
  readonly dialect: DialectName
  readonly observer: Observer
  readonly milliseconds?: number
  readonly mebibytes?: number
  readonly runner?: RunnerOptions
  readonly env?: Readonly<Record<string, string>>
  readonly node?: string
  /** Leave the project without packages. */
  readonly bare?: boolean
  /** The packages that it has beside those among its files. */
  readonly only?: readonly string[]
  /** The folder whose packages it has; this repository by default. */
  readonly packages?: string
  readonly forbidden?: (sql: string) => string | undefined
}

/** sql.js, as a project without a driver of its own gets it. */
export function openSqljs(): Promise<Engine> {
  return openSqlite({
    dialect: 'sqlite',
    wanted: undefined,
    asked: 'sql.js',
    allowRemote: false,
    root: import.meta.dirname,
    extensions: [],
    bytes: 0,
  })
}

/** A database in which these statements ran, to make others of. */
export async function snapshotOf(engine: Engine, ...statements: readonly string[]): Promise<Snapshot> {
  const made = await engine.create()
  const session = await made.open()
  for (const sql of statements) await session.query(sql)
  await session.close()
  const snapshot = await engine.snapshot(made)
  await made.drop()
  return snapshot
}

/** Writes the files into a temporary folder, with this repository's packages beside them. */
export async function bench(files: Readonly<Record<string, string>>, options: BenchOptions): Promise<Bench> {
  const root = mkdtempSync(join(tmpdir(), `surefoot-${process.pid}-test-`))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const packages = join(options.packages ?? join(import.meta.dirname, '../../..'), 'node_modules')
  if (options.only) for (const name of options.only) symlinkSync(join(packages, name), join(root, 'node_modules', name))
  else if (!options.bare) symlinkSync(packages, join(root, 'node_modules'))
  const project = diskProject(root)
  const [framework] = await frameworks([options.framework])
  const dialect = await dialectOf(options.dialect)
  await framework!.ready()
  const histories = discoverHistories(project, { frameworks: [framework!], dialect: options.dialect })
  const history = histories[0]
  if (!history) throw new Error('the project of the test has no migrations')
  const runner = await processRunner({
    framework: framework!,
    project,
    load: { dialect, version: dialect.latest, runner: options.runner ?? {}, history },
    observer: options.observer,
    limits: { milliseconds: options.milliseconds ?? 20_000, mebibytes: options.mebibytes ?? 512 },
    forbidden: options.forbidden ?? (() => undefined),
    root,
    env: options.env ?? {},
    ...(options.node === undefined ? {} : { node: options.node }),
  })
  return {
    root,
    product: runner.product,
    open: runner.open,
    bookkeeping: runner.bookkeeping,
    run: (name, database, asked = {}) => {
      const entry = history.entries.find(({ id, path }) => id.includes(name) || path.includes(name))
      if (!entry) throw new Error(`no migration ${name} among ${history.entries.map(({ id }) => id).join(', ')}`)
      return runner.run({ database, entry, direction: 'up', trace: true, ...asked })
    },
    close: async () => {
      await runner.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
