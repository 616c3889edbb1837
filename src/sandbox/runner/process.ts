import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Framework, LoadOptions } from '../../frameworks/framework.ts'
import { mappingOf } from '../../frameworks/knex/name-mapping.ts'
import type { Migration } from '../../ir/migration.ts'
import { withParser } from '../../pipeline/engines.ts'
import type { Project } from '../../project/project.ts'
import type { Observer } from '../observe/observer.ts'
import { findPackage } from '../packages.ts'
import { failed } from './failure.ts'
import { Child } from './process/child.ts'
import { Conversation } from './process/conversation.ts'
import { type Deadlock, deadlockIn, watchForDeadlock } from './process/deadlock.ts'
import { type Isolation, isolate, readableFrom } from './process/isolation.ts'
import { childProgram } from './process/program.ts'
import { Transpiler } from './process/transpile.ts'
import type { Job, Place } from './protocol.ts'
import type { Failure, Limits, Runner, RunOutcome, RunRequest } from './runner.ts'

export interface ProcessRunnerOptions {
  readonly framework: Framework
  readonly project: Project
  readonly load: LoadOptions
  /** It may be known later than the process is started. */
  readonly observer: Observer | Promise<Observer>
  readonly limits: Limits
  /** Why a statement may not be sent (it reaches outside its database); undefined: it may. */
  forbidden(sql: string): string | undefined
  /** The project's folder on disk, absolute: from here its packages are loaded. */
  readonly root: string
  /** Variables of the environment that the migrations may see. */
  readonly env: Readonly<Record<string, string>>
  /** The Node that runs them; this one by default. */
  readonly node?: string
}

/**
 * Runs the migrations of Sequelize, TypeORM and Knex: their own code with the project's own packages, in a process that can read the project, reach the throwaway database
 * and little else. The process is started at once, loads the tool and its driver, and is used for one run after the other.
 */
export async function processRunner(options: ProcessRunnerOptions): Promise<Runner> {
  const root = realpathSync(options.root)
  const { name } = options.framework
  const tool = name === 'typeorm' || name === 'knex' ? name : 'sequelize'
  const folder = join(root, options.load.history.directory)
  const drivers = driversOf(folder, options.load.dialect.name)
  const isolation = isolate({
    node: options.node ?? process.execPath,
    program: await childProgram(),
    readable: readableFrom(
      root,
      folder,
      [...drivers.values()].map(({ folder }) => folder),
    ),
    mebibytes: options.limits.mebibytes,
  })
  return new ProcessRunner({ ...options, root }, tool, isolation, drivers)
}

/** Tables that the tools keep for themselves; Knex's migrator, which keeps two, does not run here. */
const bookkeeping: Readonly<Record<Job['tool'], readonly string[]>> = {
  sequelize: ['SequelizeMeta'],
  typeorm: ['migrations', 'typeorm_metadata'],
  knex: [],
}

type Drivers = ReadonlyMap<string, { readonly folder: string; readonly version: string; resolve(entry?: string): string }>

function driversOf(root: string, dialect: string): Drivers {
  const names = dialect === 'postgres' ? ['pg'] : dialect === 'sqlite' ? ['sql.js'] : ['mysql2']
  return new Map(
    names.flatMap((name) => {
      const found = findPackage(root, name)
      return found ? [[name, found] as const] : []
    }),
  )
}

class ProcessRunner implements Runner {
  readonly product: string
  readonly bookkeeping: readonly string[]
  readonly open: readonly string[]
  readonly #options: ProcessRunnerOptions
  readonly #tool: Job['tool']
  readonly #isolation: Isolation
  readonly #drivers: Drivers
  readonly #transpiler: Transpiler
  /** All that a new child has to be told first. */
  readonly #modules: Parameters<Child['say']>[0][] = []
  #child: Child | undefined
  #queue: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(options: ProcessRunnerOptions, tool: Job['tool'], isolation: Isolation, drivers: Drivers) {
    this.#options = options
    this.#tool = tool
    this.#isolation = isolation
    this.#drivers = drivers
    this.#transpiler = new Transpiler(options.project, options.root)
    this.bookkeeping = bookkeeping[tool]
    this.open = isolation.open
    const folder = join(options.root, options.load.history.directory)
    const core = tool === 'sequelize' && !isThere(folder, tool) && isThere(folder, '@sequelize/core') ? '@sequelize/core' : tool
    this.#child = this.#begun()
    this.product = [toolLine(folder, core), ...[...drivers.keys()].map((name) => driverLine(folder, name))].join(', ')
  }

  run(request: RunRequest): Promise<RunOutcome> {
    const work = () => this.#run(request)
    const result = this.#queue.then(work, work)
    this.#queue = result
    return result
  }

  async close(): Promise<void> {
    this.#closed = true
    const child = this.#child
    child?.kill('closed')
    await this.#queue.catch(() => {})
    await child?.ended
  }

  async #run(request: RunRequest): Promise<RunOutcome> {
    const started = performance.now()
    const { framework, project, load, limits, forbidden } = this.#options
    const observer = await this.#options.observer
    const migration = await withParser(load.dialect, () => framework.load(request.entry, project, load))
    const child = await this.#ready(request.entry.path)
    const conversation = new Conversation({ child, request, observer, forbidden, origin: (frame) => this.#transpiler.origin(frame) })
    const timer = setTimeout(() => child.kill('time'), limits.milliseconds)
    const watch = watchForDeadlock(conversation, request, load.dialect.name)
    let deadlock: Deadlock | undefined
    void watch.found.then((found) => {
      deadlock = found
      child.kill('closed')
    })
    try {
      child.say({ kind: 'run', job: await this.#job(request, migration) })
      const end = await Promise.race([conversation.done, child.ended])
      const outcome = (failure: Failure | undefined, killed?: RunOutcome['killed']): RunOutcome => {
        deadlock ??= deadlockIn(failure, conversation, connectionsOf(request))
        return {
          statements: conversation.statements,
          failure,
          killed,
          ...(deadlock ? { deadlock } : {}),
          printed: child.printed(),
          milliseconds: performance.now() - started,
        }
      }
      if ('why' in end) {
        conversation.stopped('the run was stopped while it ran')
        if (deadlock) return outcome(failed('two sessions of the migration wait for each other: it would never end'))
        return outcome(failed(this.#endedBecause(end.why, end.because)), end.why === 'closed' ? 'exit' : end.why)
      }
      if (end.image && request.database.wire.kind === 'image') await request.database.wire.write(end.image)
      // What broke loose may still be at work.
      if (!end.waited) {
        child.kill('closed')
        await child.ended
      }
      // Printed text travels on its own way.
      await new Promise((resolve) => setTimeout(resolve, 5))
      return outcome(end.failure)
    } finally {
      clearTimeout(timer)
      await watch.stop()
      await conversation.close()
    }
  }

  #endedBecause(why: string, because: string): string {
    const { milliseconds, mebibytes } = this.#options.limits
    if (why === 'time') return `the migration was stopped after ${milliseconds} ms`
    if (why === 'memory') return `the migration was stopped: it took more than ${mebibytes} MiB of memory`
    return `the migration's process ended before the migration did: ${because}`
  }

  /** A living child that knows all files that the migration reaches. */
  async #ready(path: string): Promise<Child> {
    const { files, targets } = await this.#transpiler.reach(path)
    const message = { kind: 'modules', files, targets } as const
    if (files.length > 0) this.#modules.push(message)
    if (this.#child?.alive) {
      if (files.length > 0) this.#child.say(message)
      return this.#child
    }
    if (this.#closed) throw new Error('the process of the migrations is closed')
    this.#child = this.#begun()
    for (const each of this.#modules) this.#child.say(each)
    return this.#child
  }

  #begun(): Child {
    const { root, env, limits, load } = this.#options
    const child = new Child({ isolation: this.#isolation, root, env, limits })
    child.say({ kind: 'ahead', from: join(root, load.history.directory, 'package.json'), packages: [this.#tool, ...this.#drivers.keys()] })
    return child
  }

  async #job({ entry, direction, database }: RunRequest, migration: Migration): Promise<Job> {
    const { wire } = database
    const place: Place =
      wire.kind === 'image'
        ? { kind: 'image', bytes: await wire.read() }
        : { kind: 'stream', user: wire.user, password: wire.password, database: wire.database, connections: wire.connections }
    const ambient = migration[direction]?.ambient
    return {
      tool: this.#tool,
      root: this.#options.root,
      file: this.#transpiler.absolute(entry.path),
      id: entry.id,
      exportName: entry.exportName,
      direction,
      dialect: this.#options.load.dialect.name,
      transaction: ambient === 'none' ? 'none' : ambient === 'migration' ? 'each' : 'all',
      names: mappingOf(this.#options.load.history),
      handed: migration[direction]?.handed === true,
      database: place,
      drivers: Object.fromEntries([...this.#drivers].map(([name, found]) => [name, found.resolve()])),
    }
  }
}

function isThere(folder: string, name: string): boolean {
  try {
    createRequire(join(folder, 'package.json')).resolve(name)
    return true
  } catch {
    return false
  }
}

/** `sequelize 6.37.5 of the project`; it has to be the project's own. */
function toolLine(folder: string, name: string): string {
  return isThere(folder, name)
    ? `${name} ${findPackage(folder, name)?.version ?? 'of an unknown version'} of the project`
    : `${name}, which is not installed`
}

/** `pg 8.13.1 of the project`, `pg 8.13.1`. */
function driverLine(folder: string, name: string): string {
  const version = findPackage(folder, name)?.version ?? ''
  return `${name} ${version}${isThere(folder, name) ? ' of the project' : ''}`
}

function connectionsOf({ database }: RunRequest): number {
  return database.wire.kind === 'stream' ? database.wire.connections : 1
}
