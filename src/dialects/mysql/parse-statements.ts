import type { DropTable, Operation } from '../../ir/operation.ts'
import { type Cursor, expect, fail, note, peek, readName, readNames, sees, seesAll, spanFrom, take, takeOne } from '../../sql/cursor.ts'
import { readRows, seesRows } from '../../sql/dml.ts'
import { readExpression } from '../../sql/expression.ts'
import { readGrant, readPassword } from './parse-accounts.ts'
import { readAlterTable } from './parse-alter-table.ts'
import { readCreateTable } from './parse-create-table.ts'
import { needs } from './parse-features.ts'
import { withClause } from './parse-guards.ts'
import { readCreateIndex, readDropIndex } from './parse-indexes.ts'
import { readAlterView, readCreateRoutine, readCreateTrigger, readCreateView, readDefiner, readEvent } from './parse-routines.ts'
import { readCall, readDatabase, readLoad, readLock, readMaintenance, readSequence, readSet, readTransaction } from './parse-session.ts'

/** Takes one whole statement. Throws Unreadable where it does not go on as the grammar wants. */
export function readStatement(c: Cursor): Operation[] {
  const from = c.at
  const word = peek(c).text
  switch (word) {
    case 'CREATE':
      return readCreate(c, from)
    case 'ALTER':
      return readAlter(c, from)
    case 'DROP':
      return readDrop(c, from)
    case 'RENAME':
      return readRename(c, from)
    case 'TRUNCATE': {
      c.at++
      take(c, 'TABLE')
      const tables = [readName(c, 'a table')]
      const mark = c.at
      while (take(c, ',')) tables.push(readName(c, 'a table'))
      const cascade = take(c, 'CASCADE')
      if (c.at > mark) note(c, mark, cascade ? 'TRUNCATE … CASCADE' : 'TRUNCATE of several tables', 'PostgreSQL')
      if (take(c, 'WAIT')) c.at++
      else take(c, 'NOWAIT')
      return [{ kind: 'truncate', tables, cascade, span: spanFrom(c, from) }]
    }
    case 'SET':
      return readSet(c, from)
    case 'START':
      if (!sees(c, 'TRANSACTION', 1)) break
      return [readTransaction(c, from)]
    case 'BEGIN':
    case 'COMMIT':
    case 'ROLLBACK':
    case 'SAVEPOINT':
    case 'RELEASE':
    case 'XA':
      return [readTransaction(c, from)]
    case 'LOCK':
    case 'UNLOCK':
      return [readLock(c, from)]
    case 'OPTIMIZE':
    case 'ANALYZE':
    case 'CHECK':
    case 'REPAIR':
      return [readMaintenance(c, from)]
    case 'LOAD':
      return [readLoad(c, from)]
    case 'CALL':
      return [readCall(c, from)]
    case 'DO':
      c.at++
      do readExpression(c)
      while (take(c, ','))
      return [{ kind: 'otherStatement', command: 'DO', name: undefined, span: spanFrom(c, from) }]
    case 'COMMENT':
      note(c, from, 'COMMENT ON', 'PostgreSQL')
      return fail(c, 'expected a statement')
  }
  if (seesRows(c)) return readRows(c)
  if (word === 'GRANT' || word === 'REVOKE') {
    c.at++
    const details = readGrant(c, word === 'REVOKE')
    const table = details?.on === 'table' ? details.objects[0] : undefined
    c.at = c.tokens.length
    const made = { kind: 'otherStatement', command: word, name: undefined, ...(table ? { table } : {}), span: spanFrom(c, from) } as const
    return [details ? { ...made, details } : made]
  }
  if (word === 'USE') {
    c.at++
    return [{ kind: 'otherStatement', command: 'USE', name: readName(c, 'a database'), span: spanFrom(c, from) }]
  }
  if (others.has(word)) return [other(c, from)]
  return fail(c, 'expected a statement')
}

/** Statements that change no table and no row of it. */
const others = new Set(
  'FLUSH SHOW DESCRIBE DESC EXPLAIN KILL RESET PURGE CHANGE START STOP INSTALL UNINSTALL HELP SIGNAL RESIGNAL GET HANDLER CACHE SHUTDOWN RESTART CLONE BINLOG DEALLOCATE'.split(
    ' ',
  ),
)

function commandOf(c: Cursor, from: number): string {
  const first = c.tokens[from]!.text
  const second = c.tokens[from + 1]
  const two = [
    'CREATE',
    'ALTER',
    'DROP',
    'RENAME',
    'CHANGE',
    'START',
    'STOP',
    'INSTALL',
    'UNINSTALL',
    'CACHE',
    'RESET',
    'SHOW',
    'FLUSH',
  ].includes(first)
  return two && second?.kind === 'word' ? `${first} ${second.text}` : first
}

/** Objects of CREATE, ALTER and DROP that are no tables. */
const objects = new Set(['USER', 'ROLE', 'SERVER', 'TABLESPACE', 'LOGFILE', 'SPATIAL', 'RESOURCE', 'UNDO', 'INSTANCE', 'LIBRARY'])

function readCreate(c: Cursor, from: number): Operation[] {
  c.at++
  const orReplace = take(c, 'OR', 'REPLACE')
  const rights = readDefiner(c)
  const mark = c.at
  const aggregate = take(c, 'AGGREGATE')
  const temporary = take(c, 'TEMPORARY')
  if (!temporary && take(c, 'TEMP')) note(c, mark, 'TEMP', 'PostgreSQL and SQLite')
  if (take(c, 'UNLOGGED')) note(c, mark, 'UNLOGGED', 'PostgreSQL')
  const word = peek(c).text
  switch (word) {
    case 'TABLE':
      c.at++
      return [readCreateTable(c, from, temporary || c.at > mark + 1, orReplace)]
    case 'INDEX':
    case 'UNIQUE':
    case 'FULLTEXT':
    case 'ONLINE':
    case 'OFFLINE':
    case 'VECTOR':
      return readCreateIndex(c, from)
    case 'SPATIAL':
      if (sees(c, 'REFERENCE', 1)) break
      return readCreateIndex(c, from)
    case 'VIEW':
      c.at++
      return [readCreateView(c, from, orReplace, rights)]
    case 'TRIGGER':
      c.at++
      return [readCreateTrigger(c, from, orReplace, rights)]
    case 'PROCEDURE':
    case 'FUNCTION':
      c.at++
      return [readCreateRoutine(c, from, word === 'PROCEDURE' && !aggregate, orReplace, rights).operation]
    case 'EVENT':
      c.at++
      return [readEvent(c, from, 'CREATE EVENT')]
    case 'DATABASE':
    case 'SCHEMA':
      c.at++
      return [readDatabase(c, from, true)]
    case 'SEQUENCE':
      c.at++
      return [readSequence(c, from, true)]
    case 'MATERIALIZED':
    case 'TYPE':
    case 'DOMAIN':
    case 'EXTENSION':
    case 'POLICY':
      note(c, from, `CREATE ${word}`, 'PostgreSQL')
      return fail(c, 'expected a statement')
    case 'VIRTUAL':
      note(c, from, 'CREATE VIRTUAL TABLE', 'SQLite')
      return fail(c, 'expected a statement')
  }
  if (objects.has(word) && c.at + 1 < c.tokens.length) return [other(c, from)]
  return fail(c, 'expected what to create')
}

function other(c: Cursor, from: number): Operation {
  c.at = c.tokens.length
  const command = commandOf(c, from)
  const details = /^(?:CREATE|ALTER) (?:USER|ROLE|SERVER)$/.test(command) ? { details: readPassword(c, from) } : {}
  return { kind: 'otherStatement', command, name: undefined, ...details, span: spanFrom(c, from) }
}

function readAlter(c: Cursor, from: number): Operation[] {
  c.at++
  while (takeOne(c, 'ONLINE', 'OFFLINE', 'IGNORE'));
  if (take(c, 'TABLE')) return readAlterTable(c)
  const rights = readDefiner(c)
  const word = peek(c).text
  switch (word) {
    case 'VIEW':
      c.at++
      return [readAlterView(c, from, rights)]
    case 'EVENT':
      c.at++
      return [readEvent(c, from, 'ALTER EVENT')]
    case 'DATABASE':
    case 'SCHEMA':
    case 'PROCEDURE':
    case 'FUNCTION':
    case 'SEQUENCE': {
      if (word === 'SEQUENCE') needs(c, from, 'ALTER SEQUENCE', undefined, 100300)
      if (c.at + 1 >= c.tokens.length) fail(c, 'expected what to alter')
      return [other(c, from)]
    }
    case 'INDEX':
    case 'TYPE':
    case 'DOMAIN':
    case 'COLUMN':
      note(c, from, `ALTER ${word}`, 'PostgreSQL')
      return fail(c, 'expected TABLE')
  }
  if (objects.has(word) && c.at + 1 < c.tokens.length) return [other(c, from)]
  return fail(c, 'expected what to alter')
}

function readDrop(c: Cursor, from: number): Operation[] {
  c.at++
  const temporary = take(c, 'TEMPORARY')
  const word = peek(c).text
  const ifExists = () => take(c, 'IF', 'EXISTS')
  const span = () => spanFrom(c, from)
  switch (word) {
    case 'TABLE':
    case 'TABLES': {
      c.at++
      const guarded = ifExists()
      const tables = readNames(c, 'a table')
      const cascade = takeOne(c, 'RESTRICT', 'CASCADE') === 'CASCADE'
      if (take(c, 'WAIT')) c.at++
      else take(c, 'NOWAIT')
      return tables.map((table): DropTable => {
        const made = { kind: 'dropTable', table, ifExists: guarded, cascade, span: span() } as const
        return temporary ? { ...made, temporary } : made
      })
    }
    case 'INDEX':
    case 'ONLINE':
    case 'OFFLINE':
      return readDropIndex(c, from)
    case 'VIEW': {
      c.at++
      const guarded = ifExists()
      const names = readNames(c, 'a view')
      const cascade = takeOne(c, 'RESTRICT', 'CASCADE') === 'CASCADE'
      return names.map((name): Operation => ({ kind: 'dropView', name, materialized: false, ifExists: guarded, cascade, span: span() }))
    }
    case 'TRIGGER': {
      c.at++
      const guarded = ifExists()
      const { name } = readName(c, 'a trigger')
      const mark = c.at
      const table = take(c, 'ON') ? readName(c, 'a table') : undefined
      if (table) note(c, mark, 'ON table after DROP TRIGGER', 'PostgreSQL')
      return [{ kind: 'dropTrigger', name, table, ifExists: guarded, span: span() }]
    }
    case 'PROCEDURE':
    case 'FUNCTION': {
      c.at++
      const guarded = ifExists()
      const name = readName(c, 'a routine')
      return [{ kind: 'dropFunction', name, procedure: word === 'PROCEDURE', ifExists: guarded, cascade: false, span: span() }]
    }
    case 'DATABASE':
    case 'SCHEMA':
      c.at++
      return [readDatabase(c, from, false)]
    case 'SEQUENCE':
      c.at++
      return [readSequence(c, from, false)]
    case 'EVENT': {
      c.at++
      const guarded = ifExists()
      const name = readName(c, 'an event')
      return [{ kind: 'otherStatement', command: 'DROP EVENT', name, ifExists: guarded, span: span() }]
    }
    case 'PREPARE':
      return [other(c, from)]
    case 'TYPE':
    case 'EXTENSION':
    case 'DOMAIN':
    case 'MATERIALIZED':
    case 'POLICY':
      note(c, from, `DROP ${word}`, 'PostgreSQL')
      return fail(c, 'expected a statement')
  }
  if (objects.has(word) && c.at + 1 < c.tokens.length) return [other(c, from)]
  return fail(c, 'expected what to drop')
}

function readRename(c: Cursor, from: number): Operation[] {
  c.at++
  if (take(c, 'USER')) return [other(c, from)]
  if (!takeOne(c, 'TABLE', 'TABLES')) fail(c, 'expected TABLE')
  const guard = c.at
  const ifExists = take(c, 'IF', 'EXISTS')
  if (ifExists) needs(c, guard, 'IF EXISTS on RENAME TABLE', undefined, 100502)
  const operations: Operation[] = []
  do {
    const start = c.at
    const table = readName(c, 'a table')
    if (take(c, 'WAIT')) c.at++
    else take(c, 'NOWAIT')
    expect(c, 'TO')
    const renamed = { kind: 'renameTable', table, to: readName(c, 'a table'), span: spanFrom(c, start) } as const
    operations.push(withClause<Operation>(renamed, ifExists, { requires: 'exists', table }))
  } while (take(c, ','))
  if (seesAll(c, 'WAIT')) c.at += 2
  return operations
}
