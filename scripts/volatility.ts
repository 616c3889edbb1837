import pg from 'pg'
import { postgresAddress } from './servers.ts'

/**
 * Prints src/dialects/postgres/volatility.json: the functions of the server of `SUREFOOT_TEST_POSTGRES`, by
 * volatility, and those of every contrib module that is installed there. Functions that only the server itself can call (types'
 * input and output, index and planner support) are left out. Where overloads differ the worst counts.
 */
const client = new pg.Client(postgresAddress)

interface Row {
  readonly name: string
  readonly volatility: 'i' | 's' | 'v'
  readonly extension: string | null
}

const query = `
  select p.proname as name, p.provolatile as volatility, e.extname as extension
  from pg_proc p
  left join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
  left join pg_extension e on e.oid = d.refobjid
  where (p.pronamespace = 'pg_catalog'::regnamespace or e.oid is not null)
    and p.prokind in ('f', 'a', 'w')
    and p.prorettype not in ('internal'::regtype, 'cstring'::regtype, 'trigger'::regtype, 'event_trigger'::regtype,
      'language_handler'::regtype, 'fdw_handler'::regtype, 'index_am_handler'::regtype, 'table_am_handler'::regtype)
    and not ('internal'::regtype = any (p.proargtypes) or 'cstring'::regtype = any (p.proargtypes))
    and p.proname !~ '_(recv|send|out)$'
`

/** Extensions that are not functions of SQL but languages, or that need preloading. */
const skipped = /^(pl|jsonb_pl|hstore_pl|ltree_pl|bool_pl)/

function group(rows: readonly Row[]): Record<string, readonly string[]> {
  const worst = new Map<string, Row['volatility']>()
  const order = 'isv'
  for (const row of rows) {
    const known = worst.get(row.name)
    if (known === undefined || order.indexOf(row.volatility) > order.indexOf(known)) worst.set(row.name, row.volatility)
  }
  const named = (wanted: Row['volatility']) => [...worst].filter(([, found]) => found === wanted).map(([name]) => name)
  return { volatile: named('v').sort(), stable: named('s').sort(), immutable: named('i').sort() }
}

/** Names as lines of text, several on a line: the file stays short enough to look through. */
function lines(names: readonly string[]): readonly string[] {
  const found: string[] = []
  for (const name of names) {
    const last = found.at(-1)
    if (last !== undefined && last.length + name.length < 150) found[found.length - 1] = `${last} ${name}`
    else found.push(name)
  }
  return found
}

await client.connect()
const server: { rows: { server_version: string }[] } = await client.query('show server_version')
const available: { rows: { name: string }[] } = await client.query('select name from pg_available_extensions order by name')
const builtin: { rows: Row[] } = await client.query(query)
const contrib: Row[] = []
for (const { name } of available.rows) {
  if (skipped.test(name)) continue
  await client.query('begin')
  try {
    await client.query('create schema surefoot_volatility')
    await client.query(`create extension if not exists "${name}" schema surefoot_volatility cascade`)
  } catch {
    await client.query('rollback')
    await client.query('begin')
    await client.query(`create extension if not exists "${name}" cascade`).catch(() => process.stderr.write(`${name} cannot be created\n`))
  }
  const rows: { rows: Row[] } = await client.query(query).catch(() => ({ rows: [] }))
  contrib.push(...rows.rows.filter((row) => row.extension === name))
  await client.query('rollback')
}
await client.end()

const builtinNames = new Set(builtin.rows.map((row) => row.name))
const parts = { builtin: group(builtin.rows), contrib: group(contrib.filter((row) => !builtinNames.has(row.name))) }
const printed = Object.fromEntries(
  Object.entries(parts).map(([part, groups]) => [
    part,
    Object.fromEntries(Object.entries(groups).map(([key, names]) => [key, lines(names)])),
  ]),
)
process.stdout.write(`${JSON.stringify({ server: server.rows[0]?.server_version.split(' ')[0], ...printed }, null, 1)}\n`)
