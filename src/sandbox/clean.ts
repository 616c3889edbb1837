import { UserError } from '../errors.ts'
import { removeDeadFolders } from './engines/own-process.ts'

/**
 * Removes what runs left that were killed: their folders on this machine and, where `engine` is the URL of a server, their databases and users there. Gives the names
 * of what was removed. Throws a UserError when the server cannot be asked.
 */
export async function clean(engine: string | undefined, root: string): Promise<readonly string[]> {
  const removed = removeDeadFolders()
  if (engine === undefined || !engine.includes('://')) return removed
  try {
    if (/^postgres/.test(engine))
      return [...removed, ...(await (await import('./engines/postgres/leftovers.ts')).cleanPostgres(engine, root))]
    return [...removed, ...(await (await import('./engines/mysql/leftovers.ts')).cleanMysql(engine, root))]
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`The server of --engine cannot be asked: ${error instanceof Error ? error.message : String(error)}.`)
  }
}
