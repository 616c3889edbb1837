import type { CatalogReader, SeedColumn, SeedTable } from '../catalog.ts'
import type { Session } from '../engine.ts'
import { quoted, type Row, rowsOf } from '../engines/mysql/rows.ts'
import { describeObjects } from './mysql-objects.ts'
import { parentsFirst } from './parents-first.ts'

/** Reads the catalogue of MySQL and MariaDB from information_schema, for the database in use. */
export const mysqlCatalog: CatalogReader = {
  catalog: async (session, ignore) => {
    const lines = new Map<string, string>()
    const { tables, columns, indexes, foreignKeys, checks } = await readTables(session, ignore)
    for (const row of tables) {
      lines.set(`table ${row.name}`, `${String(row.engine).toLowerCase()} ${row.collation}`)
      if (row.comment !== '') lines.set(`comment ${row.name}`, String(row.comment))
    }
    for (const row of columns) {
      lines.set(`column ${row.tab}.${row.name}`, describeColumn(row, tables))
      if (row.comment !== '') lines.set(`comment ${row.tab}.${row.name}`, String(row.comment))
    }
    for (const { table, name, kind, parts } of indexes)
      lines.set(name === 'PRIMARY' ? `constraint ${table}.PRIMARY` : `index ${table}.${name}`, `${kind}(${parts.join(', ')})`)
    for (const { table, name, columns: own, target, targetColumns, actions } of foreignKeys)
      lines.set(
        `constraint ${table}.${name}`,
        `foreign key (${own.join(', ')}) references ${target}(${targetColumns.join(', ')})${actions}`,
      )
    for (const { table, name, condition } of checks) lines.set(`constraint ${table}.${name}`, `check (${condition})`)
    await describeObjects(session, ignore, lines)
    return lines
  },
  contents: async (session, ignore) => {
    const counts = new Map<string, number>()
    const { tables, columns } = await readTables(session, ignore)
    for (const { name } of tables) {
      const own = columns.filter(({ tab }) => tab === name).map((column) => String(column.name))
      const counted = own.map((column, i) => `COUNT(${quoted(column)}) AS c${i}`)
      const [row = {}] = await rowsOf(session, `SELECT ${['COUNT(*) AS n', ...counted].join(', ')} FROM ${quoted(name)}`)
      counts.set(String(name), Number(row.n))
      own.forEach((column, i) => {
        counts.set(`${name}.${column}`, Number(row[`c${i}`]))
      })
    }
    return counts
  },
  tables: async (session, ignore) => {
    const { tables, columns, indexes, foreignKeys, checks } = await readTables(session, ignore)
    const triggers = await rowsOf(
      session,
      "SELECT event_object_table AS tab FROM information_schema.triggers WHERE event_object_schema = DATABASE() AND event_manipulation = 'INSERT'",
    )
    return parentsFirst(
      tables.map((row): SeedTable => {
        const name = String(row.name)
        const own = indexes.filter(({ table, kind }) => table === name && kind.startsWith('unique '))
        return {
          sql: quoted(name),
          name,
          columns: columns.filter(({ tab }) => tab === name).map((column) => seedColumn(column, checks)),
          primaryKey: indexes.find((index) => index.table === name && index.name === 'PRIMARY')?.names ?? [],
          unique: own.flatMap(({ names }) => (names === undefined ? [] : [names])),
          foreignKeys: foreignKeys.filter(({ table }) => table === name),
          checks: checks.filter(({ table }) => table === name).map(({ condition }) => condition),
          triggers: triggers.some(({ tab }) => tab === name),
        }
      }),
    )
  },
}

interface Tables {
  readonly tables: readonly Row[]
  readonly columns: readonly Row[]
  readonly indexes: readonly Index[]
  readonly foreignKeys: readonly (SeedTable['foreignKeys'][number] & { readonly table: string; readonly actions: string })[]
  readonly checks: readonly { readonly table: string; readonly name: string; readonly condition: string }[]
}

interface Index {
  readonly table: string
  readonly name: string
  /** `unique `, `fulltext `, `` …, with a blank behind. */
  readonly kind: string
  readonly parts: readonly string[]
  /** The bare columns; undefined where a part is an expression or the beginning of a value. */
  readonly names: readonly string[] | undefined
}

async function readTables(session: Session, ignore: readonly string[]): Promise<Tables> {
  const kept = (name: unknown) => !ignore.includes(String(name))
  const tables = await rowsOf(
    session,
    `SELECT table_name AS name, engine, table_collation AS collation, table_comment AS comment FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY 1`,
  )
  const names = new Set(tables.filter(({ name }) => kept(name)).map(({ name }) => name))
  const columns = await rowsOf(
    session,
    `SELECT table_name AS tab, column_name AS name, column_type AS type, is_nullable AS nullable, column_default AS fallback, extra,
       collation_name AS collation, generation_expression AS expression, character_maximum_length AS length, column_comment AS comment
     FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`,
  )
  return {
    tables: tables.filter(({ name }) => names.has(name)),
    columns: columns.filter(({ tab }) => names.has(tab)),
    indexes: indexesOf(
      await rowsOf(
        session,
        'SELECT * FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY table_name, index_name, seq_in_index',
      ),
    ).filter(({ table }) => names.has(table)),
    foreignKeys: (await foreignKeysOf(session)).filter(({ table }) => names.has(table)),
    checks: (await checksOf(session)).filter(({ table }) => names.has(table)),
  }
}

function indexesOf(rows: readonly Row[]): readonly Index[] {
  const found = new Map<string, Row[]>()
  for (const row of rows) {
    const key = `${row.table_name} ${row.index_name}`
    found.set(key, [...(found.get(key) ?? []), row])
  }
  return [...found.values()].map((parts) => {
    const first = parts[0] ?? {}
    const hidden = first.is_visible === 'NO' || first.ignored === 'YES'
    const type = String(first.index_type)
    const plain = parts.every(({ column_name, sub_part }) => column_name !== null && sub_part === null)
    return {
      table: String(first.table_name),
      name: String(first.index_name),
      kind: [
        first.index_name === 'PRIMARY' ? 'primary key ' : Number(first.non_unique) === 0 ? 'unique ' : '',
        type === 'BTREE' ? '' : `${type.toLowerCase()} `,
        hidden ? 'ignored ' : '',
      ].join(''),
      parts: parts.map((part) => {
        const what = part.column_name === null ? `(${part.expression})` : String(part.column_name)
        return `${what}${part.sub_part === null ? '' : `(${part.sub_part})`}${part.collation === 'D' ? ' desc' : ''}`
      }),
      names: plain ? parts.map(({ column_name }) => String(column_name)) : undefined,
    }
  })
}

async function foreignKeysOf(session: Session): Promise<Tables['foreignKeys']> {
  const rows = await rowsOf(
    session,
    `SELECT k.table_name AS tab, k.constraint_name AS name, k.column_name AS col, k.referenced_table_name AS target, k.referenced_column_name AS target_col,
       r.update_rule AS on_update, r.delete_rule AS on_delete
     FROM information_schema.key_column_usage k
     JOIN information_schema.referential_constraints r
       ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
     WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL ORDER BY k.table_name, k.constraint_name, k.ordinal_position`,
  )
  const found = new Map<string, Row[]>()
  for (const row of rows) found.set(`${row.tab} ${row.name}`, [...(found.get(`${row.tab} ${row.name}`) ?? []), row])
  return [...found.values()].map((parts) => {
    const first = parts[0] ?? {}
    // RESTRICT and NO ACTION are one thing in InnoDB, and the two servers name the default differently.
    const action = (when: string, rule: unknown) =>
      /^(?:RESTRICT|NO ACTION)$/.test(String(rule)) ? '' : ` ${when} ${String(rule).toLowerCase()}`
    return {
      table: String(first.tab),
      name: String(first.name),
      columns: parts.map(({ col }) => String(col)),
      target: String(first.target),
      targetColumns: parts.map(({ target_col }) => String(target_col)),
      actions: action('on update', first.on_update) + action('on delete', first.on_delete),
    }
  })
}

async function checksOf(session: Session): Promise<Tables['checks']> {
  // MySQL's CHECK_CONSTRAINTS does not say of which table, and MySQL before 8.0.16 and MariaDB before 10.2 have none.
  const queries = [
    'SELECT table_name AS tab, constraint_name AS name, check_clause AS cond FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()',
    `SELECT t.table_name AS tab, t.constraint_name AS name, c.check_clause AS cond FROM information_schema.table_constraints t
     JOIN information_schema.check_constraints c ON c.constraint_schema = t.constraint_schema AND c.constraint_name = t.constraint_name
     WHERE t.table_schema = DATABASE() AND t.constraint_type = 'CHECK'`,
  ]
  for (const query of queries) {
    try {
      const rows = await rowsOf(session, query)
      return rows.map(({ tab, name, cond }) => ({ table: String(tab), name: String(name), condition: String(cond) }))
    } catch {
      // The other server's.
    }
  }
  return []
}

function describeColumn(row: Row, tables: readonly Row[]): string {
  const generated = String(row.expression ?? '')
  const extra = String(row.extra)
    .replace(/DEFAULT_GENERATED|(?:VIRTUAL|STORED|PERSISTENT) GENERATED/i, '')
    .trim()
  const inherited = tables.find(({ name }) => name === row.tab)?.collation
  return [
    String(row.type),
    row.collation === null || row.collation === inherited ? '' : `collate ${row.collation}`,
    row.nullable === 'NO' ? 'not null' : '',
    hasDefault(row) ? `default ${row.fallback}` : '',
    generated === '' ? '' : `as (${generated})${/VIRTUAL/i.test(String(row.extra)) ? ' virtual' : ' stored'}`,
    extra.toLowerCase(),
  ]
    .filter((word) => word !== '')
    .join(' ')
}

/** MariaDB writes the default as SQL, so that NULL is a text there. */
function hasDefault({ fallback }: Row): boolean {
  return fallback !== null && fallback !== 'NULL'
}

function seedColumn(row: Row, checks: Tables['checks']): SeedColumn {
  // MariaDB's JSON is a text with a condition.
  const json = checks.some(
    ({ table, condition }) => table === row.tab && condition.toLowerCase() === `json_valid(${quoted(row.name)})`.toLowerCase(),
  )
  const type = json ? 'json' : String(row.type)
  const generated = String(row.expression ?? '') !== '' || /GENERATED/i.test(String(row.extra).replace(/DEFAULT_GENERATED/i, ''))
  const labels = /^(?:enum|set)\((.*)\)$/is.exec(type)?.[1]
  return {
    name: String(row.name),
    type,
    nullable: row.nullable === 'YES',
    hasDefault: hasDefault(row),
    made: generated ? 'generated' : /auto_increment/i.test(String(row.extra)) ? 'identity' : undefined,
    labels: labels === undefined ? undefined : [...labels.matchAll(/'((?:[^']|'')*)'/g)].map((match) => match[1]!.replaceAll("''", "'")),
    length: /char|text/i.test(type) && row.length !== null ? Number(row.length) : undefined,
  }
}
