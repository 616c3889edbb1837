import type { Name } from '../../../ir/names.ts'
import type { CreateFunction, Operation } from '../../../ir/operation.ts'
import type { Value } from '../../../javascript/value.ts'
import { arrayOf, shown, textMember, textOf } from '../../values.ts'
import { type Call, flag, isPostgres, type Methods, type Sent, send, tableOf } from '../call.ts'
import { hasSchemas } from '../names.ts'
import { modelTables } from './queries.ts'

/** What only PostgreSQL's query generator has: elsewhere the call throws a TypeError. */
function onlyPostgres(call: Call, options: number, operation: () => Operation): Sent {
  if (isPostgres(call)) return send(call, call.args[options], [operation()])
  const message = `${call.method} is a method for PostgreSQL: Sequelize stops with "is not a function"`
  return send(call, call.args[options], [{ kind: 'refuse', by: 'library', span: call.span, message }])
}

/** `schema.name` as it stands unquoted in the SQL: PostgreSQL folds it. */
function unquoted(text: string): Name {
  const dot = text.lastIndexOf('.')
  const fold = (part: string) => (part.startsWith('"') ? part.replaceAll('"', '') : part.toLowerCase())
  return dot > 0 ? { schema: fold(text.slice(0, dot)), name: fold(text.slice(dot + 1)) } : { name: fold(text) }
}

function named(call: Call, at: number): string {
  return textOf(call.args[at]) ?? shown(call.args[at])
}

function volatility(call: Call): CreateFunction['volatility'] {
  for (const option of arrayOf(call.args[5])?.items ?? []) {
    const word = textOf(option)?.toLowerCase()
    if (word === 'immutable' || word === 'stable' || word === 'volatile') return word
  }
  return 'volatile'
}

/** The types of `[{ type, name, direction }]`; none where not all of them are known. */
function parameterTypes(value: Value | undefined): { readonly parameters?: readonly string[] } {
  const list = arrayOf(value)
  const types = (list?.items ?? []).flatMap((item) => textMember(item, 'type')?.toLowerCase() ?? [])
  return list?.complete && types.length === list.items.length ? { parameters: types } : {}
}

/** https://www.postgresql.org/docs/current/sql-createfunction.html; the body is wrapped in BEGIN … END by Sequelize. */
function createdFunction(call: Call): Operation {
  const body = named(call, 4)
  return {
    kind: 'createFunction',
    span: call.span,
    name: unquoted(named(call, 0)),
    procedure: false,
    orReplace: flag(call.args[6], 'force'),
    language: named(call, 3).toLowerCase(),
    volatility: volatility(call),
    constant: /^\s*return\s+(?:'[^']*'|\d+)\s*;?\s*$/i.test(body),
    uses: [],
    literals: [],
  }
}

export const objectMethods: Methods = {
  createSchema(call) {
    const name = named(call, 0)
    // MySQL and SQLite only get a harmless query.
    if (!hasSchemas(call.dialect.name))
      return send(call, call.args[1], [{ kind: 'otherStatement', span: call.span, command: 'SHOW TABLES', name: undefined }])
    if (!isPostgres(call)) return send(call, call.args[1], [{ kind: 'createDatabase', span: call.span, name }])
    return send(call, call.args[1], [{ kind: 'createSchema', span: call.span, name, ifNotExists: true }])
  },
  dropSchema(call) {
    const name = named(call, 0)
    // Measured: where there are no schemas the call drops a table of that name.
    if (!hasSchemas(call.dialect.name))
      return send(call, call.args[1], [{ kind: 'dropTable', span: call.span, table: { name }, ifExists: true, cascade: false }])
    if (!isPostgres(call)) return send(call, call.args[1], [{ kind: 'dropDatabase', span: call.span, name }])
    return send(call, call.args[1], [{ kind: 'dropSchema', span: call.span, name, ifExists: true, cascade: true }])
  },
  dropAllSchemas(call) {
    if (!hasSchemas(call.dialect.name)) return modelTables(call, call.args[0], 'drop')
    return send(call, call.args[0], [
      { kind: 'unresolved', span: call.span, framework: 'sequelize', method: 'dropAllSchemas', table: undefined, details: {} },
    ])
  },

  createDatabase: (call) => send(call, call.args[1], [{ kind: 'createDatabase', span: call.span, name: named(call, 0) }]),
  dropDatabase: (call) => send(call, call.args[1], [{ kind: 'dropDatabase', span: call.span, name: named(call, 0) }]),

  dropEnum: (call) =>
    onlyPostgres(call, 1, () => ({
      kind: 'dropType',
      span: call.span,
      name: { name: named(call, 0).replaceAll('"', '') },
      ifExists: true,
      cascade: false,
    })),
  dropAllEnums: (call) =>
    onlyPostgres(call, 0, () => ({
      kind: 'unresolved',
      span: call.span,
      framework: 'sequelize',
      method: 'dropAllEnums',
      table: undefined,
      details: {},
    })),
  ensureEnums: (call) =>
    onlyPostgres(call, 2, () => ({
      kind: 'opaque',
      span: call.span,
      because: 'unknown-method',
      detail: 'ensureEnums is internal to Sequelize',
    })),

  createFunction: (call) => onlyPostgres(call, 6, () => createdFunction(call)),
  dropFunction: (call) =>
    onlyPostgres(call, 2, () => ({
      kind: 'dropFunction',
      span: call.span,
      name: unquoted(named(call, 0)),
      procedure: false,
      ...parameterTypes(call.args[1]),
      ifExists: false,
      cascade: false,
    })),
  renameFunction: (call) =>
    onlyPostgres(call, 3, () => ({ kind: 'otherStatement', span: call.span, command: 'ALTER FUNCTION', name: unquoted(named(call, 0)) })),

  createTrigger: (call) =>
    onlyPostgres(call, 7, () => ({
      kind: 'createTrigger',
      span: call.span,
      name: named(call, 1),
      table: tableOf(call),
      function: unquoted(named(call, 4)),
      orReplace: false,
    })),
  dropTrigger: (call) =>
    onlyPostgres(call, 2, () => ({ kind: 'dropTrigger', span: call.span, name: named(call, 1), table: tableOf(call), ifExists: false })),
  renameTrigger: (call) =>
    onlyPostgres(call, 3, () => ({
      kind: 'otherStatement',
      span: call.span,
      command: 'ALTER TRIGGER',
      name: { name: named(call, 1) },
      table: tableOf(call),
    })),

  setIsolationLevel: (call) => send(call, call.args[2]),
  deferConstraints: (call) =>
    send(call, call.args[1], [{ kind: 'otherStatement', span: call.span, command: 'SET CONSTRAINTS', name: undefined }]),
}
