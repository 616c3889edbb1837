import { readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../errors.ts'

/**
 * Removes what runs left that were killed: their folders on this machine and, where `engine` is the URL of a server, their databases and users there. Gives the names
 * of what was removed. Throws a UserError when the server cannot be asked.
 */
export async function clean(engine: string | undefined, root: string): Promise<readonly string[]> {
  const removed = folders()
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

/** Folders are named for the process that made them. */
function folders(): string[] {
  const removed: string[] = []
  for (const name of readdirSync(tmpdir())) {
    const pid = /^surefoot-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || runs(Number(pid))) continue
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true })
      removed.push(name)
    } catch {
      // Of another user: theirs to remove.
    }
  }
  return removed
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
