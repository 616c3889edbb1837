import type { Outcome, ReportedRehearsal } from '../lint/outcome.ts'
import { check as run } from '../pipeline/check.ts'
import { type CheckOptions, requestOf } from './check.ts'

/** What is rehearsed, where, and within which limits. */
export interface RehearseOptions extends CheckOptions {
  /** The URL of a server, or the name of an engine (`binary`, `pglite`, `sql.js`, …); the best at hand when left out. */
  readonly engine?: string
  /** Lets the URL name a server that is not on this machine. */
  readonly allowRemote?: boolean
  /** Rows a table; 20 000 when left out. */
  readonly rows?: number
  /** Ms that one run of one migration may take; 60 000 when left out. */
  readonly timeout?: number
  /** Names of variables of the environment that the migrations may see; none when left out. */
  readonly env?: readonly string[]
  /** SQL of the schema that the history stands on, which is then not run itself. */
  readonly baseSchema?: string
  /** SQL that puts the project's own rows where the history ends. Tables with fewer than `rows` get more that are made up. */
  readonly seed?: string
  /** The folder whose packages run the migrations: the project's own `sequelize`, `typeorm` and drivers. `directory`, else the current one, when left out. */
  readonly packages?: string
  /** `all`: every judged migration, not only those with findings. What `only` names is rehearsed in any case. */
  readonly which?: 'flagged' | 'all'
  /** `false`: runs only what the findings need, and looks for nothing else. */
  readonly battery?: boolean
  /** Stops the rehearsal. What it had made is removed before the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** The outcome of a check with verdicts on its findings, and what running the migrations showed. */
export interface Rehearsed extends Outcome {
  readonly rehearsals: readonly ReportedRehearsal[]
}

/**
 * Runs migrations on throwaway databases, in processes of their own, and says which findings hold: the outcome of `check` with a verdict on each finding that was
 * tried, and in `rehearsals` what was seen. It resolves to what `surefoot rehearse --format json` prints, times in ms.
 *
 * What migrations do never makes it reject: a history that does not apply, a run that is stopped are told in `rehearsals`. It rejects with a `UserError` when the call is
 * wrong or no engine can be had. Nothing that it made stays: no process, database, user or file.
 */
export async function rehearse(options: RehearseOptions): Promise<Rehearsed> {
  const { signal } = options
  const request = requestOf(options)
  signal?.throwIfAborted()
  const { Rehearsal, memoryOfMigration } = await import('../sandbox/rehearse.ts')
  const rehearsal = new Rehearsal({
    root: options.packages ?? options.directory ?? process.cwd(),
    rows: options.rows ?? 20_000,
    engine: options.engine,
    allowRemote: options.allowRemote ?? false,
    env: options.env ?? [],
    baseSchema: options.baseSchema,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    limits: { milliseconds: options.timeout ?? 60_000, mebibytes: memoryOfMigration },
    which: options.which === 'all' || options.only ? 'judged' : 'flagged',
    battery: options.battery ?? true,
  })
  let stopped = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stopped = () => void rehearsal.stop().then(() => reject(signal?.reason))
  })
  signal?.addEventListener('abort', stopped, { once: true })
  try {
    const { outcome } = await Promise.race([run({ ...request, prove: rehearsal.prove }), aborted])
    return { ...outcome, rehearsals: rehearsal.rehearsals }
  } catch (error) {
    if (signal?.aborted) return await aborted
    throw error
  } finally {
    signal?.removeEventListener('abort', stopped)
    await rehearsal.close()
  }
}
