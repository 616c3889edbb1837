import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** Where what is slow to make is kept between runs: `SUREFOOT_CACHE`, else the user's cache, else the project's, else the temporary folder. */
export function cacheFolder(root: string): string {
  const { SUREFOOT_CACHE: own, XDG_CACHE_HOME: users } = process.env
  if (own) return own
  if (users) return join(users, 'surefoot')
  if (existsSync(join(root, 'node_modules'))) return join(root, 'node_modules', '.cache', 'surefoot')
  return join(tmpdir(), `surefoot-cache-${userInfo().username}`)
}

/** Writes a file whole or not at all. A cache that cannot be written is no fault: the next run makes the thing again. */
export function keep(folder: string, name: string, content: Uint8Array): void {
  const part = join(folder, `${name}.${process.pid}`)
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(part, content, { flag: 'wx' })
    renameSync(part, join(folder, name))
  } catch {
    rmSync(part, { force: true })
  }
}
