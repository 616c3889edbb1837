import { defineRule, isComputed, isStructural, type Operation } from '../../src/rule/define.ts'

export default defineRule({
  id: 'identifier-too-long',
  title: 'Name longer than the engine keeps',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'MySQL refuses the statement. PostgreSQL cuts the name in silence, which is the strict profile’s.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'MySQL and MariaDB keep 64 characters of a name and refuse a longer one (error 1059). PostgreSQL cuts it to 63 bytes with a NOTICE that no runner shows: two long names may become one, and a tool that looks for the whole name does not find it.',
  instead: 'Give it a shorter name.',
  unless: 'The name fits, or a builder shortens it itself.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS',
    'https://dev.mysql.com/doc/refman/8.4/en/identifier-length.html',
  ],
  covers: [254],
  equivalents: ['squawk:identifier-too-long'],
  messages: {
    refused: '{name} has {length} characters, and {engine} keeps 64: it refuses the statement (error 1059).',
    cut: {
      text: '{name} has {length} bytes, and PostgreSQL keeps 63: it is cut to {kept} in silence.',
      severity: 'warning',
      profile: 'strict',
    },
  },
  on: {
    every(operation, at) {
      if (!isStructural(operation) || (at.dialect === 'postgres' && !at.says('cut'))) return
      const isText = at.dialect === 'postgres' && at.statement.sql !== undefined
      if (isText && at.statement.operations[0] !== operation) return
      const names = isText ? wordsOf(operation, at.statement.sql ?? '') : namesOf(operation)
      for (const name of new Set(names)) {
        // How long a name is that the program puts together is known when it runs.
        if (isComputed(name)) continue
        const bytes = bytesOf(name)
        if (at.dialect === 'postgres' && bytes > 63) at.report(operation, 'cut', { name, length: bytes, kept: cut(name) })
        else if (at.dialect !== 'postgres' && [...name].length > 64)
          at.report(
            operation,
            'refused',
            { name, length: [...name].length, engine: at.dialect === 'mysql' ? 'MySQL' : 'MariaDB' },
            { evidence: 'derived' },
          )
      }
    },
  },
  bad: [
    {
      on: 'mysql',
      says: 'refused',
      sql: 'ALTER TABLE orders ADD COLUMN the_number_of_times_that_a_customer_has_asked_for_this_very_order int NULL;',
    },
    {
      on: 'postgres',
      says: 'cut',
      profile: 'strict',
      sql: 'ALTER TABLE orders ADD COLUMN the_number_of_times_that_a_customer_has_asked_for_this_very_order int;',
    },
    {
      on: 'mysql',
      says: 'refused',
      sequelize:
        "await queryInterface.addColumn('orders', 'the_number_of_times_that_a_customer_has_asked_for_this_very_order', Sequelize.INTEGER)",
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'Many short names',
      profile: 'strict',
      sql: 'CREATE TABLE "orders" ("id" bigint PRIMARY KEY, "created" timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP, "note" text);',
    },
    { on: 'mysql', sql: 'ALTER TABLE orders ADD COLUMN asked_for int NULL;' },
    {
      on: 'postgres',
      title: 'A long text, not a name',
      profile: 'strict',
      sql: "ALTER TABLE orders ADD COLUMN note text DEFAULT 'the_number_of_times_that_a_customer_has_asked_for_this_very_order';",
    },
    {
      on: 'mysql',
      title: 'A name that is put together when it runs',
      knex: "const { id } = await knex('questions').first()\nawait knex.schema.table('answers', (t) => t.string(`q_${String(id).padStart(4, '0').concat('_text_of_the_answer').toLowerCase()}`))",
    },
  ],
})

/** Names that an operation gives to what it makes. */
function namesOf(operation: Operation): readonly string[] {
  switch (operation.kind) {
    case 'createTable':
      return [
        operation.table.name,
        ...operation.columns.map(({ name }) => name),
        ...operation.constraints.flatMap(({ name }) => name ?? []),
      ]
    case 'addColumn':
      return [operation.column.name]
    case 'addConstraint':
      return operation.constraint.name === undefined ? [] : [operation.constraint.name]
    case 'createIndex':
      return operation.name === undefined ? [] : [operation.name]
    case 'renameTable':
      return [operation.to.name]
    case 'renameColumn':
    case 'renameIndex':
      return [operation.to]
    case 'modifyColumn':
      return [operation.to.name]
    case 'createView':
      return [operation.name.name]
    default:
      return []
  }
}

/** The long words of a statement, whose names the reader has cut as the server does; functions hold texts of their own. */
function wordsOf(operation: Operation, sql: string): readonly string[] {
  if (sql.length < 64 || operation.kind === 'createFunction' || operation.kind === 'createTrigger') return []
  const names = sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|(\$\w*\$)[\s\S]*?\1/g, ' ')
  return [...names.matchAll(/"((?:[^"]|"")*)"|(?<![\w$])([\p{L}_][\p{L}\w$]*)/gu)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!,
  )
}

function bytesOf(text: string): number {
  return encodeURIComponent(text.replace(/[\uD800-\uDFFF]/g, '?')).replace(/%../g, '.').length
}

/** What PostgreSQL keeps of a name. */
function cut(name: string): string {
  let kept = ''
  for (const character of name) {
    if (bytesOf(kept + character) > 63) break
    kept += character
  }
  return kept
}
