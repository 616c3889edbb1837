import { engineOfWord } from '../sql-dialect.ts'
import type { Candidate } from './group.ts'

const location = /^(?:db[-_.]?)?migrations?$|^flyway$/i

/**
 * The folder from which Flyway reads, for each folder of its files below it: it looks into all of them, and runs what it finds by version. Where
 * they are for several engines only some are given to it; where a version stands twice it would stop, so that they are histories of their own.
 */
export function locationsOf(folders: ReadonlyMap<string, readonly Candidate[]>): ReadonlyMap<string, string> {
  const below = new Map<string, string[]>()
  for (const [folder, files] of folders) {
    const root = files.every(({ name }) => name.form === 'flyway') ? locationAbove(folder) : undefined
    if (root === undefined) continue
    const list = below.get(root)
    if (list) list.push(folder)
    else below.set(root, [folder])
  }
  const found = new Map<string, string>()
  for (const [root, list] of below) {
    const versions = list.flatMap((folder) => folders.get(folder)!.map(versionOf)).filter((version) => version !== undefined)
    const isOne = new Set(versions).size === versions.length && !list.some((folder) => namesEngine(folder.slice(root.length)))
    if (isOne) for (const folder of list) found.set(folder, root)
  }
  return found
}

function locationAbove(folder: string): string | undefined {
  const segments = folder.split('/')
  const at = segments.findLastIndex((segment) => location.test(segment))
  return at < 0 ? undefined : segments.slice(0, at + 1).join('/')
}

function versionOf({ name: { flyway } }: Candidate): string | undefined {
  return flyway === undefined || flyway.kind === 'R' ? undefined : `${flyway.kind}${flyway.version}`
}

function namesEngine(path: string): boolean {
  return path.split('/').some((segment) => segment.split(/[-_.]/).some((word) => engineOfWord(word) !== undefined))
}
