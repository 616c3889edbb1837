import type { Query } from '../../../ir/data.ts'
import { nameOfPath, tableNameOf } from '../naming.ts'
import { constructedOf, flag, isKnownText, member, optionsOf, textOf } from '../read-options.ts'
import { queryOf } from '../sql-text.ts'
import { type Call, isMysql, type Method, notThere, type Statements, unread } from './call.ts'

const nothingRead: Query = {
  tables: [],
  columns: [],
  where: undefined,
  limited: false,
  locking: false,
  functions: [],
  aggregate: false,
  literals: [],
}

function withName(call: Call, what: string, then: (name: string) => Statements): Statements {
  const path = textOf(call.args[0])
  if (path === undefined || !isKnownText(call.args[0])) return unread(call, what)
  return then(nameOfPath(path).name)
}

/** Views, schemas and databases. Schemas: PostgreSQL only; TypeORM's MySQL driver throws, its SQLite driver does nothing. */
export const objectMethods: Readonly<Record<string, Method>> = {
  createView: (call) => {
    const name = tableNameOf(call.args[0])
    if (name === undefined) return unread(call, 'The view')
    const options = optionsOf(call.args[0])
    const query = queryOf(member(options, 'expression'), call.dialect)
    const materialized = call.dialect.name === 'postgres' && flag(member(options, 'materialized'), false)
    const create = {
      kind: 'createView',
      span: call.span,
      name,
      materialized,
      orReplace: false,
      ifNotExists: false,
      query: query ?? nothingRead,
    } as const
    return query ? [[create]] : [[create], ...unread(call, 'The query')]
  },
  dropView: (call) => {
    const name = tableNameOf(call.args[0])
    if (name === undefined) return unread(call, 'The view')
    const materialized = constructedOf(call.args[0]) !== undefined && flag(member(optionsOf(call.args[0]), 'materialized'), false)
    return [[{ kind: 'dropView', span: call.span, name, materialized, ifExists: flag(call.args[1], false), cascade: false }]]
  },
  createSchema: (call) =>
    call.dialect.name === 'sqlite'
      ? []
      : isMysql(call)
        ? notThere(call, 'PostgreSQL')
        : withName(call, 'The schema', (name) => [
            [{ kind: 'createSchema', span: call.span, name, ifNotExists: flag(call.args[1], false) }],
          ]),
  dropSchema: (call) =>
    call.dialect.name === 'sqlite'
      ? []
      : isMysql(call)
        ? notThere(call, 'PostgreSQL')
        : withName(call, 'The schema', (name) => [
            [{ kind: 'dropSchema', span: call.span, name, ifExists: flag(call.args[1], false), cascade: flag(call.args[2], false) }],
          ]),
  createDatabase: (call) =>
    call.dialect.name === 'sqlite' ? [] : withName(call, 'The database', (name) => [[{ kind: 'createDatabase', span: call.span, name }]]),
  dropDatabase: (call) =>
    call.dialect.name === 'sqlite' ? [] : withName(call, 'The database', (name) => [[{ kind: 'dropDatabase', span: call.span, name }]]),
}
