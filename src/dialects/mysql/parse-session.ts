import type { Name } from '../../ir/names.ts'
import type { Operation, SetVariable, Transaction } from '../../ir/operation.ts'
import {
  type Cursor,
  endOffset,
  expect,
  fail,
  note,
  peek,
  readIdentifier,
  readName,
  readNames,
  sees,
  skipParentheses,
  slice,
  spanFrom,
  take,
  takeOne,
  unquote,
} from '../../sql/cursor.ts'
import { readExpression } from '../../sql/expression.ts'
import { needs } from './parse-features.ts'

const variablesOfPostgres = new Set(
  (
    'lock_timeout statement_timeout idle_in_transaction_session_timeout search_path client_encoding client_min_messages ' +
    'standard_conforming_strings check_function_bodies row_security default_tablespace maintenance_work_mem work_mem'
  ).split(' '),
)

/** Takes SET …: one operation for each variable. */
export function readSet(c: Cursor, from: number): Operation[] {
  c.at++
  const rest = (name: string, scope: SetVariable['scope'] = 'session'): Operation[] => {
    const start = peek(c).start
    if (c.at >= c.tokens.length) fail(c, 'expected a value')
    c.at = c.tokens.length
    return [{ kind: 'setVariable', name, value: slice(c, start, endOffset(c)), scope, span: spanFrom(c, from) }]
  }
  if (take(c, 'NAMES')) return rest('names')
  if (take(c, 'CHARACTER', 'SET') || take(c, 'CHARSET')) return rest('character set')
  if (take(c, 'TRANSACTION')) return rest('transaction')
  for (const scope of ['GLOBAL', 'SESSION', 'LOCAL'])
    if (sees(c, scope) && sees(c, 'TRANSACTION', 1)) {
      c.at += 2
      return rest('transaction', scope === 'GLOBAL' ? 'global' : 'session')
    }
  if (sees(c, 'PASSWORD') || sees(c, 'ROLE') || (sees(c, 'DEFAULT') && sees(c, 'ROLE', 1)) || sees(c, 'RESOURCE')) {
    const command = `SET ${peek(c).text}`
    c.at = c.tokens.length
    return [{ kind: 'otherStatement', command, name: undefined, span: spanFrom(c, from) }]
  }
  if (take(c, 'STATEMENT')) return rest('statement')
  const operations: Operation[] = []
  do operations.push(readAssignment(c))
  while (take(c, ','))
  return operations
}

function readAssignment(c: Cursor): SetVariable {
  const from = c.at
  const word = takeOne(c, 'GLOBAL', 'SESSION', 'LOCAL', 'PERSIST', 'PERSIST_ONLY')
  let scope: SetVariable['scope'] = word === 'GLOBAL' || word?.startsWith('PERSIST') ? 'global' : 'session'
  let name: string
  const token = peek(c)
  if (token.kind === 'variable') {
    c.at++
    name = slice(c, token.start, token.end).toLowerCase()
    if (name.startsWith('@@')) {
      name = name.slice(2)
      const kind = /^(global|session|local|persist|persist_only)$/.exec(name)?.[1]
      if (kind !== undefined && take(c, '.')) {
        name = readIdentifier(c, 'a variable', true).toLowerCase()
        scope = kind === 'global' || kind.startsWith('persist') ? 'global' : 'session'
      }
    }
  } else name = readIdentifier(c, 'a variable').toLowerCase()
  while (take(c, '.')) name += `.${readIdentifier(c, 'a variable', true).toLowerCase()}`
  if (variablesOfPostgres.has(name)) note(c, from, `the variable ${name}`, 'PostgreSQL')
  if (!takeOne(c, '=', ':=')) {
    const mark = c.at
    if (take(c, 'TO')) note(c, mark, 'SET … TO', 'PostgreSQL')
    else fail(c, 'expected =')
  }
  const start = peek(c)
  if (take(c, 'DEFAULT')) return { kind: 'setVariable', name, value: undefined, scope, span: spanFrom(c, from) }
  if (take(c, 'ON') || take(c, 'BINARY') || take(c, 'ALL'))
    return { kind: 'setVariable', name, value: start.text, scope, span: spanFrom(c, from) }
  readExpression(c)
  const text = slice(c, start.start, endOffset(c))
  const value = start.kind === 'string' && c.tokens[c.at - 1] === start ? unquote(text, true) : text
  return { kind: 'setVariable', name, value, scope, span: spanFrom(c, from) }
}

/** Takes BEGIN, START TRANSACTION, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, XA. */
export function readTransaction(c: Cursor, from: number): Transaction {
  const word = peek(c).text
  c.at++
  const made = (action: Transaction['action']): Transaction => ({ kind: 'transaction', action, span: spanFrom(c, from) })
  const work = () => {
    take(c, 'WORK')
    if (take(c, 'AND')) {
      take(c, 'NO')
      expect(c, 'CHAIN')
    }
    if (take(c, 'NO')) expect(c, 'RELEASE')
    else take(c, 'RELEASE')
  }
  switch (word) {
    case 'START':
      expect(c, 'TRANSACTION')
      while (takeOne(c, 'WITH', 'CONSISTENT', 'SNAPSHOT', 'READ', 'WRITE', 'ONLY', ','));
      return made('begin')
    case 'BEGIN': {
      const mark = c.at
      if (take(c, 'TRANSACTION')) note(c, mark, 'BEGIN TRANSACTION', 'PostgreSQL and SQLite')
      else take(c, 'WORK')
      return made('begin')
    }
    case 'COMMIT':
      work()
      return made('commit')
    case 'ROLLBACK':
      take(c, 'WORK')
      if (take(c, 'TO')) {
        take(c, 'SAVEPOINT')
        readIdentifier(c)
        return made('rollback-to')
      }
      work()
      return made('rollback')
    case 'SAVEPOINT':
      readIdentifier(c)
      return made('savepoint')
    case 'RELEASE':
      expect(c, 'SAVEPOINT')
      readIdentifier(c)
      return made('release')
    default:
      c.at = c.tokens.length
      return made('other')
  }
}

/** Takes LOCK TABLES and UNLOCK TABLES. */
export function readLock(c: Cursor, from: number): Operation {
  const unlock = take(c, 'UNLOCK')
  if (!unlock) c.at++
  if (take(c, 'INSTANCE')) {
    c.at = c.tokens.length
    return { kind: 'otherStatement', command: unlock ? 'UNLOCK INSTANCE' : 'LOCK INSTANCE', name: undefined, span: spanFrom(c, from) }
  }
  if (!takeOne(c, 'TABLES', 'TABLE')) fail(c, 'expected TABLES')
  if (unlock) return { kind: 'otherStatement', command: 'UNLOCK TABLES', name: undefined, span: spanFrom(c, from) }
  const tables: Name[] = []
  let mode = 'READ'
  do {
    tables.push(readName(c, 'a table'))
    if (take(c, 'AS') || (peek(c).kind !== 'operator' && !sees(c, 'READ') && !sees(c, 'WRITE') && !sees(c, 'LOW_PRIORITY')))
      readIdentifier(c)
    if (take(c, 'READ')) take(c, 'LOCAL')
    else {
      take(c, 'LOW_PRIORITY')
      expect(c, 'WRITE')
      mode = 'WRITE'
    }
  } while (take(c, ','))
  return { kind: 'lockTable', tables, mode, span: spanFrom(c, from) }
}

/** Takes OPTIMIZE, ANALYZE, CHECK and REPAIR TABLE. */
export function readMaintenance(c: Cursor, from: number): Operation {
  const command = peek(c).text
  c.at++
  takeOne(c, 'NO_WRITE_TO_BINLOG', 'LOCAL')
  if (!takeOne(c, 'TABLE', 'TABLES')) {
    if (command === 'ANALYZE') return fail(c, 'expected TABLE')
    fail(c, 'expected TABLE')
  }
  const tables = readNames(c, 'a table')
  while (takeOne(c, 'QUICK', 'FAST', 'MEDIUM', 'EXTENDED', 'CHANGED', 'USE_FRM', 'FOR', 'UPGRADE', 'WAIT', 'NOWAIT', 'PERSISTENT', 'ALL'));
  if (takeOne(c, 'UPDATE', 'DROP')) c.at = c.tokens.length
  return { kind: 'maintain', command, tables, full: false, span: spanFrom(c, from) }
}

/** Takes LOAD DATA … INTO TABLE. */
export function readLoad(c: Cursor, from: number): Operation {
  c.at++
  if (!takeOne(c, 'DATA', 'XML')) {
    expect(c, 'INDEX', 'INTO', 'CACHE')
    c.at = c.tokens.length
    return { kind: 'otherStatement', command: 'LOAD INDEX INTO CACHE', name: undefined, span: spanFrom(c, from) }
  }
  let local = false
  for (; c.at < c.tokens.length && !(sees(c, 'INTO') && sees(c, 'TABLE', 1)); c.at++) local ||= sees(c, 'LOCAL')
  expect(c, 'INTO', 'TABLE')
  const table = readName(c, 'a table')
  c.at = c.tokens.length
  return { kind: 'writeRows', command: 'LOAD DATA', table, ...(local ? {} : { serverFile: true as const }), span: spanFrom(c, from) }
}

/** Takes CREATE [OR REPLACE] DATABASE and DROP DATABASE after their first words. */
export function readDatabase(c: Cursor, from: number, create: boolean): Operation {
  if (create) take(c, 'IF', 'NOT', 'EXISTS')
  else take(c, 'IF', 'EXISTS')
  const name = readIdentifier(c, 'a database')
  if (create) c.at = c.tokens.length
  return { kind: create ? 'createDatabase' : 'dropDatabase', name, span: spanFrom(c, from) }
}

/** Takes CREATE SEQUENCE and DROP SEQUENCE, which only MariaDB has. */
export function readSequence(c: Cursor, from: number, create: boolean): Operation {
  needs(c, from, create ? 'CREATE SEQUENCE' : 'DROP SEQUENCE', undefined, 100300)
  const guarded = create ? take(c, 'IF', 'NOT', 'EXISTS') : take(c, 'IF', 'EXISTS')
  const name = readName(c, 'a sequence')
  c.at = c.tokens.length
  return create
    ? { kind: 'createSequence', name, ifNotExists: guarded, span: spanFrom(c, from) }
    : { kind: 'dropSequence', name, ifExists: guarded, span: spanFrom(c, from) }
}

/** Takes CALL name(arguments). */
export function readCall(c: Cursor, from: number): Operation {
  c.at++
  const name = readName(c, 'a procedure')
  if (sees(c, '(')) skipParentheses(c)
  return { kind: 'call', function: name, span: spanFrom(c, from) }
}
