import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

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

/** Folders for temporary files that bear the number of a process of ours. */
export function foldersOf(pid: number): readonly string[] {
  return [...new Set([tmpdir(), '/tmp'])].flatMap((place) => readdirSync(place).filter((name) => name.startsWith(`surefoot-${pid}-`)))
}
