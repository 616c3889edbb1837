import type { DialectName } from '../../ir/names.ts'
import { engineOfPath, engineOfWord } from '../sql-dialect.ts'
import type { FileName } from './file-name.ts'
import { locationsOf } from './location.ts'

/** A file that may be part of a history. */
export interface Candidate {
  readonly name: FileName
  /** The user wrote its very path. */
  readonly named: boolean
}

/** The files of one history: one folder, one engine, and folders of their own or files. */
export interface Group {
  readonly folder: string
  readonly dialect: DialectName | undefined
  /** What told the engine: "the folder mysql". */
  readonly dialectBecause: string | undefined
  readonly files: readonly Candidate[]
}

/**
 * Puts files into histories. Files whose names carry an engine (`x.mysql.up.sql`) make a history each; files of the same folder
 * without one belong to every engine that has no file of its own for that migration, as ory's runner holds it. No runner takes migrations
 * that are folders beside others that are files: a project that went from one to the other has a history of each.
 */
export function groupFiles(candidates: readonly Candidate[]): readonly Group[] {
  const folders = new Map<string, Candidate[]>()
  for (const candidate of candidates) {
    const list = folders.get(candidate.name.folder)
    if (list) list.push(candidate)
    else folders.set(candidate.name.folder, [candidate])
  }
  for (const [folder, location] of locationsOf(folders)) {
    if (folder === location) continue
    const files = folders.get(folder)!
    folders.delete(folder)
    const list = folders.get(location)
    if (list) list.push(...files)
    else folders.set(location, files)
  }
  const groups: Group[] = []
  for (const [folder, files] of [...folders].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const engine = engineOfPath(folder)
    const ofFolder = engine && 'dialect' in engine ? engine : undefined
    for (const part of splitByForm(files)) {
      const split = splitByEngine(part)
      if (split.size === 0)
        groups.push({ folder, dialect: ofFolder?.dialect, dialectBecause: ofFolder && `the folder is named ${ofFolder.word}`, files: part })
      for (const [dialect, own] of split) groups.push({ folder, dialect, dialectBecause: `the files' names say ${dialect}`, files: own })
    }
  }
  return groups
}

/** A single one among many of the other kind is left with them. */
function splitByForm(files: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const folders = files.filter(({ name }) => name.form === 'folder')
  const others = files.filter(({ name }) => name.form !== 'folder')
  return folders.length > 1 && others.length > 1 ? [folders, others] : [files]
}

function splitByEngine(files: readonly Candidate[]): ReadonlyMap<DialectName, readonly Candidate[]> {
  const split = new Map<DialectName, Candidate[]>()
  const generic: Candidate[] = []
  for (const file of files) {
    const engine = file.name.engine === undefined ? undefined : engineOfWord(file.name.engine)
    if (engine && 'dialect' in engine) {
      const own = split.get(engine.dialect)
      if (own) own.push(file)
      else split.set(engine.dialect, [file])
    } else generic.push(file)
  }
  for (const own of split.values()) {
    const covered = new Set(own.map(keyOf))
    own.push(...generic.filter((file) => !covered.has(keyOf(file))))
  }
  return split
}

function keyOf({ name }: Candidate): string {
  return `${name.direction ?? 'up'} ${name.stem}`
}
