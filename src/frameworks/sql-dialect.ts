import type { DialectName } from '../ir/names.ts'

const words: Readonly<Record<string, DialectName>> = {
  postgres: 'postgres',
  postgresql: 'postgres',
  postgresdb: 'postgres',
  pgsql: 'postgres',
  psql: 'postgres',
  pg: 'postgres',
  mysql: 'mysql',
  mysqldb: 'mysql',
  mysql2: 'mysql',
  mariadb: 'mariadb',
  sqlite: 'sqlite',
  sqlite3: 'sqlite',
  'better-sqlite3': 'sqlite',
}

/** Engines whose migrations are passed over, by the word that names them in a path. */
const foreign: Readonly<Record<string, string>> = {
  clickhouse: 'ClickHouse',
  mssql: 'SQL Server',
  sqlserver: 'SQL Server',
  tsql: 'SQL Server',
  oracle: 'Oracle',
  cockroach: 'CockroachDB',
  cockroachdb: 'CockroachDB',
  crdb: 'CockroachDB',
  snowflake: 'Snowflake',
  bigquery: 'BigQuery',
  cassandra: 'Cassandra',
  scylla: 'Cassandra',
  db2: 'Db2',
  h2: 'H2',
  hsqldb: 'HSQLDB',
  duckdb: 'DuckDB',
  spanner: 'Spanner',
}

/** The engine that a word means, or the name of one that is not judged. */
export function engineOfWord(word: string): { readonly dialect: DialectName } | { readonly foreign: string } | undefined {
  const key = word.toLowerCase()
  const dialect = Object.hasOwn(words, key) ? words[key] : undefined
  if (dialect) return { dialect }
  const name = Object.hasOwn(foreign, key) ? foreign[key] : undefined
  return name === undefined ? undefined : { foreign: name }
}

/** The engine that a folder of the path names: the nearest one that is, or joins with a migration word, an engine's name. */
export function engineOfPath(folder: string): EngineOfPath | undefined {
  if (folder === lastFolder.folder) return lastFolder.engine
  const engine = nearestEngine(folder)
  lastFolder = { folder, engine }
  return engine
}

type EngineOfPath = ({ readonly dialect: DialectName } | { readonly foreign: string }) & { readonly word: string }

/** The folder that was asked for last: files come folder by folder. */
let lastFolder: { readonly folder: string; readonly engine: EngineOfPath | undefined } = { folder: '', engine: undefined }

function nearestEngine(folder: string): EngineOfPath | undefined {
  for (const segment of folder.split('/').reverse()) {
    const parts = /migrat/i.test(segment) ? [segment, ...segment.split(/[-_.]/)] : [segment]
    for (const word of parts) {
      const engine = engineOfWord(word)
      if (engine) return { ...engine, word: segment }
    }
  }
  return undefined
}

interface Sign {
  readonly dialect: 'postgres' | 'mysql' | 'sqlite'
  readonly pattern: RegExp
  readonly weight: number
  /** As shown: "ENGINE=". */
  readonly shown: string
}

/** Syntax that one engine has and the others do not. Weight 1: seldom elsewhere, 3: nowhere else. */
const signs: readonly Sign[] = [
  { dialect: 'postgres', pattern: /\b(?:big|small)?serial\b/i, weight: 1, shown: 'SERIAL' },
  { dialect: 'postgres', pattern: /\$\$|\$[a-z_]\w*\$/i, weight: 3, shown: 'dollar quotes' },
  { dialect: 'postgres', pattern: /\bjsonb\b/i, weight: 2, shown: 'JSONB' },
  {
    dialect: 'postgres',
    pattern: /\btimestamptz\b|\b(?:timestamp|time)\s*(?:\(\d\))?\s+with(?:out)?\s+time\s+zone\b/i,
    weight: 3,
    shown: 'TIMESTAMPTZ',
  },
  { dialect: 'postgres', pattern: /[\w')\]]::\s*["a-z]/i, weight: 3, shown: '::' },
  { dialect: 'postgres', pattern: /\bindex\s+concurrently\b|\bconcurrently\s+if\b/i, weight: 3, shown: 'CONCURRENTLY' },
  { dialect: 'postgres', pattern: /\bcreate\s+extension\b|\bplpgsql\b/i, weight: 3, shown: 'CREATE EXTENSION or PL/pgSQL' },
  {
    dialect: 'postgres',
    pattern: /\b(?:create|alter|drop)\s+(?:type|domain|policy|sequence)\b/i,
    weight: 2,
    shown: 'CREATE TYPE, DOMAIN, SEQUENCE or POLICY',
  },
  {
    dialect: 'postgres',
    pattern: /\balter\s+column\s+\S+\s+(?:type|set\s+not\s+null|drop\s+not\s+null|set\s+data)\b/i,
    weight: 3,
    shown: 'ALTER COLUMN … TYPE or NOT NULL',
  },
  {
    dialect: 'postgres',
    pattern: /\bgen_random_uuid\s*\(|\buuid_generate_v\d\s*\(|\bnextval\s*\(/i,
    weight: 3,
    shown: 'gen_random_uuid() or nextval()',
  },
  { dialect: 'postgres', pattern: /\bnot\s+valid\b|\bvalidate\s+constraint\b/i, weight: 3, shown: 'NOT VALID' },
  {
    dialect: 'postgres',
    pattern: /\bset\s+(?:local\s+|session\s+)?(?:lock|statement)_timeout\b|\bsearch_path\b/i,
    weight: 3,
    shown: 'lock_timeout or search_path',
  },
  { dialect: 'postgres', pattern: /\b(?:bytea|tsvector|timetz|citext|int4|int8|bool\[\]|text\[\])/i, weight: 2, shown: 'PostgreSQL types' },
  {
    dialect: 'postgres',
    pattern: /\busing\s+(?:gin|gist|brin)\b|\bowner\s+to\b|\brow\s+level\s+security\b/i,
    weight: 3,
    shown: 'GIN, OWNER TO or row level security',
  },
  { dialect: 'mysql', pattern: /\bengine\s*=?\s*(?:innodb|myisam|memory|aria|rocksdb)\b/i, weight: 4, shown: 'ENGINE=' },
  { dialect: 'mysql', pattern: /\bauto_increment\b/i, weight: 4, shown: 'AUTO_INCREMENT' },
  { dialect: 'mysql', pattern: /`\w+`/, weight: 2, shown: 'backticks' },
  { dialect: 'sqlite', pattern: /`\w+`/, weight: 1, shown: 'backticks' },
  { dialect: 'mysql', pattern: /\bmodify\s+(?:column\s+)?[`"\w]+\s+\w|\bchange\s+column\b/i, weight: 3, shown: 'MODIFY or CHANGE COLUMN' },
  { dialect: 'mysql', pattern: /\balgorithm\s*=|\block\s*=\s*(?:none|shared|exclusive)\b/i, weight: 3, shown: 'ALGORITHM= or LOCK=' },
  { dialect: 'mysql', pattern: /\/\*!\d{5}|^\s*delimiter\s+\S/im, weight: 4, shown: 'version comments or DELIMITER' },
  {
    dialect: 'mysql',
    pattern: /\bon\s+update\s+current_timestamp\b|\b(?:default\s+)?charset\s*=|\bcharacter\s+set\b|\butf8mb4\b/i,
    weight: 3,
    shown: 'CHARSET or ON UPDATE CURRENT_TIMESTAMP',
  },
  {
    dialect: 'mysql',
    pattern: /\b(?:int|integer|bigint|smallint|tinyint|mediumint)(?:\(\d+\))?\s+unsigned\b|\b(?:longtext|mediumtext|tinyint\(\d)/i,
    weight: 3,
    shown: 'UNSIGNED or MySQL types',
  },
  {
    dialect: 'mysql',
    pattern: /\bset\s+(?:global\s+|session\s+)?(?:foreign_key_checks|sql_mode|names)\b/i,
    weight: 3,
    shown: 'FOREIGN_KEY_CHECKS or SET NAMES',
  },
  { dialect: 'sqlite', pattern: /\bautoincrement\b/i, weight: 4, shown: 'AUTOINCREMENT' },
  { dialect: 'sqlite', pattern: /^\s*pragma\s+\w/im, weight: 4, shown: 'PRAGMA' },
  {
    dialect: 'sqlite',
    pattern: /\bwithout\s+rowid\b|\)\s*strict\s*;|\bsqlite_(?:master|schema|sequence)\b/i,
    weight: 4,
    shown: 'WITHOUT ROWID or sqlite_master',
  },
  {
    dialect: 'sqlite',
    pattern: /\bstrftime\s*\(|\b(?:datetime|date|julianday)\s*\(\s*'now'|\binsert\s+or\s+(?:replace|ignore)\b/i,
    weight: 3,
    shown: 'strftime(), INSERT OR REPLACE',
  },
]

/** What MySQL refuses and MariaDB takes. */
const onlyMariadb =
  /\badd\s+(?:column\s+|(?:unique\s+|fulltext\s+)?(?:index|key)\s+|constraint\s+)?if\s+not\s+exists\b|\bdrop\s+(?:column|index|key|constraint|foreign\s+key)\s+if\s+exists\b|\bcreate\s+(?:unique\s+|fulltext\s+)?index\s+if\s+not\s+exists\b|\bcreate\s+or\s+replace\s+table\b/i
/** And the other way round: measured on MariaDB 10.11. */
const onlyMysql = new RegExp(
  [
    String.raw`\butf8mb4_0900_\w+|/\*!80\d{3}|->>?\s*'\$|\b(?:bin_to_uuid|uuid_to_bin|regexp_like)\s*\(|\bmember\s+of\s*\(|\bset\s+persist\b`,
    String.raw`\b(?:index|key)\s+[\w\`]+\s*(?:on\s+[\w\`.]+\s*)?\(\(|\balter\s+index\s+\S+\s+(?:in)?visible\b|\bnot\s+enforced\b|\bdrop\s+check\b`,
  ].join('|'),
  'i',
)

const head = 64 * 1024
const enough = 24

export interface DialectBySyntax {
  readonly dialect: DialectName
  readonly because: string
  /** It may be the other one of two that are alike. */
  readonly assumed?: true
}

/** The engine that the texts' syntax gives away, with the signs that did; undefined when there is none, or two. */
export function dialectBySyntax(texts: Iterable<string>): DialectBySyntax | undefined {
  const scores = { postgres: 0, mysql: 0, sqlite: 0 }
  const seen = { postgres: new Set<string>(), mysql: new Set<string>(), sqlite: new Set<string>() }
  const only = { mariadb: 0, mysql: 0 }
  let count = 0
  let isClear = false
  for (const text of texts) {
    count++
    const start = withoutComments(text.length > head ? text.slice(0, head) : text)
    if (onlyMariadb.test(start)) only.mariadb++
    if (onlyMysql.test(start)) only.mysql++
    if (isClear) continue
    for (const sign of signs) {
      if (!sign.pattern.test(start)) continue
      scores[sign.dialect] += sign.weight
      seen[sign.dialect].add(sign.shown)
    }
    isClear = Math.max(...Object.values(scores)) >= enough
    if (isClear && scores.mysql < enough) break
  }
  const ranked = (['postgres', 'mysql', 'sqlite'] as const)
    .map((dialect) => ({ dialect, score: scores[dialect] }))
    .sort((a, b) => b.score - a.score)
  const [first, second] = [ranked[0]!, ranked[1]!]
  if (first.score < 2 || first.score < 1.5 * second.score) return undefined
  // One file may be a mistake; nobody writes the next before it ran.
  if (first.dialect === 'mysql' && only.mariadb > 1 && only.mariadb > only.mysql) {
    const because = `IF [NOT] EXISTS stands in ${only.mariadb} of ${count} files where MySQL has none`
    return { dialect: 'mariadb', because, assumed: true }
  }
  return { dialect: first.dialect, because: `its SQL uses ${[...seen[first.dialect]].slice(0, 3).join(', ')}` }
}

function withoutComments(text: string): string {
  return text.includes('--') ? text.replace(/--[^\n]*/g, '') : text
}

/** What to tell a user whose migrations do not say which engine they are for. */
export function undecidedDialect(directory: string): string {
  const place = directory === '' ? 'these migrations' : directory
  return `Nothing in ${place} says which database it is for. Pass --dialect postgres, mysql, mariadb or sqlite, or set "dialect" for this project in surefoot.json.`
}
