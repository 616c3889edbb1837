import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** Where what is slow to make is kept between runs: `SUREFOOT_CACHE`, else the user's cache, else the project's; undefined: none of these is there. */
function lasting(root: string): string | undefined {
  const { SUREFOOT_CACHE: own, XDG_CACHE_HOME: users } = process.env
  if (own) return own
  if (users) return join(users, 'surefoot')
  return existsSync(join(root, 'node_modules')) ? join(root, 'node_modules', '.cache', 'surefoot') : undefined
}

/** Where the pristine data of servers is kept: servers run as another user, who has to come by it. */
export function cacheFolder(root: string): string {
  return lasting(root) ?? join(tmpdir(), `surefoot-cache-${userInfo().username}`)
}

/** Writes a file whole or not at all. A cache that cannot be written is no fault: the next run makes the thing again. */
export function keep(folder: string, name: string, content: Uint8Array): void {
  const part = join(folder, `${name}.${process.pid}`)
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(part, content, { flag: 'wx' })
    renameSync(part, join(folder, name))
  } catch {
    try {
      rmSync(part)
    } catch {
      // It was never made.
    }
  }
}

/** Things that one process keeps for the next, by name. Neither call throws: what is not there is made again. */
export interface Shelf {
  /** What has fewer parts than this is made again sooner than it is fetched. */
  readonly least: number
  take(name: string): Uint8Array | undefined
  put(name: string, content: Uint8Array): void
}

/** The shelf of a project. What lies there decides what a run finds: it is never a folder that other users may write to. */
export function shelfIn(root: string): Shelf {
  const folder = lasting(root) ?? join(homedir(), '.cache', 'surefoot')
  return {
    least: 30,
    take(name) {
      try {
        return readFileSync(join(folder, name))
      } catch {
        return undefined
      }
    },
    put: (name, content) => keep(folder, name, content),
  }
}
