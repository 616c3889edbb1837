import type { IndexKey } from '../../ir/column.ts'
import type { Name } from '../../ir/names.ts'
import type { Operation, Transaction } from '../../ir/operation.ts'
import { type BodyFacts, bodyFacts } from '../../sql/body.ts'
import {
  type Cursor,
  endOffset,
  expect,
  fail,
  note,
  peek,
  readColumnList,
  readIdentifier,
  readName,
  sees,
  seesName,
  skipParentheses,
  slice,
  spanFrom,
  take,
  takeOne,
  unquote,
} from '../../sql/cursor.ts'
import { readRows, seesRows } from '../../sql/dml.ts'
import { readExpression } from '../../sql/expression.ts'
import { readNamedQuery } from '../../sql/query.ts'
import { expressionOf, predicateOf } from '../../sql/summarize.ts'
import { readAlterTable } from './parse-alter-table.ts'
import { readCreateTable } from './parse-create-table.ts'

/** Takes one whole statement. Throws Unreadable where it does not go on as the grammar wants. */
export function readStatement(c: Cursor): Operation[] {
  const from = c.at
  const word = peek(c).text
  const span = () => spanFrom(c, from)
  const foreign = (feature: string, availableIn: string): never => {
    note(c, from, feature, availableIn)
    return fail(c, 'expected a statement')
  }
  switch (word) {
    case 'CREATE':
      return [readCreate(c, from)]
    case 'ALTER':
      c.at++
      if (!take(c, 'TABLE')) return foreign(`ALTER ${peek(c).text}`, 'PostgreSQL and MySQL')
      return readAlterTable(c, from)
    case 'DROP':
      return [readDrop(c, from)]
    case 'PRAGMA':
      return [readPragma(c, from)]
    case 'BEGIN':
    case 'COMMIT':
    case 'END':
    case 'ROLLBACK':
    case 'SAVEPOINT':
    case 'RELEASE':
      return [readTransaction(c, from)]
    case 'VACUUM':
    case 'ANALYZE': {
      c.at++
      const tables: Name[] = seesName(c) && !sees(c, 'INTO') ? [readName(c)] : []
      if (take(c, 'INTO')) readExpression(c)
      return [{ kind: 'maintain', command: word, tables: word === 'VACUUM' ? [] : tables, full: word === 'VACUUM', span: span() }]
    }
    case 'REINDEX': {
      c.at++
      const name = c.at < c.tokens.length ? readName(c) : undefined
      return [{ kind: 'reindex', target: name ? 'index' : 'database', name, concurrently: false, span: span() }]
    }
    case 'ATTACH':
    case 'DETACH':
      c.at++
      take(c, 'DATABASE')
      readExpression(c)
      if (take(c, 'AS')) readExpression(c)
      return [{ kind: 'otherStatement', command: word, name: undefined, span: span() }]
    case 'EXPLAIN':
      c.at = c.tokens.length
      return [{ kind: 'otherStatement', command: word, name: undefined, span: span() }]
    case 'SET':
      return foreign('SET', 'PostgreSQL and MySQL')
    case 'TRUNCATE':
      return foreign('TRUNCATE', 'PostgreSQL and MySQL')
    case 'RENAME':
      return foreign('RENAME TABLE', 'MySQL and MariaDB')
    case 'GRANT':
    case 'REVOKE':
    case 'COMMENT':
    case 'DO':
    case 'CALL':
    case 'LOCK':
      return foreign(word, 'PostgreSQL')
    case 'START':
      return foreign('START TRANSACTION', 'PostgreSQL and MySQL (SQLite writes BEGIN)')
  }
  if (seesRows(c)) return readRows(c)
  return fail(c, 'expected a statement')
}

function readCreate(c: Cursor, from: number): Operation {
  c.at++
  const replace = c.at
  if (take(c, 'OR', 'REPLACE')) note(c, replace, 'OR REPLACE', 'PostgreSQL and MySQL')
  const temporary = takeOne(c, 'TEMP', 'TEMPORARY') !== undefined
  const span = () => spanFrom(c, from)
  const word = peek(c).text
  c.at++
  switch (word) {
    case 'TABLE':
      return readCreateTable(c, from, temporary)
    case 'UNIQUE':
      expect(c, 'INDEX')
      return readCreateIndex(c, from, true)
    case 'INDEX':
      return readCreateIndex(c, from, false)
    case 'VIEW': {
      const ifNotExists = take(c, 'IF', 'NOT', 'EXISTS')
      const name = readName(c, 'a view')
      const names = sees(c, '(') ? readColumnList(c) : undefined
      expect(c, 'AS')
      const { query, outputs } = readNamedQuery(c)
      const shown = names ?? outputs
      const made = { kind: 'createView', name, materialized: false, orReplace: false, ifNotExists, query, span: span() } as const
      return shown ? { ...made, outputs: shown } : made
    }
    case 'TRIGGER': {
      take(c, 'IF', 'NOT', 'EXISTS')
      const { name } = readName(c, 'a trigger')
      if (take(c, 'INSTEAD')) expect(c, 'OF')
      else takeOne(c, 'BEFORE', 'AFTER')
      const event = takeOne(c, 'INSERT', 'UPDATE', 'DELETE') ?? fail(c, 'expected INSERT, UPDATE or DELETE')
      const updateOf: string[] = []
      if (event === 'UPDATE' && take(c, 'OF')) {
        do updateOf.push(readIdentifier(c, 'a column'))
        while (take(c, ','))
      }
      const firesOn = [event.toLowerCase() as 'insert' | 'update' | 'delete']
      expect(c, 'ON')
      const table = readName(c, 'a table')
      if (take(c, 'FOR')) expect(c, 'EACH', 'ROW')
      const before = c.at
      let body: BodyFacts = { uses: [], columns: [] }
      if (take(c, 'WHEN')) readExpression(c)
      if (sees(c, 'EXECUTE')) {
        note(c, c.at, 'EXECUTE FUNCTION in a trigger', 'PostgreSQL')
        c.at = c.tokens.length
      } else {
        expect(c, 'BEGIN')
        body = bodyFacts(c, before)
        if (c.tokens.at(-1)?.text !== 'END') {
          c.at = c.tokens.length
          fail(c, 'expected END')
        }
        c.at = c.tokens.length
      }
      const uses = body.uses.length > 0 ? { uses: body.uses } : {}
      const columns = body.columns.length > 0 ? { columns: body.columns } : {}
      return {
        kind: 'createTrigger',
        name,
        table,
        orReplace: false,
        firesOn,
        ...(updateOf.length > 0 ? { updateOf } : {}),
        ...uses,
        ...columns,
        span: span(),
      }
    }
    case 'VIRTUAL': {
      expect(c, 'TABLE')
      const ifNotExists = take(c, 'IF', 'NOT', 'EXISTS')
      const table = readName(c, 'a table')
      expect(c, 'USING')
      const module = readIdentifier(c, 'a module')
      if (sees(c, '(')) skipParentheses(c)
      return {
        kind: 'createTable',
        table,
        columns: [],
        constraints: [],
        indexes: [],
        ifNotExists,
        temporary: false,
        partitioned: false,
        virtual: true,
        options: { USING: module },
        span: span(),
      }
    }
    case 'PROCEDURE':
    case 'FUNCTION':
    case 'SCHEMA':
    case 'DATABASE':
    case 'TYPE':
    case 'EXTENSION':
    case 'SEQUENCE':
    case 'MATERIALIZED':
    case 'USER':
    case 'ROLE':
    case 'FULLTEXT':
    case 'DOMAIN':
      note(c, from, `CREATE ${word}`, word === 'FULLTEXT' ? 'MySQL and MariaDB' : 'PostgreSQL')
  }
  c.at--
  return fail(c, 'expected what to create')
}

function readCreateIndex(c: Cursor, from: number, unique: boolean): Operation {
  const mark = c.at
  const concurrently = take(c, 'CONCURRENTLY')
  if (concurrently) note(c, mark, 'CONCURRENTLY', 'PostgreSQL')
  const ifNotExists = take(c, 'IF', 'NOT', 'EXISTS')
  const { name } = readName(c, 'an index')
  expect(c, 'ON')
  const table = readName(c, 'a table')
  const using = c.at
  if (take(c, 'USING')) {
    readIdentifier(c)
    note(c, using, 'USING in CREATE INDEX', 'PostgreSQL and MySQL')
  }
  expect(c, '(')
  const keys: IndexKey[] = []
  do keys.push(readKey(c))
  while (take(c, ','))
  expect(c, ')')
  const where = take(c, 'WHERE') ? predicateOf(c, readExpression(c)) : undefined
  const index = { kind: 'createIndex', table, name, keys, unique, concurrently, ifNotExists, only: false, span: spanFrom(c, from) } as const
  return where ? { ...index, where } : index
}

function readKey(c: Cursor): IndexKey {
  const node = readExpression(c)
  const collated = c.tokens.slice(Math.max(0, c.at - 2), c.at)
  const collation = collated[0]?.text === 'COLLATE' && collated[1] ? slice(c, collated[1].start, collated[1].end) : undefined
  const descending = takeOne(c, 'ASC', 'DESC') === 'DESC'
  const mark = c.at
  if (take(c, 'NULLS')) {
    c.at++
    note(c, mark, 'NULLS FIRST or LAST in an index', 'PostgreSQL')
  }
  const column = node.kind === 'column' || node.kind === 'string' ? node.name : undefined
  return {
    column,
    ...(column === undefined ? { expression: expressionOf(c, node) } : {}),
    ...(collation === undefined ? {} : { collation }),
    ...(descending ? { descending: true } : {}),
  }
}

function readDrop(c: Cursor, from: number): Operation {
  c.at++
  const word = takeOne(c, 'TABLE', 'INDEX', 'VIEW', 'TRIGGER')
  if (word === undefined) {
    if (['TYPE', 'SCHEMA', 'DATABASE', 'FUNCTION', 'PROCEDURE', 'EXTENSION', 'SEQUENCE'].includes(peek(c).text))
      note(c, from, `DROP ${peek(c).text}`, 'PostgreSQL')
    return fail(c, 'expected what to drop')
  }
  const mark = c.at
  const concurrently = word === 'INDEX' && take(c, 'CONCURRENTLY')
  if (concurrently) note(c, mark, 'CONCURRENTLY', 'PostgreSQL')
  const ifExists = take(c, 'IF', 'EXISTS')
  const name = readName(c, 'a name')
  const after = c.at
  const table = word === 'INDEX' && take(c, 'ON') ? readName(c, 'a table') : undefined
  if (table) note(c, after, 'ON table after DROP INDEX', 'MySQL and MariaDB')
  const cascade = take(c, 'CASCADE')
  if (cascade) note(c, c.at - 1, 'CASCADE', 'PostgreSQL')
  const span = spanFrom(c, from)
  switch (word) {
    case 'TABLE':
      return { kind: 'dropTable', table: name, ifExists, cascade, span }
    case 'VIEW':
      return { kind: 'dropView', name, materialized: false, ifExists, cascade, span }
    case 'TRIGGER':
      return { kind: 'dropTrigger', name: name.name, table: undefined, ifExists, span }
    default: {
      const made = { kind: 'dropIndex', name, concurrently, ifExists, cascade, span } as const
      return table ? { ...made, table } : made
    }
  }
}

function readPragma(c: Cursor, from: number): Operation {
  c.at++
  const { name } = readName(c, 'a pragma')
  let value: string | undefined
  const start = peek(c)
  if (take(c, '=')) {
    const first = peek(c)
    if (c.at >= c.tokens.length) fail(c, 'expected a value')
    takeOne(c, '-', '+')
    c.at++
    value = slice(c, first.start, endOffset(c))
    if (first.kind === 'string' || first.kind === 'quoted') value = unquote(value, false)
  } else if (take(c, '(')) {
    while (c.at < c.tokens.length && !sees(c, ')')) c.at++
    value = slice(c, start.end, endOffset(c)).trim()
    expect(c, ')')
  }
  return { kind: 'setVariable', name: `pragma ${name.toLowerCase()}`, value, scope: 'session', span: spanFrom(c, from) }
}

function readTransaction(c: Cursor, from: number): Transaction {
  const word = peek(c).text
  c.at++
  const made = (action: Transaction['action']): Transaction => ({ kind: 'transaction', action, span: spanFrom(c, from) })
  switch (word) {
    case 'BEGIN':
      takeOne(c, 'DEFERRED', 'IMMEDIATE', 'EXCLUSIVE', 'CONCURRENT')
      take(c, 'TRANSACTION')
      return made('begin')
    case 'COMMIT':
    case 'END':
      take(c, 'TRANSACTION')
      return made('commit')
    case 'SAVEPOINT':
      readIdentifier(c)
      return made('savepoint')
    case 'RELEASE':
      take(c, 'SAVEPOINT')
      readIdentifier(c)
      return made('release')
    default:
      take(c, 'TRANSACTION')
      if (!take(c, 'TO')) return made('rollback')
      take(c, 'SAVEPOINT')
      readIdentifier(c)
      return made('rollback-to')
  }
}
