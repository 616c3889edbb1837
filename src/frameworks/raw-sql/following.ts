import type { Entry, History } from '../framework.ts'
import { numberBehind, slug } from '../names-behind.ts'
import { fileOf } from '../sql-file.ts'
import type { Change, Following, NewFile, Unwritable } from '../writer.ts'
import type { Runner } from './runner.ts'
import { settingsOf } from './settings.ts'

/** The text of a file that holds both directions, by the runner that reads its marks. */
const marked: Partial<Record<Runner, (up: string, down: string, inTransaction: boolean) => string>> = {
  goose: (up, down, inTransaction) =>
    `${inTransaction ? '' : '-- +goose NO TRANSACTION\n'}-- +goose Up\n${up}${down === '' ? '' : `\n-- +goose Down\n${down}`}`,
  dbmate: (up, down, inTransaction) => {
    const mode = inTransaction ? '' : ' transaction:false'
    return `-- migrate:up${mode}\n${up}\n-- migrate:down${mode}\n${down}`
  },
  'sql-migrate': (up, down, inTransaction) => {
    const mode = inTransaction ? '' : ' notransaction'
    return `-- +migrate Up${mode}\n${up}${down === '' ? '' : `\n-- +migrate Down${mode}\n${down}`}`
  },
}

/** What stands above the SQL of a file that is to run in no transaction. */
const heads: Partial<Record<Runner, string>> = {
  sqlx: '-- no-transaction\n',
  atlas: '-- atlas:txmode none\n\n',
  'postgres-migrations': '-- postgres-migrations disable-transaction\n',
  flyway: '',
  psql: '',
  'golang-migrate': '',
  bun: '',
  diesel: '',
}

const byHand: Partial<Record<Runner, string>> = {
  wrangler: 'wrangler opens a transaction around every file',
}

/** The files of a migration that the runner takes right behind another one, named and marked as that one is. */
export function followingFiles(entry: Entry, history: History, content: Following): Change | Unwritable {
  const { runner } = settingsOf(history)
  const { inTransaction, up, down } = content
  const hand = byHand[runner]
  if (hand !== undefined) return { because: hand }
  const text = marked[runner]
  if (!text && !inTransaction && heads[runner] === undefined)
    return { because: `${runner} has no way to run one SQL file without a transaction that Surefoot knows` }
  const sendsFile = runner === 'golang-migrate' || runner === 'bun' || runner === 'sqlx' || runner === 'diesel' || runner === 'dbmate'
  if (!inTransaction && sendsFile && (up.length > 1 || down.length > 1)) return { because: `${runner} sends a file in one transaction` }
  const paths = pathsBehind(entry, history, content.name, runner === 'bun' && inTransaction ? '.tx' : '')
  if (!paths) return { because: 'the names of the files do not say their order' }
  if (text) return made({ path: paths.up, text: text(fileOf(up), fileOf(down), inTransaction) })
  const head = inTransaction ? '' : (heads[runner] ?? '')
  const files: NewFile[] = [{ path: paths.up, text: `${head}${fileOf(up)}` }]
  if (down.length > 0) {
    if (paths.down === undefined) return { because: 'there is no place for its rollback' }
    files.push({ path: paths.down, text: `${head}${fileOf(down)}` })
  }
  if (!inTransaction && runner === 'diesel')
    files.push({ path: `${paths.up.slice(0, paths.up.lastIndexOf('/') + 1)}metadata.toml`, text: 'run_in_transaction = false\n' })
  return made(...files)
}

function made(...creates: NewFile[]): Change {
  return { edits: [], creates }
}

/** The paths of both directions: the number and the name change, all else stays as it is for the migration before. */
function pathsBehind(
  entry: Entry,
  history: History,
  name: string,
  mark: string,
): { readonly up: string; readonly down: string | undefined } | undefined {
  const own = stemOf(entry.path)
  if (!own) return undefined
  const taken = new Set(history.entries.flatMap(({ path }) => stemOf(path)?.number ?? []))
  const number = own.flyway ? `${own.number}.1` : own.dashed ? dashed(numberBehind(own.number, taken)) : numberBehind(own.number, taken)
  const stem = `${own.lead}${number}${own.separator}${slug(name, own.separator.includes('-') ? '-' : '_')}${mark}`
  const put = (path: string) => {
    const found = stemOf(path)
    return found && `${path.slice(0, found.start)}${stem}${path.slice(found.end)}`
  }
  return { up: put(entry.path)!, down: entry.downPath === undefined ? undefined : put(entry.downPath) }
}

interface Stem {
  /** Of the stem in the path. */
  readonly start: number
  readonly end: number
  readonly lead: string
  readonly number: string
  readonly separator: string
  readonly flyway: boolean
  /** diesel writes a time as 2024-01-01-000000. */
  readonly dashed: boolean
}

/** The part of a path that says order and name: of the file, or of the folder where the file is only up.sql or down.sql. */
function stemOf(path: string): Stem | undefined {
  const parts = path.split('/')
  const base = parts.at(-1)!
  const inFolder = /^(?:up|down|migration)\.\w+$/i.test(base) && parts.length > 1
  const holder = inFolder ? parts.at(-2)! : base
  const start = path.length - base.length - (inFolder ? holder.length + 1 : 0)
  const stem = inFolder ? holder : /^(.*?)(?:(?:[._-](?:up|down|do|undo|rollback|revert))?\.\w+)$/i.exec(base)?.[1]
  const match = stem === undefined ? null : /^([vVU]?)(\d{4}-\d\d-\d\d-\d{6}|\d+(?:[._]\d+)*?)(__|[_-])./.exec(stem)
  if (!match || stem === undefined) return undefined
  const [, lead, written, separator] = match as unknown as [string, string, string, string]
  const flyway = separator === '__'
  const isDashed = written.includes('-')
  if (!flyway && /[._]/.test(written)) return undefined
  return {
    start,
    end: start + stem.length,
    lead,
    number: isDashed ? written.replaceAll('-', '') : written,
    separator,
    flyway,
    dashed: isDashed,
  }
}

function dashed(number: string): string {
  return `${number.slice(0, 4)}-${number.slice(4, 6)}-${number.slice(6, 8)}-${number.slice(8)}`
}
