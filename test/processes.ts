import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

/** Processes that descend from one, by the kernel's word, with what they were started as. */
export function descendants(pid: number): readonly { readonly pid: number; readonly started: string }[] {
  const path = `/proc/${pid}/task`
  if (!existsSync(path)) return []
  return readdirSync(path).flatMap((thread) => {
    try {
      const children = readFileSync(join(path, thread, 'children'), 'utf8')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map(Number)
      return children.flatMap((child) => [{ pid: child, started: readFileSync(`/proc/${child}/cmdline`, 'utf8') }, ...descendants(child)])
    } catch {
      return []
    }
  })
}

/** Does the process of this number still run what it was started as? */
export function isRunning(pid: number, started: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === started && started !== ''
  } catch {
    return false
  }
}

/** Folders for temporary files that bear the number of a process of ours, as paths. */
export function foldersOf(pid: number): readonly string[] {
  return ['/dev/shm', ...new Set([tmpdir(), '/tmp'])]
    .filter((place) => existsSync(place))
    .flatMap((place) => readdirSync(place).map((name) => join(place, name)))
    .filter((path) => basename(path).startsWith(`surefoot-${pid}-`))
}

/** Those in which servers of a process of ours keep their data. */
export function serverFoldersOf(pid: number): readonly string[] {
  return foldersOf(pid).filter((path) => /-[0-9a-f]{8}$/.test(path))
}
