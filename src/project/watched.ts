import { lstatSync, readdirSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { diskProject } from './disk.ts'
import type { Project } from './project.ts'

/** What changed on disk since it was looked at. */
export interface Changes {
  /** Files that were read and have another time or size now, relative to the root. */
  readonly files: ReadonlySet<string>
  /** Files or folders came or went. */
  readonly structure: boolean
}

/** The files below a directory as they are now: it can be asked, again and again, what changed. */
export interface WatchedProject extends Project {
  /** What changed of all that was looked at since this was asked last; from here on the files are read anew. */
  changes(): Changes
}

/** Like `diskProject`, for who stays while the files change. Nothing runs in the background: `changes` compares times, sizes and listings. */
export function watchedProject(root: string): WatchedProject {
  const files = new Map<string, string>()
  const folders = new Map<string, { at: number; readonly names: string }>()
  // What was noted first stays until `changes` has told of it: a file that changed before it was read again is not missed.
  const looks = {
    file(path: string) {
      if (!files.has(path)) files.set(path, stampOf(path))
    },
    folder(path: string) {
      if (!folders.has(path)) folders.set(path, { at: changedAt(path), names: namesIn(path) })
    },
  }
  let inner = diskProject(root, looks)

  function changedFiles(): { readonly changed: Set<string>; readonly cameOrWent: boolean } {
    const changed = new Set<string>()
    let cameOrWent = false
    for (const [path, stamp] of files) {
      const now = stampOf(path)
      if (now === stamp) continue
      files.set(path, now)
      changed.add(relative(inner.root, path).replaceAll(sep, '/'))
      if (now === absent || stamp === absent) cameOrWent = true
    }
    return { changed, cameOrWent }
  }

  function foldersChanged(): boolean {
    for (const [path, known] of folders) {
      const at = changedAt(path)
      if (at === known.at) continue
      if (namesIn(path) !== known.names) return true
      // An editor that saves beside the file and renames changes the folder and not what is in it.
      known.at = at
    }
    return false
  }

  return {
    root: inner.root,
    read: (path) => inner.read(path),
    exists: (path) => inner.exists(path),
    glob: (patterns, ignore) => inner.glob(patterns, ignore),
    dependency: (name, directory) => inner.dependency(name, directory),
    unreadable: () => inner.unreadable?.() ?? [],
    changes() {
      const { changed, cameOrWent } = changedFiles()
      const structure = cameOrWent || foldersChanged()
      if (structure) {
        files.clear()
        folders.clear()
      }
      if (structure || changed.size > 0) inner = diskProject(root, looks)
      return { files: changed, structure }
    },
  }
}

const absent = ''

function stampOf(path: string): string {
  try {
    const stats = statSync(path, { throwIfNoEntry: false })
    return stats === undefined ? absent : `${stats.mtimeMs}:${stats.size}:${stats.ino}`
  } catch {
    return absent
  }
}

function changedAt(path: string): number {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
  } catch {
    return 0
  }
}

function namesIn(path: string): string {
  try {
    return readdirSync(path, { withFileTypes: true })
      .map((entry) => join(entry.name, entry.isDirectory() ? '/' : ''))
      .sort()
      .join('\n')
  } catch {
    return absent
  }
}
