import { type ColumnState, type Constraint, defineRule, findTable, type Name, type Site, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'enum-value-removed',
  title: 'Value taken out of an ENUM, SET or CHECK that rows may hold',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The migration fails on the first row that holds the value, or empties it without a word.',
  since: '0.2.0',
  dialects: ['mysql', 'mariadb', 'postgres'],
  inDown: 'full',
  why: 'MODIFY states the whole list of values. Rows that hold one that is not in it any more make the change fail in strict mode (error 1265), and get an empty string outside it. PostgreSQL casts through text to the new type and fails on the same rows. The release that still runs goes on writing the value.',
  instead:
    'Stop writing the value, move its rows off it (UPDATE … WHERE column = value) in an earlier migration, and take it out afterwards.',
  unless: 'No row has ever held the value, or a later migration of the history takes it into the list again.',
  sources: ['https://dev.mysql.com/doc/refman/8.4/en/enum.html', 'https://www.postgresql.org/docs/current/datatype-enum.html'],
  covers: [95, 99, 138, 152],
  equivalents: [],
  messages: {
    removed:
      'Rows of {table} whose {column} holds {values} make this fail with error 1265, or are emptied outside strict mode: the new list lacks it.',
    recreated: {
      text: 'Rows of {table} whose {column} holds {values} make this fail: the type {type} lacks it.',
      severity: 'warning',
    },
    narrower: {
      text: 'Rows of {table} whose {column} holds {values} make this fail: the CHECK that it takes the place of let them in.',
      severity: 'warning',
    },
  },
  on: {
    addConstraint({ table, constraint, span }, at) {
      const now = constraint.notValid || constraint.enforced === false ? undefined : listOf(constraint)
      if (!now || at.table(table).fresh) return
      for (const { operation, before } of at.earlier) {
        if (operation.kind !== 'dropConstraint' || operation.name === undefined || !at.sameName(operation.table, table)) continue
        const name = operation.name
        const old = findTable(before, table)?.constraints.find(
          (state) => state.constraint.name !== undefined && at.sameColumn(state.constraint.name, name),
        )
        const was = old && listOf(old.constraint)
        if (!was || !at.sameColumn(was.column, now.column)) continue
        const state = at.column(table, now.column)
        const removed = missingFrom(now.labels, was.labels, (a, b) => a === b).filter((label) => !isMoved(table, now.column, label, at))
        if (removed.length === 0 || (state && isFilledBefore(state, at))) continue
        at.report(
          span,
          'narrower',
          { table: showName(table), column: now.column, values: shown(removed) },
          { evidence: 'replayed', atEnd: { table, column: now.column, lacks: removed } },
        )
        return
      }
    },
    modifyColumn({ table, column, to, span }, at) {
      const from = at.column(table, column)
      if (at.table(table).fresh || !from?.column.type?.labels || !to.type?.labels || from.column.type.name !== to.type.name) return
      const removed = missingFrom(to.type.labels, from.column.type.labels, at.sameColumn).filter(
        (label) => !isMoved(table, column, label, at),
      )
      if (removed.length === 0 || isFilledBefore(from, at)) return
      const atEnd = { table, column, lacks: removed }
      at.report(span, 'removed', { table: showName(table), column, values: shown(removed) }, { evidence: 'replayed', atEnd })
    },
    alterColumnType({ table, column, type, using, span }, at) {
      const state = at.column(table, column)
      const from = state?.column.type && typeOf(state.column.type, at)
      const to = typeOf(type, at)
      if (at.table(table).fresh || from?.form !== 'enum' || to?.form !== 'enum' || (state && isFilledBefore(state, at))) return
      const labels = (all: readonly { readonly value: string }[]) => all.map(({ value }) => value)
      const removed = missingFrom(labels(to.labels), labels(from.labels), (a, b) => a === b).filter(
        (label) => !using?.literals.includes(label) && !isMoved(table, column, label, at),
      )
      if (removed.length === 0) return
      const slots = { table: showName(table), column, values: shown(removed), type: type.text }
      at.report(span, 'recreated', slots, { evidence: 'replayed', atEnd: { table, column, lacks: removed } })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'narrower',
      history: [
        "CREATE TABLE orders (id bigint PRIMARY KEY, state text, CONSTRAINT orders_state CHECK (state IN ('new', 'paid', 'void')));",
      ],
      sql: "ALTER TABLE orders DROP CONSTRAINT orders_state;\nALTER TABLE orders ADD CONSTRAINT orders_state CHECK (state IN ('new', 'paid'));",
      also: ['check-without-not-valid'],
    },
    {
      on: 'mysql',
      says: 'removed',
      history: ["CREATE TABLE orders (id INT PRIMARY KEY, state ENUM('new', 'paid', 'void') NOT NULL);"],
      sql: "ALTER TABLE orders MODIFY state ENUM('new', 'paid') NOT NULL;",
      also: ['type-change-rewrite'],
    },
    {
      on: 'postgres',
      says: 'recreated',
      history: ["CREATE TYPE state AS ENUM ('new', 'paid', 'void');\nCREATE TABLE orders (id bigint PRIMARY KEY, state state NOT NULL);"],
      sql: "CREATE TYPE state_new AS ENUM ('new', 'paid');\nALTER TABLE orders ALTER COLUMN state TYPE state_new USING state::text::state_new;",
      also: ['type-change-rewrite'],
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'The rows are moved first',
      history: [
        "CREATE TABLE orders (id bigint PRIMARY KEY, state text, CONSTRAINT orders_state CHECK (state IN ('new', 'paid', 'void')));",
      ],
      sql: "UPDATE orders SET state = 'new' WHERE state = 'void' AND id BETWEEN 1 AND 5000;\nALTER TABLE orders DROP CONSTRAINT orders_state;\nALTER TABLE orders ADD CONSTRAINT orders_state CHECK (state IN ('new', 'paid')) NOT VALID;",
    },
    {
      on: 'postgres',
      title: 'Values that are not known are moved',
      history: [
        "await queryInterface.sequelize.query(\"CREATE TYPE state AS ENUM ('new', 'paid', 'void')\")\nawait queryInterface.sequelize.query('CREATE TABLE orders (id bigint PRIMARY KEY, state state NOT NULL)')",
      ],
      sequelize:
        "const [rows] = await queryInterface.sequelize.query('SELECT label FROM states_to_go LIMIT 5')\nfor (const row of rows) {\n  await queryInterface.sequelize.query(`UPDATE orders SET state = 'new' WHERE state = '${row.label}' AND id BETWEEN 1 AND 5000`)\n}\nawait queryInterface.sequelize.query(\"CREATE TYPE state_new AS ENUM ('new', 'paid')\")\nawait queryInterface.sequelize.query('ALTER TABLE orders ALTER COLUMN state TYPE state_new USING state::text::state_new')",
      also: ['type-change-rewrite', 'raw-sql-interpolation', 'missing-transaction'],
    },
    {
      on: 'mysql',
      title: 'A value at the end',
      history: ["CREATE TABLE orders (id INT PRIMARY KEY, state ENUM('new', 'paid') NOT NULL);"],
      sql: "ALTER TABLE orders MODIFY state ENUM('new', 'paid', 'void') NOT NULL;",
    },
    {
      on: 'postgres',
      title: 'USING says what becomes of it',
      history: ["CREATE TYPE state AS ENUM ('new', 'paid', 'void');\nCREATE TABLE orders (id bigint PRIMARY KEY, state state NOT NULL);"],
      sql: "CREATE TYPE state_new AS ENUM ('new', 'paid');\nALTER TABLE orders ALTER COLUMN state TYPE state_new USING (CASE state::text WHEN 'void' THEN 'new' ELSE state::text END)::state_new;",
      also: ['type-change-rewrite'],
    },
  ],
})

/** The values that a CHECK lets one column have: `state IN ('new', 'paid')`, as PostgreSQL writes it back too. */
function listOf({ kind, expression }: Constraint): { readonly column: string; readonly labels: readonly string[] } | undefined {
  if (kind !== 'check' || !expression || expression.columns.length !== 1 || expression.literals.length === 0) return undefined
  if (expression.functions.length > 0 || !/\bin\s*\(|=\s*any\s*\(/i.test(expression.sql) || /\b(?:not|or|and|like)\b/i.test(expression.sql))
    return undefined
  return { column: expression.columns[0]!, labels: expression.literals }
}

function typeOf(type: { readonly name: string; readonly schema?: string }, at: Pick<Site, 'type'>) {
  return at.type({ name: type.name, ...(type.schema === undefined ? {} : { schema: type.schema }) })
}

function missingFrom(list: readonly string[], labels: readonly string[], same: (a: string, b: string) => boolean): readonly string[] {
  return labels.filter((label) => !list.some((other) => same(other, label)))
}

/** An earlier migration gave its rows other values: which ones is not kept. */
function isFilledBefore({ filled }: ColumnState, at: Pick<Site, 'position'>): boolean {
  return filled !== undefined && filled < at.position
}

/** Did the script take the rows off this value before? What cannot be told of a WHERE counts as done. */
function isMoved(table: Name, column: string, label: string, at: Pick<Site, 'earlier' | 'sameName' | 'sameColumn'>): boolean {
  return at.earlier.some(({ operation }) => {
    if (operation.kind === 'truncate') return operation.tables.some((name) => at.sameName(name, table))
    if (operation.kind !== 'update' && operation.kind !== 'delete') return false
    if (!at.sameName(operation.table, table)) return false
    if (operation.kind === 'update' && !operation.set.some((one) => at.sameColumn(one.column, column))) return false
    const { where } = operation
    return where === undefined || where.sql.includes(`'${label}'`) || !where.sql.includes("'") || /'\$\{[^']*\}'/.test(where.sql)
  })
}

function shown(labels: readonly string[]): string {
  const first = labels.slice(0, 3).map((label) => `'${label}'`)
  return labels.length > 3 ? `${first.join(', ')} or ${labels.length - 3} other values` : first.join(' or ')
}
