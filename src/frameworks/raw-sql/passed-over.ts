import { engineOfPath, engineOfWord } from '../sql-dialect.ts'
import type { FileName } from './file-name.ts'

const migrationWord =
  /(?:^|[-_.])(?:migrations?|migrate|migrators?|alterations|deltas?|patches|upgrades?|changesets?|evolutions)(?:[-_.]|$)/i
const databaseFolder = /^(?:db|database|databases|sql|schema|drizzle|flyway)$/i
const testFolder = /^(?:tests?|__tests__|testdata|test-data|fixtures|__fixtures__|spec|mocks|__mocks__|testing|e2e|stubs?)$/i
const seedFolder = /^(?:seeds?|seeders?|seed-data|seed_data)$/i
/** What the images of the databases run once, when they make an empty one. */
const containerFolder = /^(?:docker[-_]entrypoint[-_]initdb\.d|initdb(?:\.d)?|docker[-_]init(?:db)?(?:\.d)?)$/i
const dumpName = /^(?:full[-_]?)?(?:schema|structure|dump|database|snapshot)(?:[-_.]\w+)?$/i

/** Does the path, seen alone, look like a migration? Undefined: only when its folder has more of the kind. */
export function looksLikeMigration(name: FileName): boolean | undefined {
  const folders = name.path.split('/').slice(0, -1)
  if (folders.some((folder) => migrationWord.test(folder))) return true
  if (name.form === 'flyway' || name.form === 'pair') return true
  if (name.form === 'folder') return name.numbered
  if (!name.numbered) return false
  if (folders.some((folder) => databaseFolder.test(folder) || engineOfWord(folder))) return true
  return undefined
}

/** Why a file that looks like a migration is passed over by its name; undefined: it is not. Files that the user names are never. */
export function passedOverByName(name: FileName): string | undefined {
  const slash = name.path.lastIndexOf('/')
  const folder = slash < 0 ? '' : name.path.slice(0, slash)
  const engine = name.engine === undefined ? engineOfPath(folder) : engineOfWord(name.engine)
  if (engine && 'foreign' in engine) return engine.foreign
  if (/seed/i.test(folder) && folder.split('/').some((segment) => seedFolder.test(segment))) return 'seed'
  if (/^seeds?$/i.test(name.stem)) return 'seed'
  if (folder.includes('init') && folder.split('/').some((segment) => containerFolder.test(segment))) return 'first start of a container'
  if (!name.numbered && name.form === 'plain' && dumpName.test(name.stem)) return 'schema dump'
  return undefined
}

/** Does the path lead through a folder of tests? */
export function inTestFolder(path: string): boolean {
  return (
    /test|fixture|spec|mock|e2e|stub/i.test(path) &&
    path
      .split('/')
      .slice(0, -1)
      .some((segment) => testFolder.test(segment))
  )
}

/** Why a file is passed over by what it says: another engine's SQL, a template; undefined: it is not. */
export function passedOverByText(text: string, name: FileName, named: boolean): string | undefined {
  if (clickHouseMark.test(text)) return 'ClickHouse'
  if (isTransactSql(text)) return 'SQL Server'
  if (text.includes('{{') && isTemplate(text, templateMark)) return 'template'
  if (text.includes('<%') && isTemplate(text, /<%[=-]?\s[^%]*%>/)) return 'template'
  if (!named && !name.numbered && text.includes('-- PostgreSQL database dump')) return 'schema dump'
  return undefined
}

/** The tables that a text makes without asking whether they are there, as they are written. */
export function tablesMadeIn(text: string): readonly string[] {
  const names = text.matchAll(/\bcreate\s{1,9}table\s{1,9}(?!if\s{1,9}not\b)[`"[]?([\w$.]{1,200})/gi)
  return [...names].map(([, name]) => name!)
}

/** Words of ClickHouse that no judged engine has, in the case in which they must be written. */
const clickHouseMark =
  /MergeTree\b|\bLowCardinality\(|\bON CLUSTER\b|\bDateTime64\b|\bNullable\(|\bMODIFY (?:QUERY|TTL|SETTING)\b|\bUInt(?:8|16|32|64)\b/

/** Is the reason another engine, rather than the kind of file? */
export function isEngine(reason: string): boolean {
  return reason === 'ClickHouse' || reason === 'SQL Server'
}

/** `{{ .name }}`, `{{if x}}`, `{{ name | filter }}`, `{{ index .names "a" }}`; not the `{{1,2},{3,4}}` of an array or the `{"a":{}}` of JSON. */
const templateMark =
  /\{\{-?\s*(?:[.$][\w.]+|(?:if|else|end|range|with|define|template|block|include|call|ref|config|var)\b[^{}]*|[A-Za-z_][\w.]*\s*(?:\|[^{}]*|\([^{}]*\)\s*)?|[A-Za-z_]\w*(?:\s+(?:[.$][\w.]*|"[^"{}]*"|\w+))+|#[^{}]*|"[^"{}]*"[^{}]*)\s*-?\}\}|\{%-?\s*\w+/

/** Has the text marks of a template outside of what it writes as values, such as the text of an e-mail? */
function isTemplate(text: string, mark: RegExp): boolean {
  return mark.test(text) && mark.test(text.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g, "''"))
}

function isTransactSql(text: string): boolean {
  const mayHold = text.includes('GO') || text.includes('go')
  if (mayHold && /^[ \t]*GO[ \t]*;?[ \t]*\r?$/im.test(text)) return true
  return text.includes('[') && /\[dbo\]\s*\.\s*\[/i.test(text)
}
