import { parse } from 'smol-toml'
import type { DialectName } from '../../ir/names.ts'
import type { Project } from '../../project/project.ts'
import type { Entry } from '../framework.ts'
import { disablesTransaction, isTransactional } from './recognise.ts'
import type { Runner } from './runner.ts'
import type { Section } from './sections.ts'

interface Asked {
  readonly runner: Runner
  /** The file of this script. */
  readonly path: string
  readonly entry: Entry
  readonly project: Project
  readonly section: Section
  /** The section's text. */
  readonly text: string
  readonly dialect: DialectName
}

/** How a migration asks its runner for no transaction, as the reason shown to the user; undefined: it does not. */
export function optOutOf({ runner, path, entry, project, section, text, dialect }: Asked): string | undefined {
  if (section.optsOut) return runner === 'dbmate' ? 'the block says transaction:false' : 'the file says NO TRANSACTION'
  if (runner === 'bun' && !isTransactional(path)) return 'the file is not named .tx.'
  if (entry.convention === 'autocommit') return 'the file is named .autocommit.'
  if ((runner === 'diesel' || runner === 'folders') && runsOutside(project, path)) return 'metadata.toml says run_in_transaction = false'
  if (runner === 'postgres-migrations' && disablesTransaction(text)) return 'the file says disable-transaction'
  if (runner === 'sqlx' && text.startsWith('-- no-transaction')) return 'the file starts with -- no-transaction'
  if (runner === 'atlas' && /^\s*--\s*atlas:txmode\s+none\b/im.test(text)) return 'the file says atlas:txmode none'
  if (runner === 'golang-migrate' && dialect === 'sqlite' && countsOnNoTransaction(text))
    return 'the file begins a transaction or switches foreign keys, which only works where the runner has begun none (x-no-tx-wrap)'
  if (runner === 'flyway') {
    const configured = flywaySetting(project, path)
    if (configured !== undefined) return configured ? undefined : 'the .conf file says executeInTransaction=false'
    if (isTakenOut(text, dialect)) return 'Flyway runs a file with such a statement without a transaction'
  }
  return undefined
}

/** Does the script do what SQLite refuses or passes over inside a transaction? */
function countsOnNoTransaction(text: string): boolean {
  return /^\s*(?:begin(?:\s+(?:deferred|immediate|exclusive))?(?:\s+transaction)?\s*;|pragma\s+foreign_keys\b)/im.test(
    withoutComments(text),
  )
}

function runsOutside(project: Project, path: string): boolean {
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const file = project.read(`${folder}metadata.toml`)
  if (!('text' in file)) return false
  try {
    return parse(file.text).run_in_transaction === false
  } catch {
    return false
  }
}

function flywaySetting(project: Project, path: string): boolean | undefined {
  const file = project.read(`${path}.conf`)
  if (!('text' in file)) return undefined
  const value = /^\s*executeInTransaction\s*=\s*(true|false)\s*$/im.exec(file.text)?.[1]
  return value === undefined ? undefined : value.toLowerCase() === 'true'
}

/**
 * Does Flyway refuse a script in which some statements run in a transaction and others cannot? It does unless `mixed` is set, whatever the
 * script's own .conf file says. https://documentation.red-gate.com/fd/flyway-mixed-setting-277579018.html
 */
export function refusesMixed(runner: Runner, text: string, dialect: DialectName, project: Project): boolean {
  if (runner !== 'flyway' || !isTakenOut(text, dialect)) return false
  return !project.glob(flywaySettings).some((path) => {
    const file = project.read(path)
    return 'text' in file && /\bmixed["']?\s*[=:>]\s*["']?true\b|FLYWAY_MIXED["']?\s*[=:]\s*["']?true\b/i.test(file.text)
  })
}

/** Where a project says how Flyway is run. */
const flywaySettings = [
  '**/flyway*.{conf,toml,properties}',
  '**/application*.{properties,yml,yaml}',
  '**/pom.xml',
  '**/build.gradle{,.kts}',
  '**/{docker-,}compose*.{yml,yaml}',
]

/**
 * Does the text have a statement that Flyway's parser of the engine takes out of a transaction by itself? SQLite's knows one:
 * https://github.com/flyway/flyway/issues/2190
 */
function isTakenOut(text: string, dialect: DialectName): boolean {
  if (dialect === 'sqlite') return /^\s*pragma\s+foreign_keys\b/im.test(withoutComments(text))
  return dialect === 'postgres' && needsNoTransaction(text)
}

function needsNoTransaction(text: string): boolean {
  return /\b(?:(?:create(?:\s+unique)?|drop)\s+index\s+concurrently|reindex\s+(?:\([^)]*\)\s*)?\w+\s+concurrently|vacuum|(?:create|drop)\s+(?:database|tablespace)|alter\s+system)\b/i.test(
    withoutComments(text),
  )
}

function withoutComments(text: string): string {
  return text.replace(/--[^\n]*/g, '')
}
