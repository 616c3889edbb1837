import type { Entry } from '../../frameworks/framework.ts'
import type { Database } from '../engine.ts'
import type { Effects } from '../observe/observer.ts'

/** An error as plain data, from the server or from the migration's own code. */
export interface Failure {
  readonly message: string
  /** As ServerError has it; undefined when the server did not say it. */
  readonly code: string | undefined
  readonly number?: number
  /** The failure is the one that we asked for. */
  readonly injected: boolean
}

/** One statement that a migration sent, housekeeping of the framework left out. */
export interface TracedStatement {
  /** 0-based among the statements of its run. */
  readonly index: number
  readonly sql: string
  /** The file and 1-based line of the migration's code that sent it; undefined: the framework's own step. */
  readonly file: string | undefined
  readonly line: number | undefined
  /** Which connection of the run it went through: 0, 1, … */
  readonly connection: number
  readonly inTransaction: boolean
  readonly milliseconds: number
  /** undefined: not observed (tracing was off, or the session could not be asked). */
  readonly effects: Effects | undefined
  readonly failure: Failure | undefined
}

export interface RunRequest {
  readonly database: Database
  readonly entry: Entry
  readonly direction: 'up' | 'down'
  /** Observe each statement. Without it the run is as fast as the framework is. */
  readonly trace: boolean
  /** Make the statement of this index fail on the server; undefined: none. */
  readonly failAt?: number
  /** Called while a statement's effects are held and not yet released, where the engine has a second session. */
  readonly during?: (statement: { readonly index: number; readonly sql: string; readonly effects: Effects }) => Promise<void>
}

/** How a run ended. `killed` says which limit it hit, or that its process ended without a word. */
export interface RunOutcome {
  readonly statements: readonly TracedStatement[]
  readonly failure: Failure | undefined
  readonly killed: 'time' | 'memory' | 'exit' | undefined
  /** Two sessions of the migration waited for each other: what each of them ran. */
  readonly deadlock?: { readonly waiting: string; readonly blocking: string }
  /** What the migration printed, cut at 64 KiB. */
  readonly printed: string
  readonly milliseconds: number
}

/** Runs the migrations of one history, each as its framework would. A run never throws for what a migration does. */
export interface Runner {
  /** What runs them, for people: `sequelize 6.37.5 of the project, pg 8.13.1`; `statement by statement in one transaction, as Flyway does`. */
  readonly product: string
  /** Tables that the runner keeps for itself: not part of what a migration leaves behind. */
  readonly bookkeeping: readonly string[]
  /** What could not be shut out on this Node, in sentences to show: `the network is not blocked: Node 20 cannot, and unshare is not here`. */
  readonly open: readonly string[]
  run(request: RunRequest): Promise<RunOutcome>
  /** Ends the child processes. Never throws. */
  close(): Promise<void>
}

/** Limits of one run. */
export interface Limits {
  /** Wall time in ms; 60 000 by default. */
  readonly milliseconds: number
  /** Resident memory of the child in MiB; 512 by default. */
  readonly mebibytes: number
}
