import type { Entry } from '../framework.ts'
import type { FileName } from './file-name.ts'
import { sortNaturally } from './order.ts'
import type { Runner } from './runner.ts'
import type { Marks } from './sections.ts'

/** A file of a history with what it says; `text` is undefined when it cannot be read. */
export interface Text {
  readonly name: FileName
  readonly text: string | undefined
  readonly marks: Marks | undefined
  /** A program among the files, which is run in its turn and not read. */
  readonly isProgram?: true
}

export interface Listed {
  readonly entries: readonly Entry[]
  readonly orderBecause: string
  readonly skipped: Readonly<Record<string, number>>
  /** Some file holds a down section. */
  readonly downs: boolean
}

/** The migrations that the files make, in the order in which the runner takes them. */
export function entriesOf(texts: readonly Text[], runner: Runner): Listed {
  const downs = texts.some(
    ({ text, marks }) => marks === 'up-down' && text !== undefined && /^\s*(?:--+|#)\s*[!@+]?\s*(?:downs?|rollback)\b/im.test(text),
  )
  if (runner === 'flyway') return { ...flywayEntries(texts), downs: false }
  const skipped: Record<string, number> = {}
  const downOf = new Map<string, string>()
  const upStems = new Set<string>()
  for (const { name } of texts) {
    if (name.direction === 'down') downOf.set(name.stem, name.path)
    else upStems.add(name.stem)
  }
  pairByVersion(downOf, upStems)
  const entries: Entry[] = []
  const orderKey = runner === 'diesel' || runner === 'folders' ? dieselKey : (stem: string) => stem
  for (const { name, marks, isProgram } of sortNaturally(texts, ({ name }) => orderKey(name.stem))) {
    if (name.direction === 'down') {
      if (!upStems.has(name.stem)) skipped['down without an up'] = (skipped['down without an up'] ?? 0) + 1
      continue
    }
    const downPath = downOf.get(name.stem)
    entries.push({
      id: name.stem,
      path: name.path,
      ...(downPath === undefined ? {} : { downPath }),
      convention: isProgram ? 'program' : (marks ?? (name.autocommit ? 'autocommit' : name.form)),
    })
  }
  return { entries, orderBecause: 'by name, numbers as numbers', skipped, downs }
}

/** diesel's version is what stands before the first `_`, without its dashes: 2017-10-08-193512 comes after 20170102131034. */
function dieselKey(stem: string): string {
  const version = /^\d[\d-]{7,}(?=_|$)/.exec(stem)?.[0].replaceAll('-', '')
  return version === undefined ? stem : `${version.padEnd(24, '0')}\u0000${stem}`
}

/** golang-migrate pairs files by their number alone: a down whose name differs belongs to the only up of that number without one. */
function pairByVersion(downOf: Map<string, string>, upStems: Set<string>): void {
  const lonely = [...downOf.keys()].filter((stem) => !upStems.has(stem))
  if (lonely.length === 0) return
  const ups = new Map<string, string[]>()
  for (const stem of upStems) {
    const version = versionOf(stem)
    if (version === undefined || downOf.has(stem)) continue
    ups.set(version, [...(ups.get(version) ?? []), stem])
  }
  for (const stem of lonely) {
    const version = versionOf(stem)
    const partners = version === undefined ? [] : (ups.get(version) ?? [])
    const rivals = lonely.filter((other) => versionOf(other) === version)
    if (partners.length !== 1 || rivals.length !== 1) continue
    downOf.set(partners[0]!, downOf.get(stem)!)
    downOf.delete(stem)
    upStems.add(stem)
  }
}

function versionOf(stem: string): string | undefined {
  return /^[vV]?(\d+)/.exec(stem)?.[1]?.replace(/^0+(?=\d)/, '')
}

/** Versions in order, then what is run again at each change. A baseline stands for the versions up to its own and is not run beside them. */
function flywayEntries(texts: readonly Text[]): Omit<Listed, 'downs'> {
  const skipped: Record<string, number> = {}
  const undo = new Map<string, string>()
  const versioned: Text[] = []
  const repeatable: Text[] = []
  for (const text of texts) {
    const { flyway, path } = text.name
    if (flyway?.kind === 'U') undo.set(versionKey(flyway.version), path)
    else if (flyway?.kind === 'V') versioned.push(text)
    else if (flyway?.kind === 'R') repeatable.push(text)
    else {
      const reason = flyway ? 'Flyway baseline' : 'not a name that Flyway runs'
      skipped[reason] = (skipped[reason] ?? 0) + 1
    }
  }
  const entries: Entry[] = []
  for (const { name, isProgram } of sortNaturally(versioned, ({ name }) => `${versionKey(name.flyway!.version)}\u0000${name.stem}`)) {
    const downPath = undo.get(versionKey(name.flyway!.version))
    entries.push({
      id: name.stem,
      path: name.path,
      ...(downPath === undefined ? {} : { downPath }),
      convention: isProgram ? 'program' : 'flyway',
    })
  }
  for (const { name, isProgram } of sortNaturally(repeatable, ({ name }) => name.stem))
    entries.push({ id: name.stem, path: name.path, convention: isProgram ? 'program' : 'flyway', repeatable: true })
  return { entries, orderBecause: "by Flyway's versions, repeatable scripts last", skipped }
}

/** 1.0 and 1 are one version to Flyway. */
function versionKey(version: string): string {
  return version.replace(/(?:\.0+)+$/, '')
}
