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
  readonly kind: Holder
  readonly relation: string
  readonly cancel: boolean
  run(): Promise<unknown>
  blocked(relation: string): Promise<readonly Access[]>
}

/** The session that began to wait; undefined when all was over without that. */
export async function begins(
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
