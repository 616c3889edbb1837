import { columnWords, type Random, words } from './random.ts'

interface Known {
  readonly name: string
  readonly columns: string[]
}

const types = ['text', 'varchar(255)', 'integer', 'bigint', 'boolean', 'timestamptz', 'jsonb', 'numeric(12, 2)', 'uuid', 'date']
const defaults: Readonly<Record<string, string>> = {
  boolean: 'false',
  integer: '0',
  bigint: '0',
  timestamptz: 'now()',
  jsonb: "'{}'::jsonb",
}

/** Writes migrations one after another, each on tables that earlier ones made: what a service's folder looks like after some years. */
export function postgresWriter(from: Random): () => string {
  const tables: Known[] = []
  let made = 0

  const steps: readonly (readonly [number, () => string])[] = [
    [16, createTable],
    [24, addColumns],
    [12, addIndex],
    [8, addForeignKey],
    [7, backfill],
    [6, changeType],
    [6, setNotNull],
    [5, dropColumn],
    [4, renameColumn],
    [4, addCheck],
    [3, addEnum],
    [3, addFunction],
    [2, view],
  ]
  const total = steps.reduce((sum, [weight]) => sum + weight, 0)

  return () => {
    if (tables.length < 3) return `${createTable()}\n`
    const parts = from.chance(40) ? [`-- ${from.pick(words)}s: ${from.pick(columnWords)} for the ${from.pick(words)} screen`] : []
    if (from.chance(15)) parts.push("SET lock_timeout = '2s';")
    const transaction = from.chance(10)
    if (transaction) parts.push('BEGIN;')
    const count = from.pick([1, 1, 1, 2, 2, 3, 5])
    for (let i = 0; i < count; i++) parts.push(step())
    if (transaction) parts.push('COMMIT;')
    return `${parts.join('\n')}\n`
  }

  function step(): string {
    let at = from.below(total)
    for (const [weight, write] of steps) {
      if (at < weight) return write()
      at -= weight
    }
    return addColumns()
  }

  function createTable(): string {
    const name = `${from.pick(words)}_${from.pick(words)}s_${++made}`
    const columns = Array.from({ length: 2 + from.below(6) }, () => column())
    const owner = tables.length > 0 && from.chance(60) ? from.pick(tables).name : undefined
    tables.push({ name, columns: columns.map((text) => text.split(' ', 1)[0]!) })
    if (tables.length > 200) tables.shift()
    const lines = [
      from.chance(80) ? 'id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY' : 'id uuid PRIMARY KEY DEFAULT gen_random_uuid()',
      ...(owner ? [`owner_id bigint NOT NULL REFERENCES ${owner} (id) ON DELETE CASCADE`] : []),
      ...columns,
      'created_at timestamptz NOT NULL DEFAULT now()',
    ]
    const index = owner ? `\nCREATE INDEX ${name}_owner_id_idx ON ${name} (owner_id);` : ''
    return `CREATE TABLE ${from.chance(30) ? 'IF NOT EXISTS ' : ''}${name} (\n  ${lines.join(',\n  ')}\n);${index}`
  }

  function column(): string {
    const type = from.pick(types)
    const value = defaults[type]
    const filled = value !== undefined && from.chance(50)
    return `${from.pick(columnWords)}_${++made} ${type}${filled ? ` NOT NULL DEFAULT ${value}` : ''}`
  }

  function known(): { readonly table: Known; readonly column: string } {
    const table = from.pick(tables)
    return { table, column: table.columns.length > 0 ? from.pick(table.columns) : 'id' }
  }

  function addColumns(): string {
    const { table } = known()
    const added = Array.from({ length: from.pick([1, 1, 1, 2, 3]) }, () => column())
    table.columns.push(...added.map((text) => text.split(' ', 1)[0]!))
    return `ALTER TABLE ${from.chance(20) ? `public.${table.name}` : table.name}\n  ${added.map((text) => `ADD COLUMN ${text}`).join(',\n  ')};`
  }

  function addIndex(): string {
    const { table, column } = known()
    const where = from.chance(20) ? ` WHERE ${column} IS NOT NULL` : ''
    const how = `${from.chance(20) ? 'UNIQUE ' : ''}INDEX ${from.chance(50) ? 'CONCURRENTLY IF NOT EXISTS ' : ''}`
    return `CREATE ${how}${table.name}_${column}_${++made}_idx ON ${table.name} (${column}${from.chance(25) ? ', created_at DESC' : ''})${where};`
  }

  function addForeignKey(): string {
    const { table } = known()
    const name = `${from.pick(words)}_id_${++made}`
    const add = `ALTER TABLE ${table.name} ADD COLUMN ${name} bigint;`
    const key = `ADD CONSTRAINT ${table.name}_${name}_fk FOREIGN KEY (${name}) REFERENCES ${from.pick(tables).name} (id)`
    return `${add}\nALTER TABLE ${table.name}\n  ${key}${from.chance(50) ? ' NOT VALID' : ''};`
  }

  function backfill(): string {
    const { table, column } = known()
    if (from.chance(30))
      return `INSERT INTO ${table.name} (${column})\nSELECT ${column} FROM ${from.pick(tables).name} WHERE created_at > now() - interval '90 days'\nON CONFLICT DO NOTHING;`
    return `UPDATE ${table.name} SET ${column} = DEFAULT WHERE ${column} IS NULL${from.chance(50) ? " AND created_at < '2024-01-01'" : ''};`
  }

  function changeType(): string {
    const { table, column } = known()
    return `ALTER TABLE ${table.name} ALTER COLUMN ${column} TYPE ${from.pick(['text', 'bigint', 'varchar(500)'])} USING ${column}::text;`
  }

  function setNotNull(): string {
    const { table, column } = known()
    return `ALTER TABLE ${table.name} ALTER COLUMN ${column} ${from.pick(['SET NOT NULL', 'DROP NOT NULL', 'DROP DEFAULT'])};`
  }

  function dropColumn(): string {
    const { table, column } = known()
    table.columns.splice(table.columns.indexOf(column), 1)
    return `ALTER TABLE ${table.name} DROP COLUMN ${from.chance(50) ? 'IF EXISTS ' : ''}${column};`
  }

  function renameColumn(): string {
    const { table, column } = known()
    const name = `${from.pick(columnWords)}_${++made}`
    table.columns.splice(table.columns.indexOf(column), 1, name)
    return `ALTER TABLE ${table.name} RENAME COLUMN ${column} TO ${name};`
  }

  function addCheck(): string {
    const { table, column } = known()
    const add = `ALTER TABLE ${table.name} ADD CONSTRAINT ${table.name}_${++made}_check CHECK (${column} IS NOT NULL)`
    return `${add}${from.chance(50) ? ' NOT VALID' : ''};`
  }

  function addEnum(): string {
    const name = `${from.pick(words)}_state_${++made}`
    return `CREATE TYPE ${name} AS ENUM ('open', 'closed', 'waiting');\nALTER TYPE ${name} ADD VALUE IF NOT EXISTS 'lost';`
  }

  function addFunction(): string {
    const { table } = known()
    const name = `touch_${table.name}_${++made}`
    const body = 'BEGIN\n  NEW.updated_at := now();\n  RETURN NEW;\nEND;'
    const trigger = `CREATE TRIGGER ${name}_trigger BEFORE UPDATE ON ${table.name} FOR EACH ROW EXECUTE FUNCTION ${name}();`
    return `CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger AS $$\n${body}\n$$ LANGUAGE plpgsql;\n\n${trigger}`
  }

  function view(): string {
    const { table } = known()
    return `CREATE OR REPLACE VIEW recent_${table.name} AS\n  SELECT id, created_at FROM ${table.name} WHERE created_at > now() - interval '30 days';`
  }
}
