import { defineRule, type Name, type Operation, type Predicate, type Site, showName, typesLabelledIn } from '../../src/rule/define.ts'

export default defineRule({
  id: 'enum-value-in-transaction',
  title: 'New enum value used before it is committed',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The statement fails when it runs.',
  since: '0.1.0',
  dialects: ['postgres'],
  inDown: 'speaks',
  why: 'A value added to an enum cannot be used until the transaction that added it has committed (55P04, “unsafe use of new value”). That goes for rows, defaults, checks, index predicates and views alike. Before PostgreSQL 12, ADD VALUE itself is refused inside a transaction.',
  instead: 'Add the value in a migration of its own that is committed before the one that uses it.',
  unless:
    'The value was committed earlier, or only a PL/pgSQL body names it. From PostgreSQL 17 on a type that the same transaction created may be used at once.',
  sources: ['https://www.postgresql.org/docs/current/sql-altertype.html#id-1.9.3.42.7'],
  covers: [183],
  equivalents: [],
  messages: {
    used: "The value '{value}' of {type} is used in the transaction that adds it: PostgreSQL refuses that (unsafe use of new value).",
    pending: {
      text: "The value '{value}' of {type} is added by the migration before, and the runner puts all pending migrations in one transaction: deployed together they fail.",
      severity: 'warning',
      help: 'Deploy the two migrations one after the other, or let the runner use one transaction per migration.',
    },
    refused: "Adding the value '{value}' to {type} fails: before PostgreSQL 12 ALTER TYPE … ADD VALUE cannot run inside a transaction.",
  },
  on: {
    addEnumValue({ type, value, span }, at) {
      if (!at.atLeast(12) && at.transaction.open === 'yes' && at.type(type)?.transaction !== at.transaction.key)
        at.report(span, 'refused', { value, type: showName(type) }, { evidence: 'derived' })
    },
    every(operation, at) {
      if (at.before.types.size === 0 || at.transaction.open !== 'yes') return
      const types = typesLabelledIn(at.before, at.transaction.key)
      const uses = types.length === 0 ? [] : usesOf(operation)
      if (uses.length === 0) return
      for (const state of types) {
        // 17 and later let a type be used at once by the transaction that created it; a type of an earlier deployment is not that.
        const createdHere = state.transaction === at.transaction.key && (state.born === at.position || at.age(state.born) === 'this-batch')
        if (state.form !== 'enum' || (createdHere && at.atLeast(17))) continue
        for (const label of state.labels) {
          if (label.transaction !== at.transaction.key) continue
          if (!uses.some((use) => use.literals.includes(label.value) && mayBeOf(at, operation, use, state.name))) continue
          // Labels that the type was created with are usable at once.
          if (label.born === state.born && label.transaction === state.transaction && !wasAdded(at, state.name, label.value)) continue
          const slots = { value: label.value, type: showName(state.name) }
          if (label.born === at.position) at.report(operation, 'used', slots, { evidence: 'replayed' })
          else if (at.position - label.born === 1 || at.age(label.born) === 'this-batch')
            at.report(operation, 'pending', slots, { evidence: 'replayed' })
        }
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'used',
      history: ["CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TABLE people (id bigint PRIMARY KEY, mood mood);"],
      sql: "BEGIN;\nALTER TYPE mood ADD VALUE 'happy';\nALTER TABLE people ALTER COLUMN mood SET DEFAULT 'happy';\nCOMMIT;",
    },
    {
      on: 'postgres',
      says: 'used',
      title: 'Compared with the column',
      history: ["CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TABLE people (id bigint PRIMARY KEY, mood mood, note text);"],
      sql: "BEGIN;\nALTER TYPE mood ADD VALUE 'happy';\nUPDATE people SET note = 'happy' WHERE id = 1 AND mood = 'happy';\nCOMMIT;",
    },
    {
      on: 'postgres',
      says: 'pending',
      title: 'Two pending migrations, one transaction',
      history: [
        "await queryRunner.query(`CREATE TYPE mood AS ENUM ('sad', 'ok')`); await queryRunner.query(`CREATE TABLE people (id bigint PRIMARY KEY, mood mood)`)",
        "await queryRunner.query(`ALTER TYPE mood ADD VALUE 'happy'`)",
      ],
      version: '16',
      typeorm: "await queryRunner.query(`ALTER TABLE people ALTER COLUMN mood SET DEFAULT 'happy'`)",
    },
    {
      on: 'postgres',
      says: 'used',
      title: 'A row of it',
      history: ["CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TABLE people (id bigint PRIMARY KEY, mood mood, note text);"],
      sql: "BEGIN;\nALTER TYPE mood ADD VALUE 'happy';\nINSERT INTO people (id, mood, note) VALUES (1, 'ok', 'x'), (2, 'happy', 'y');\nCOMMIT;",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Committed before',
      history: [
        "CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TABLE people (id bigint PRIMARY KEY, mood mood);",
        "ALTER TYPE mood ADD VALUE 'happy';",
      ],
      sql: "ALTER TABLE people ALTER COLUMN mood SET DEFAULT 'happy';",
    },
    {
      on: 'postgres',
      title: 'The labels that a new type is created with',
      sql: "BEGIN;\nCREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TABLE people (id bigint PRIMARY KEY, mood mood DEFAULT 'ok');\nCOMMIT;",
    },
    {
      on: 'postgres',
      title: 'A column of text that happens to hold the same word',
      history: ["CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TABLE people (id bigint PRIMARY KEY, mood mood, note text);"],
      sql: "BEGIN;\nSET LOCAL lock_timeout = '2s';\nALTER TYPE mood ADD VALUE 'happy';\nALTER TABLE people ALTER COLUMN note SET DEFAULT 'happy';\nCOMMIT;",
    },
    {
      on: 'postgres',
      title: 'A row whose text holds the same word',
      history: ["CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TABLE people (id bigint PRIMARY KEY, mood mood, note text);"],
      sql: "BEGIN;\nALTER TYPE mood ADD VALUE 'happy';\nINSERT INTO people (id, mood, note) VALUES (1, 'ok', 'happy');\nCOMMIT;",
    },
  ],
})

/** Literals of an operation, with the columns that they are given to or compared with; undefined: any column, as far as can be told. */
interface Use {
  readonly literals: readonly string[]
  readonly columns: readonly string[] | undefined
  readonly casts: readonly string[]
}

function usesOf(operation: Operation): readonly Use[] {
  const anywhere = (literals: readonly string[]): readonly Use[] => [{ literals, columns: undefined, casts: [] }]
  const where = (predicate: Predicate | undefined): readonly Use[] =>
    predicate
      ? [
          {
            literals: quoted(predicate.sql),
            columns: predicate.columns,
            casts: [...predicate.sql.matchAll(cast)].map((match) => match[1]!),
          },
        ]
      : []
  switch (operation.kind) {
    case 'insert':
      if (operation.literalsOf)
        return operation.columns.map((column, i) => ({ literals: operation.literalsOf?.[i] ?? [], columns: [column], casts: [] }))
      return anywhere([...operation.literals, ...(operation.query?.literals ?? [])])
    case 'update':
      return [
        ...operation.set.map(({ literals, column, columns }) => ({ literals, columns: [column, ...columns], casts: [] })),
        ...where(operation.where),
      ]
    case 'delete':
      return where(operation.where)
    case 'select':
    case 'createView':
      return anywhere(operation.query.literals)
    case 'setDefault':
      return [{ literals: operation.default.literals, columns: [operation.column], casts: operation.default.casts }]
    case 'addColumn':
      return anywhere([
        ...(operation.column.default?.literals ?? []),
        ...operation.column.constraints.flatMap((constraint) => constraint.expression?.literals ?? []),
      ])
    case 'createTable':
      return anywhere(operation.columns.flatMap((column) => column.default?.literals ?? []))
    case 'addConstraint':
      return operation.constraint.expression ? [operation.constraint.expression] : []
    case 'createIndex':
      return where(operation.where)
    case 'alterColumnType':
      return anywhere(operation.using?.literals ?? [])
    case 'createFunction':
      return operation.language === 'sql' ? anywhere(operation.literals) : []
    default:
      return []
  }
}

/** The type's name behind `::` or in CAST. */
const cast = /(?:::|\bas)\s*"?(?:\w+"?\."?)?(\w+)/gi

function quoted(sql: string | undefined): string[] {
  return [...(sql ?? '').matchAll(/'((?:[^']|'')*)'/g)].map((match) => match[1]!.replaceAll("''", "'"))
}

function wasAdded(at: Pick<Site, 'earlier' | 'sameName'>, type: Name, value: string): boolean {
  return at.earlier.some(
    ({ operation }) => operation.kind === 'addEnumValue' && operation.value === value && at.sameName(operation.type, type),
  )
}

/** Can the literals be values of the type? Not when the table is known and has no column of it, or not among those that they are for. */
function mayBeOf(at: Pick<Site, 'table' | 'sameName' | 'sameColumn'>, operation: Operation, { columns, casts }: Use, type: Name): boolean {
  if (!('table' in operation) || operation.table === undefined || operation.kind === 'createTable' || operation.kind === 'addColumn')
    return true
  const view = at.table(operation.table)
  if (!view.known || !view.state) return true
  const isType = (name: string) => name.toLowerCase() === type.name.toLowerCase()
  const own = [...view.state.columns.values()].map(({ column }) => column)
  const meant = columns === undefined ? own : columns.flatMap((name) => own.find((column) => at.sameColumn(column.name, name)) ?? [])
  // A column of another table may be anything.
  if (meant.length < (columns?.length ?? 0)) return true
  return casts.some(isType) || meant.some(({ type: its }) => its !== undefined && isType(its.name))
}
