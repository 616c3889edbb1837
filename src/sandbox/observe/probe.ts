import type { Session } from '../engine.ts'

/** What a release that runs at the same time does with a table. */
export type Access = 'select' | 'insert' | 'update' | 'delete'

export const accesses: readonly Access[] = ['select', 'insert', 'update', 'delete']

/** What happened while a statement waited behind another session. */
export interface Queue {
  /** Did it wait at all? */
  readonly waited: boolean
  /** What else had to wait meanwhile, behind it. */
  readonly blocked: readonly Access[]
  /** Locks that it already held while it waited, in the server's words. */
  readonly held: readonly string[]
  /** The error that it ended with, once nobody stood in its way any more (or it gave up before). */
  readonly failure: Error | undefined
}

/** Who stands in the way: a session that read and is idle in its transaction, or one that wrote. */
export type Holder = 'reader' | 'writer'

/** Sessions that try what a running release would do, while something else holds locks. Where an engine has one session only there is none. */
export interface Prober {
  /** What had to wait on a relation (`orders`, `billing.invoices`) just now: for longer than 200 ms. */
  blocked(relation: string): Promise<readonly Access[]>
  /**
   * Lets `run` go while a transaction of another session is open on the relation, sees what waits behind it, and ends that transaction then. `cancel`: the
   * server is told to end the statement that waits (a deployment that is killed).
   */
  behind(holder: Holder, relation: string, run: () => Promise<unknown>, options?: { readonly cancel?: boolean }): Promise<Queue>
  /** Closes the sessions. Never throws. */
  close(): Promise<void>
}

/** One statement, or one migration, that is let go behind a session that stands in its way. */
export interface Experiment {
  readonly cancel: boolean
  run(): Promise<unknown>
  /** What else waits meanwhile. */
  blocked(): Promise<readonly Access[]>
}

/** Who stands in the way, and what the server says of those who wait. */
export interface Queued {
  readonly holder: Session
  /** What the holder does, in a transaction that it leaves open. */
  readonly hold: string
  /** Sessions that wait, by their numbers. */
  waiting(): Promise<readonly number[]>
  locksOf(session: number): Promise<readonly string[]>
  /** Tells the server to end what a session runs. */
  cancel(session: number): Promise<unknown>
}

/** Lets `run` go behind the holder, looks at who waits then, and ends the holder's transaction. */
export async function behind({ holder, hold, ...server }: Queued, { cancel, run, blocked }: Experiment): Promise<Queue> {
  await holder.query('BEGIN')
  let ended = false
  let failure: Error | undefined
  let running: Promise<void> | undefined
  try {
    await holder.query(hold)
    const before = await server.waiting()
    running = run()
      .then(() => {})
      .catch((error: unknown) => {
        failure = error instanceof Error ? error : new Error(String(error))
      })
      .finally(() => {
        ended = true
      })
    const found = await begins(server.waiting, before, () => ended)
    if (found === undefined) return { waited: false, blocked: [], held: [], failure }
    const kept = await blocked()
    const held = await server.locksOf(found)
    if (cancel) {
      await server.cancel(found)
      await running
    }
    await holder.query('ROLLBACK')
    await running
    return { waited: true, blocked: kept, held, failure }
  } finally {
    if (holder.state !== 'idle') await holder.query('ROLLBACK')
    await running
  }
}

/** The session that began to wait; undefined when all was over without that. */
async function begins(
  waiting: () => Promise<readonly number[]>,
  before: readonly number[],
  over: () => boolean,
): Promise<number | undefined> {
  while (!over()) {
    const found = (await waiting()).find((session) => !before.includes(session))
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return undefined
}
