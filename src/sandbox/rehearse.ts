import { UserError } from '../errors.ts'
import type { Entry } from '../frameworks/framework.ts'
import type { Migration } from '../ir/migration.ts'
import type { Judged } from '../lint/judged.ts'
import type { ReportedRehearsal, ReportedStep } from '../lint/outcome.ts'
import type { ReadHistory } from '../pipeline/check.ts'
import { Base, HistoryFailed, migrationOf, type Stage } from './base.ts'
import { battery, noRight, type Observation, overValues } from './battery.ts'
import type { Engine } from './engine.ts'
import { standsBehind } from './experiment.ts'
import { blockedBy, blockedByAlgorithm } from './judgements/locks.ts'
import { mildly } from './mildly.ts'
import type { Effects, HeldLock } from './observe/observer.ts'
import { openStage } from './open.ts'
import { type Outage, outageOf } from './outage.ts'
import type { Limits, Runner, RunOutcome, TracedStatement } from './runner/runner.ts'
import { failed, Trial } from './trial.ts'
import { judged, settle, withVerdict } from './verdicts.ts'
import { mustRun, whyNot } from './why-not.ts'

/** Memory that the process of a migration may take, in MiB. */
export const memoryOfMigration = 512

export interface RehearseOptions {
  /** The project's root on disk: where its packages are looked for. */
  readonly root: string
  /** Rows a table; 20 000 by default. */
  readonly rows: number
  /** A URL or the name of a provider; undefined: the best engine at hand. */
  readonly engine: string | undefined
  readonly allowRemote: boolean
  /** Names of environment variables that the migration's process may see. */
  readonly env: readonly string[]
  /** SQL of the schema that the history stands on, instead of the history itself. */
  readonly baseSchema: string | undefined
  /** SQL that puts the project's own rows where the history ends; tables that have too few then get more of ours. */
  readonly seed?: string
  /** SQL that runs before the history: what it takes for granted. */
  readonly before?: (read: ReadHistory) => Promise<string>
  /** Engines that are open already; they are the caller's to close. */
  readonly engines?: Map<string, Promise<Engine>>
  readonly limits: Limits
  /** Only migrations with findings, or every judged one. */
  readonly which: 'flagged' | 'judged'
  /** Also look for what no rule said: the whole battery. Otherwise only what the findings need is run. */
  readonly battery: boolean
  /** Called before each migration with its id, before each of its experiments with what is tried, and at the end with nothing. */
  readonly progress?: (migration: string | undefined, experiment?: string) => void
}

/** Rehearses the histories that a check reads, and keeps what it saw. Close it at the end. */
export class Rehearsal {
  readonly rehearsals: ReportedRehearsal[] = []
  readonly #options: RehearseOptions
  readonly #engines: Map<string, Promise<Engine>>
  #onDisk = false
  /** The id of the migration that is rehearsed. */
  #now: string | undefined
  #stopped = false
  #running: Runner | undefined

  constructor(options: RehearseOptions) {
    this.#options = options
    this.#engines = options.engines ?? new Map()
  }

  /** For `CheckOptions.prove`: runs the migrations of one history, and gives its findings with their verdicts. Throws a UserError when no engine can be had. */
  readonly prove = async (read: ReadHistory, findings: readonly Judged[]): Promise<readonly Judged[]> => {
    const flagged = new Set(findings.map(({ migration }) => migration))
    const wanted = [...read.judged]
      .sort((a, b) => a - b)
      .filter((position) => this.#options.which === 'judged' || flagged.has(read.history.entries[position]!.id))
    if (wanted.length === 0) return findings
    let scene = await this.#open(read, wanted.at(-1)!)
    const proven = new Map<Judged, Judged>()
    try {
      for (const position of wanted) {
        const entry = read.history.entries[position]!
        this.#goesOn()
        this.#now = entry.id
        this.#options.progress?.(entry.id)
        if (scene.gaveOut) scene = await this.#reopen(scene)
        const own = findings.filter(({ migration }) => migration === entry.id)
        let tried = await this.#one(scene, position, own)
        // Memory is less than a disk: what filled it has another chance there.
        if (scene.gaveOut?.kind === 'no space' && scene.stage.engine.inMemory) {
          this.#onDisk = true
          scene = await this.#reopen(scene)
          tried = await this.#one(scene, position, own)
        }
        this.rehearsals.push(tried.report)
        for (const [finding, verdict] of tried.proven) proven.set(finding, verdict)
      }
    } finally {
      await scene.close()
    }
    return findings.map((finding) => proven.get(finding) ?? finding)
  }

  /** Ends what runs now and removes what was made, at once; `prove` then rejects. Never throws. */
  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all([this.#running?.close(), this.close()])
  }

  /** Ends the engines. Never throws. */
  async close(): Promise<void> {
    this.#options.progress?.(undefined)
    if (this.#options.engines) return
    for (const engine of this.#engines.values()) await (await engine.catch(() => undefined))?.close()
    this.#engines.clear()
  }

  #goesOn(): void {
    if (this.#stopped) throw new Error('the rehearsal was stopped')
  }

  /** `last`: the last position that will be asked for. */
  async #open(read: ReadHistory, last: number): Promise<Scene> {
    const stage = await openStage(
      read,
      { ...this.#options, onDisk: this.#onDisk, tell: (what) => this.#options.progress?.(this.#now, what) },
      this.#engines,
    )
    this.#running = stage.runner
    return new Scene(stage, last)
  }

  /** The same on an engine that is started anew; the old one, with why that cannot be had. */
  async #reopen(scene: Scene): Promise<Scene> {
    await scene.close()
    for (const [key, opened] of this.#engines) if ((await opened.catch(() => undefined)) === scene.stage.engine) this.#engines.delete(key)
    await scene.stage.engine.close()
    try {
      return await this.#open(scene.stage.read, scene.last)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      scene.gaveOut = { kind: 'gone', because: error.message }
      return scene
    }
  }

  async #one(scene: Scene, position: number, findings: readonly Judged[]): Promise<Tried> {
    const started = performance.now()
    const { stage } = scene
    const entry = stage.read.history.entries[position]!
    const migration = await migrationOf(stage, entry)
    const trialOn = (mild: boolean, rows = this.#options.rows) => {
      const baseOf = (count: number) => scene.baseOf(count, mild)
      return new Trial(stage, { entry, migration, position }, baseOf(rows), baseOf)
    }
    let trial = trialOn(false)
    let empty: Trial | undefined
    const proven = new Map<Judged, Judged>()
    try {
      if (scene.gaveOut !== undefined) throw new Error(scene.gaveOut.because)
      if (this.#options.battery) trial.prepare()
      mustRun((await trial.up()).outcome)
      const harsh = await mildly(trial, () => trialOn(true))
      trial = harsh?.mild ?? trial
      const up = await trial.up()
      const { outcome, before } = up
      if (this.#options.battery && !failed(outcome)) await trial.goAhead()
      for (const finding of findings) proven.set(finding, await judged(finding, trial))
      const behind = findings.filter((finding) => standsBehind(proven.get(finding)!, up, trial))
      if (overValues(outcome) && behind.length > 0) {
        empty = trialOn(true, 0)
        for (const [finding, verdict] of await provenOnEmpty(behind, empty)) proven.set(finding, verdict)
      }
      const seen = this.#options.battery ? await battery(trial) : []
      const observations = harsh?.mild ? [harsh.seen, ...seen] : [...seen, ...(harsh ? [harsh.seen] : [])]
      const report = {
        ...this.#about(stage, entry),
        steps: outcome.statements.map((statement) => stepOf(statement, new Set(before.contents.keys()))),
        observations: observations.map((observation) =>
          reported(
            observation,
            // What stands behind a failure had no say in it.
            [...proven.values()].filter((finding) => observation.kind !== 'up-fails' || !standsBehind(finding, up, trial)),
          ),
        ),
        notes: [...new Set([...stage.runner.open, ...trial.base.notes, ...limitsOf(outcome, migration)])],
        milliseconds: Math.round(performance.now() - started),
      }
      return { proven, report }
    } catch (error) {
      this.#goesOn()
      scene.gaveOut ??= outageOf(error, stage.engine)
      const notRun = scene.gaveOut?.because ?? whyNot(error)
      for (const finding of findings) proven.set(finding, withVerdict(finding, settle({ verdict: 'not proven', because: notRun }, trial)))
      const report = {
        ...this.#about(stage, entry),
        notRun,
        steps: [],
        observations: [],
        notes: [],
        milliseconds: Math.round(performance.now() - started),
      }
      return { proven, report }
    } finally {
      await empty?.close()
      await trial.close()
    }
  }

  #about({ engine, runner }: Stage, entry: Entry) {
    return {
      migration: entry.id,
      file: entry.path,
      engine: `${engine.product} (${engine.provider})`,
      runner: runner.product,
      settings: engine.settings,
      rows: this.#options.rows,
    }
  }
}

/** What stands behind a statement that made-up rows do not pass, as far as it shows without any rows. */
async function provenOnEmpty(findings: readonly Judged[], empty: Trial): Promise<ReadonlyMap<Judged, Judged>> {
  const proven = new Map<Judged, Judged>()
  try {
    if (failed((await empty.up()).outcome)) return proven
    for (const finding of findings) {
      const again = await judged(finding, empty)
      if (again.verdict?.verdict === 'confirmed' || again.verdict?.verdict === 'conditional') proven.set(finding, again)
    }
  } catch (error) {
    if (!(error instanceof HistoryFailed)) throw error
  }
  return proven
}

/** What came of one migration. */
interface Tried {
  readonly proven: ReadonlyMap<Judged, Judged>
  readonly report: ReportedRehearsal
}

/** One history with an engine, and the databases that follow it. */
class Scene {
  readonly stage: Stage
  readonly last: number
  /** Why the engine can be used no more. */
  gaveOut: Outage | undefined
  readonly #bases = new Map<string, Base>()

  constructor(stage: Stage, last: number) {
    this.stage = stage
    this.last = last
  }

  baseOf(rows: number, mild: boolean): Base {
    const name = `${rows} ${mild}`
    const base = this.#bases.get(name) ?? new Base(this.stage, { rows, mild }, this.last)
    this.#bases.set(name, base)
    return base
  }

  /** Lets its databases and its process go. Never throws. */
  async close(): Promise<void> {
    await this.stage.runner.close()
    for (const base of this.#bases.values()) base.close()
    await Promise.all(this.stage.leaving)
  }
}

/** What the run could not show, in sentences. */
function limitsOf({ failure }: RunOutcome, { up }: Migration): readonly string[] {
  return [
    ...(failure && noRight(failure) ? [`the throwaway role may not do this, so the rest was not run: ${failure.message}`] : []),
    ...(up.ambient === 'unknown' || up.ambientAssumed
      ? ['nothing says whether the tool opens a transaction, so failures in the middle were not tried']
      : []),
  ]
}

function reported({ kind, message, saidBy, query }: Observation, findings: readonly Judged[]) {
  const said = findings.some(
    ({ rule, verdict }) =>
      saidBy.includes(rule) ||
      (kind === 'up-fails' && verdict?.verdict === 'confirmed' && verdict.because.startsWith('the statement fails')),
  )
  return { kind, message, said, ...(query === undefined ? {} : { query }) }
}

/** `tables`: those that were there before the migration; what is new nobody waits for. */
function stepOf(
  { file, line, sql, inTransaction, milliseconds, effects, failure }: TracedStatement,
  tables: ReadonlySet<string>,
): ReportedStep {
  const old = (locks: readonly HeldLock[] = []) => locks.filter(({ relation }) => tables.has(relation))
  return {
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    sql: sql.length > 2000 ? `${sql.slice(0, 2000)}…` : sql,
    inTransaction,
    milliseconds: Math.round(milliseconds * 10) / 10,
    locks: old(effects?.locks),
    blocks: [...byAlgorithm(effects, tables), ...blocked(old([...(effects?.locks ?? []), ...(effects?.held ?? [])]))],
    rewritten: effects?.rewritten ?? [],
    scanned: effects?.scanned ?? {},
    written: effects?.written ?? {},
    ...(effects?.algorithm === undefined ? {} : { algorithm: effects.algorithm }),
    observed: effects !== undefined,
    ...(failure === undefined ? {} : { failure: failure.code === undefined ? failure.message : `${failure.code}: ${failure.message}` }),
  }
}

/** What an ALTER of MySQL or MariaDB keeps waiting, by the way in which the server ran it. */
function byAlgorithm(effects: Effects | undefined, tables: ReadonlySet<string>): readonly string[] {
  const what = effects?.algorithm === undefined ? undefined : blockedByAlgorithm(effects.algorithm)
  if (what === undefined) return []
  return Object.keys(effects!.written).flatMap((relation) => (tables.has(relation) ? [`${what} of ${relation}`] : []))
}

/** What the strongest lock on each relation keeps waiting. */
function blocked(locks: readonly HeldLock[]): readonly string[] {
  const worst = new Map<string, string>()
  for (const { relation, mode } of locks) {
    const what = blockedBy(mode)
    if (what !== undefined && worst.get(relation) !== 'reads and writes') worst.set(relation, what)
  }
  return [...worst].map(([relation, what]) => `${what} of ${relation}`)
}
