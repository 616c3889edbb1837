import { UserError } from '../errors.ts'
import { describe, HistoryFailed } from './base.ts'
import type { Failure, RunOutcome } from './runner/runner.ts'

/** A migration could not be run for what is around it, so that nothing was learnt of it. */
class CannotRun extends Error {
  override readonly name = 'CannotRun'
}

/** Throws when a run came to nothing for packages that are not there: the ORM, a driver, or what the migration imports. */
export function mustRun({ failure, statements }: RunOutcome): void {
  if (failure === undefined || failure.code !== undefined || statements.length > 0) return
  if (isOfPackages(failure)) throw new CannotRun(failure.message)
  if (/^Cannot find (?:module|package) /.test(failure.message))
    throw new CannotRun(`its code cannot be loaded: ${describe(failure)}. Install the project's packages`)
}

/** Why a migration was not run, and what to do about it, in words. A UserError is thrown on. */
export function whyNot(error: unknown): string {
  if (error instanceof UserError) throw error
  if (error instanceof CannotRun) return error.message
  if (!(error instanceof HistoryFailed)) return `the rehearsal broke off: ${error instanceof Error ? error.message : String(error)}`
  const { failure, message } = error
  if (isOfPackages(failure)) return failure.message
  const missing = /extension "([^"]+)" is not available/.exec(message)?.[1]
  if (missing !== undefined) return `${message}. Name a server that has ${missing} with --engine`
  const base = 'or give the schema that the history stands on with --base schema.sql'
  if (failure.code === '42501')
    return `${message}. The throwaway user has rights in its own database alone and may make no roles: rehearse with --engine pglite, where it may do both, ${base}`
  if (/^(?:ConnectionAcquireTimeoutError\b.*|Operation timeout|timeout exceeded when trying to connect)$/i.test(failure.message))
    return `${message}, for want of a second connection beside its transaction: name a server with --engine where this engine has one session, ${base}`
  const first = /Cannot find (?:module|package) /.test(message)
    ? "Install the project's packages"
    : 'Mend it first where it is not deployed yet'
  return `${message.replace(/\.$/, '')}. ${first}, ${base}`
}

/** Is it the project's packages that cannot be used? The process of the migrations says so in these words. */
function isOfPackages({ code, message }: Failure): boolean {
  return (
    code === undefined &&
    /^(?:the (?:package|driver) \S+ is not installed|\w+ \S+ is not known here|the installed \w+ has |Sequelize 7 can be run here)/.test(
      message,
    )
  )
}
