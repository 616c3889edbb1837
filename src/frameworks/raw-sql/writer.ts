import type { Statement } from '../../ir/migration.ts'
import * as file from '../sql-file.ts'
import { newlineOf } from '../sql-file.ts'
import type { Change, Unwritable, Writer, WriterSite } from '../writer.ts'
import { followingFiles } from './following.ts'
import type { Runner } from './runner.ts'
import { settingsOf } from './settings.ts'
import { wayBack } from './way-back.ts'

function textOf({ project }: WriterSite, path: string): string {
  const result = project.read(path)
  return 'text' in result ? result.text : ''
}

function scriptOf({ migration, direction }: WriterSite) {
  return direction === 'down' && migration.down ? migration.down : migration.up
}

/** The script that a statement is a part of. */
function scriptIn({ migration: { up, down } }: WriterSite, statement: Statement) {
  return down?.statements.includes(statement) ? down : up
}

/** How each runner is asked for no transaction: https://pressly.github.io/goose, https://github.com/amacneil/dbmate, and so on as `opt-out.ts` reads it. */
const marks: Partial<Record<Runner, (text: string, path: string) => Change | undefined>> = {
  goose: (text, path) => file.insertion(path, 0, `-- +goose NO TRANSACTION${newlineOf(text)}`),
  dbmate: (text, path) => behind(text, path, /^[ \t]*--[ \t]*migrate:up\b/im, ' transaction:false'),
  'sql-migrate': (text, path) => behind(text, path, /^[ \t]*--[ \t]*\+migrate[ \t]+up\b/im, ' notransaction'),
  sqlx: (text, path) => file.insertion(path, 0, `-- no-transaction${newlineOf(text)}`),
  atlas: (text, path) => file.insertion(path, 0, `-- atlas:txmode none${newlineOf(text)}${newlineOf(text)}`),
  'postgres-migrations': (text, path) => file.insertion(path, 0, `-- postgres-migrations disable-transaction${newlineOf(text)}`),
  // Flyway's PostgreSQL parser sees such statements itself, and runs their file without a transaction.
  flyway: () => file.nothing,
}

function behind(text: string, path: string, pattern: RegExp, words: string): Change | undefined {
  const match = pattern.exec(text)
  return match ? file.insertion(path, match.index + match[0].length, words) : undefined
}

function outsideTransaction(at: WriterSite): Change | Unwritable {
  const script = scriptOf(at)
  if (script.ambient === 'none') return file.nothing
  const { runner } = settingsOf(at.load.history)
  const path = script.span.file
  if (runner === 'diesel') return dieselOutside(at, path)
  if (runner === 'bun') return { because: 'bun takes the transaction from the name of the file: name it without .tx.' }
  const change = marks[runner]?.(textOf(at, path), path)
  return change ?? { because: `${runner} has no way to run one SQL file without a transaction that Surefoot knows` }
}

function dieselOutside(at: WriterSite, path: string): Change {
  const metadata = `${path.slice(0, path.lastIndexOf('/') + 1)}metadata.toml`
  const text = textOf(at, metadata)
  const set = /^[ \t]*run_in_transaction[ \t]*=[ \t]*true\b/m.exec(text)
  if (set)
    return {
      edits: [{ file: metadata, start: set.index, end: set.index + set[0].length, text: 'run_in_transaction = false' }],
      creates: [],
    }
  if (text !== '') return file.insertion(metadata, 0, 'run_in_transaction = false\n')
  return { edits: [], creates: [{ path: metadata, text: 'run_in_transaction = false\n' }] }
}

/** How migrations in SQL files are changed. */
export const rawSqlWriter: Writer = {
  outsideTransaction,
  following: (at, content) => followingFiles(at.entry, at.load.history, content),
  wayBack,
  before: (at, statement: Statement, sql) => file.before(textOf(at, statement.span.file), scriptIn(at, statement), statement, sql),
  without: (at, statement) => file.without(textOf(at, statement.span.file), scriptIn(at, statement), statement),
}
