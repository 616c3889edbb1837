import type { Name } from '../../ir/names.ts'
import type { AddColumn, ModifyColumn, Operation } from '../../ir/operation.ts'
import {
  type Cursor,
  endOffset,
  expect,
  fail,
  note,
  peek,
  readIdentifier,
  readName,
  sees,
  seesAll,
  slice,
  spanFrom,
  take,
  takeOne,
} from '../../sql/cursor.ts'
import { readExpression } from '../../sql/expression.ts'
import { readOrder } from '../../sql/query.ts'
import { expressionOf } from '../../sql/summarize.ts'
import { readTypeText } from '../../sql/type-text.ts'
import { readColumn, readDefault, readDefinition, readWordOrString } from './parse-columns.ts'
import { needs } from './parse-features.ts'
import { withClause } from './parse-guards.ts'
import { readIfExists, readIfNotExists, readKey, readNotValid, seesKey } from './parse-keys.ts'
import { readTableOption, seesTableOption } from './parse-options.ts'
import { readPartitionAction } from './parse-partitions.ts'
import { parseType } from './types.ts'

/** Takes what follows ALTER [ONLINE] [IGNORE] TABLE: one operation for each clause. */
export function readAlterTable(c: Cursor): Operation[] {
  const exists = c.at
  const guarded = take(c, 'IF', 'EXISTS')
  if (guarded) needs(c, exists, 'ALTER TABLE IF EXISTS', undefined, 100502)
  const only = c.at
  if (take(c, 'ONLY')) note(c, only, 'ALTER TABLE ONLY', 'PostgreSQL')
  const table = readName(c, 'a table')
  if (take(c, 'WAIT')) c.at++
  else take(c, 'NOWAIT')
  const operations: Operation[] = []
  do operations.push(...readClause(c, table))
  while (take(c, ',') || (c.at < c.tokens.length && seesTrailing(c)))
  if (!guarded) return operations
  const context = { guards: [{ by: 'if-exists', requires: 'exists', table }] } as const
  return operations.map((operation) => ({ ...operation, context }))
}

/** Partition clauses and options may follow without a comma. */
function seesTrailing(c: Cursor): boolean {
  return ['PARTITION', 'ALGORITHM', 'LOCK', 'REMOVE'].includes(peek(c).text) || seesTableOption(c)
}

function readClause(c: Cursor, table: Name): Operation[] {
  const from = c.at
  const alter = (action: string, value?: string, column?: string): Operation[] => [
    {
      kind: 'alterTable',
      table,
      action,
      span: spanFrom(c, from),
      ...(value === undefined ? {} : { value }),
      ...(column === undefined ? {} : { column }),
    },
  ]
  const partition = readPartitionAction(c, table)
  if (partition) return [partition]
  switch (peek(c).text) {
    case 'ADD':
      return readAdd(c, table, from)
    case 'DROP':
      return [readDrop(c, table, from)]
    case 'MODIFY': {
      c.at++
      take(c, 'COLUMN')
      const ifExists = readIfExists(c, 'MODIFY COLUMN')
      const to = readColumn(c)
      return [withClause(modified(c, table, from, to.name, to), ifExists, { requires: 'exists', table, column: to.name })]
    }
    case 'CHANGE': {
      c.at++
      take(c, 'COLUMN')
      const ifExists = readIfExists(c, 'CHANGE COLUMN')
      const old = readIdentifier(c, 'a column')
      const to = readColumn(c)
      return [withClause(modified(c, table, from, old, to), ifExists, { requires: 'exists', table, column: old })]
    }
    case 'ALTER':
      return [readAlter(c, table, from)]
    case 'RENAME':
      return [readRename(c, table, from)]
    case 'ALGORITHM':
    case 'LOCK': {
      const action = peek(c).text
      c.at++
      take(c, '=')
      const value = peek(c).text
      if (value === '') fail(c, 'expected a value')
      c.at++
      if (value === 'INSTANT') needs(c, from, 'ALGORITHM=INSTANT', 80012, 100302)
      else if (value === 'NOCOPY') needs(c, from, 'ALGORITHM=NOCOPY', undefined, 100302)
      return alter(action, value)
    }
    case 'CONVERT': {
      c.at++
      expect(c, 'TO')
      if (!take(c, 'CHARSET')) expect(c, 'CHARACTER', 'SET')
      take(c, '=')
      const charset = readWordOrString(c)
      if (!take(c, 'COLLATE')) return alter('CONVERT TO CHARACTER SET', charset)
      take(c, '=')
      return alter('CONVERT TO CHARACTER SET', `${charset} COLLATE ${readWordOrString(c)}`)
    }
    case 'FORCE':
      c.at++
      return alter('FORCE')
    case 'ORDER': {
      c.at++
      expect(c, 'BY')
      const start = peek(c).start
      // The list of ORDER BY takes the commas that follow.
      readOrder(c, () => {})
      return alter('ORDER BY', slice(c, start, endOffset(c)))
    }
    case 'ENABLE':
    case 'DISABLE':
      if (sees(c, 'KEYS', 1)) {
        c.at += 2
        return alter(`${c.tokens[from]!.text} KEYS`)
      }
      return foreign(c, from, 'ROW LEVEL SECURITY or triggers switched by ALTER TABLE', 'PostgreSQL')
    case 'DISCARD':
    case 'IMPORT':
      c.at++
      expect(c, 'TABLESPACE')
      return alter(`${c.tokens[from]!.text} TABLESPACE`)
    case 'SECONDARY_LOAD':
    case 'SECONDARY_UNLOAD':
      c.at++
      return alter(c.tokens[from]!.text)
    case 'WITH':
    case 'WITHOUT':
      c.at++
      expect(c, 'VALIDATION')
      return alter(`${c.tokens[from]!.text} VALIDATION`)
    case 'OWNER':
      return foreign(c, from, 'OWNER TO', 'PostgreSQL')
    case 'VALIDATE':
      return foreign(c, from, 'VALIDATE CONSTRAINT', 'PostgreSQL')
    case 'ATTACH':
    case 'DETACH':
      return foreign(c, from, `${peek(c).text} PARTITION`, 'PostgreSQL')
  }
  const option = readTableOption(c)
  if (option) return alter(option.key, option.value)
  return fail(c, 'expected a clause of ALTER TABLE')
}

/** The rest of the statement is another engine's. */
function foreign(c: Cursor, from: number, feature: string, availableIn: string): never {
  note(c, from, feature, availableIn)
  return fail(c, 'expected a clause of ALTER TABLE')
}

function modified(c: Cursor, table: Name, from: number, column: string, to: ModifyColumn['to']): ModifyColumn {
  const position = readPosition(c)
  const made = { kind: 'modifyColumn', table, column, to, span: spanFrom(c, from) } as const
  return position ? { ...made, position } : made
}

function readPosition(c: Cursor): AddColumn['position'] {
  if (take(c, 'FIRST')) return 'first'
  return take(c, 'AFTER') ? { after: readIdentifier(c, 'a column') } : undefined
}

function readAdd(c: Cursor, table: Name, from: number): Operation[] {
  c.at++
  if (take(c, 'SYSTEM', 'VERSIONING')) {
    needs(c, from, 'system versioning', undefined, 100300)
    return [{ kind: 'alterTable', table, action: 'ADD SYSTEM VERSIONING', span: spanFrom(c, from) }]
  }
  if (seesKey(c)) {
    const key = readKey(c)
    readNotValid(c)
    const span = spanFrom(c, from)
    if ('constraint' in key) {
      const added = { kind: 'addConstraint', table, constraint: key.constraint, span } as const
      return [key.ifNotExists ? { ...added, ifNotExists: true } : added]
    }
    return [{ kind: 'createIndex', table, ...key.index, concurrently: false, only: false, ifNotExists: key.ifNotExists, span }]
  }
  take(c, 'COLUMN')
  const ifNotExists = readIfNotExists(c, 'ADD COLUMN')
  if (take(c, '(')) {
    const added: Operation[] = []
    do {
      const start = c.at
      if (seesKey(c)) added.push(...readAddInList(c, table, start))
      else added.push({ kind: 'addColumn', table, column: readColumn(c), ifNotExists, span: spanFrom(c, start) })
    } while (take(c, ','))
    expect(c, ')')
    return added
  }
  const column = readColumn(c)
  const position = readPosition(c)
  const made = { kind: 'addColumn', table, column, ifNotExists, span: spanFrom(c, from) } as const
  return [position ? { ...made, position } : made]
}

function readAddInList(c: Cursor, table: Name, from: number): Operation[] {
  c.at = from - 1
  return readAdd(c, table, from)
}

function readDrop(c: Cursor, table: Name, from: number): Operation {
  c.at++
  const drop = (action: string): Operation => ({ kind: 'alterTable', table, action, span: spanFrom(c, from) })
  if (take(c, 'PRIMARY', 'KEY'))
    return {
      kind: 'dropConstraint',
      table,
      name: undefined,
      constraintKind: 'primaryKey',
      ifExists: false,
      cascade: false,
      span: spanFrom(c, from),
    }
  if (take(c, 'FOREIGN', 'KEY')) {
    const ifExists = readIfExists(c, 'DROP FOREIGN KEY')
    const name = readIdentifier(c, 'a constraint')
    return { kind: 'dropConstraint', table, name, constraintKind: 'foreignKey', ifExists, cascade: false, span: spanFrom(c, from) }
  }
  if (seesAll(c, 'CHECK') || seesAll(c, 'CONSTRAINT')) {
    const check = sees(c, 'CHECK')
    c.at++
    if (check) needs(c, from, 'DROP CHECK', 80016, undefined)
    else needs(c, from, 'DROP CONSTRAINT', 80019, 100200)
    const ifExists = readIfExists(c, 'DROP CONSTRAINT')
    const name = readIdentifier(c, 'a constraint')
    const cascade = readCascade(c)
    const made = { kind: 'dropConstraint', table, name, ifExists, cascade, span: spanFrom(c, from) } as const
    return check ? { ...made, constraintKind: 'check' } : made
  }
  if (takeOne(c, 'INDEX', 'KEY')) {
    const ifExists = readIfExists(c, 'DROP INDEX')
    const name = { name: readIdentifier(c, 'an index') }
    return { kind: 'dropIndex', name, table, concurrently: false, ifExists, cascade: false, span: spanFrom(c, from) }
  }
  if (take(c, 'SYSTEM', 'VERSIONING')) return drop('DROP SYSTEM VERSIONING')
  if (take(c, 'PERIOD', 'FOR')) {
    c.at++
    return drop('DROP PERIOD')
  }
  take(c, 'COLUMN')
  const ifExists = readIfExists(c, 'DROP COLUMN')
  const column = readIdentifier(c, 'a column')
  const cascade = readCascade(c)
  return { kind: 'dropColumn', table, column, ifExists, cascade, span: spanFrom(c, from) }
}

/** RESTRICT and CASCADE after a dropped column or constraint. */
function readCascade(c: Cursor): boolean {
  const from = c.at
  if (take(c, 'RESTRICT')) return false
  if (!take(c, 'CASCADE')) return false
  needs(c, from, 'CASCADE', undefined, 100200)
  return true
}

function readAlter(c: Cursor, table: Name, from: number): Operation {
  c.at++
  const alter = (action: string, value: string): Operation => ({ kind: 'alterTable', table, action, value, span: spanFrom(c, from) })
  const kind = takeOne(c, 'INDEX', 'KEY', 'CHECK', 'CONSTRAINT')
  if (kind === 'INDEX' || kind === 'KEY') {
    readIfExists(c, 'ALTER INDEX')
    const name = readIdentifier(c, 'an index')
    const mark = c.at
    const not = take(c, 'NOT')
    const state = takeOne(c, 'VISIBLE', 'INVISIBLE', 'IGNORED') ?? fail(c, 'expected VISIBLE or INVISIBLE')
    if (state === 'IGNORED') needs(c, mark, 'an ignored index', undefined, 100600)
    else needs(c, mark, 'an invisible index', 80000, undefined)
    return alter(`ALTER INDEX ${name} ${not ? 'NOT ' : ''}${state}`, `${not ? 'NOT ' : ''}${state}`)
  }
  if (kind === 'CHECK' || kind === 'CONSTRAINT') {
    const name = readIdentifier(c, 'a constraint')
    const not = take(c, 'NOT')
    expect(c, 'ENFORCED')
    needs(c, from, 'ENFORCED', 80016, undefined)
    return alter(`ALTER ${kind} ${name} ${not ? 'NOT ' : ''}ENFORCED`, `${not ? 'NOT ' : ''}ENFORCED`)
  }
  take(c, 'COLUMN')
  readIfExists(c, 'ALTER COLUMN')
  const column = readIdentifier(c, 'a column')
  const mark = c.at
  if (take(c, 'SET', 'DEFAULT')) {
    const value = readDefault(c)
    return { kind: 'setDefault', table, column, default: value, span: spanFrom(c, from) }
  }
  if (take(c, 'DROP', 'DEFAULT')) return { kind: 'dropDefault', table, column, span: spanFrom(c, from) }
  if (take(c, 'SET', 'INVISIBLE') || take(c, 'SET', 'VISIBLE')) {
    const state = c.tokens[c.at - 1]!.text
    needs(c, from, 'an INVISIBLE column', 80023, undefined)
    return { kind: 'alterTable', table, action: `ALTER COLUMN SET ${state}`, value: state, column, span: spanFrom(c, from) }
  }
  if (take(c, 'SET', 'NOT', 'NULL')) {
    note(c, from, 'ALTER COLUMN … SET NOT NULL', 'PostgreSQL (MySQL restates the column with MODIFY)')
    return { kind: 'setNotNull', table, column, span: spanFrom(c, from) }
  }
  if (take(c, 'DROP', 'NOT', 'NULL')) {
    note(c, from, 'ALTER COLUMN … DROP NOT NULL', 'PostgreSQL (MySQL restates the column with MODIFY)')
    return { kind: 'dropNotNull', table, column, span: spanFrom(c, from) }
  }
  if (take(c, 'TYPE') || take(c, 'SET', 'DATA', 'TYPE')) {
    const type = parseType(readTypeText(c))
    note(c, from, 'ALTER COLUMN … TYPE', 'PostgreSQL (MySQL restates the column with MODIFY)')
    const made = { kind: 'alterColumnType', table, column, type } as const
    if (!take(c, 'USING')) return { ...made, span: spanFrom(c, from) }
    const using = expressionOf(c, readExpression(c))
    return { ...made, using, span: spanFrom(c, from) }
  }
  if (peek(c).kind === 'word' && mark === c.at) {
    // T-SQL's ALTER COLUMN name type.
    const to = readDefinition(c, column, from)
    note(c, from, 'ALTER COLUMN with a type', 'SQL Server (MySQL restates the column with MODIFY)')
    return { kind: 'modifyColumn', table, column, to, span: spanFrom(c, from) }
  }
  return fail(c, 'expected SET or DROP')
}

function readRename(c: Cursor, table: Name, from: number): Operation {
  c.at++
  if (take(c, 'COLUMN')) {
    needs(c, from, 'RENAME COLUMN', 80000, 100502)
    const ifExists = readIfExists(c, 'RENAME COLUMN')
    const column = readIdentifier(c, 'a column')
    expect(c, 'TO')
    const renamed = { kind: 'renameColumn', table, column, to: readIdentifier(c, 'a column'), span: spanFrom(c, from) } as const
    return withClause<Operation>(renamed, ifExists, { requires: 'exists', table, column })
  }
  if (takeOne(c, 'INDEX', 'KEY')) {
    needs(c, from, 'RENAME INDEX', 50700, 100502)
    const ifExists = readIfExists(c, 'RENAME INDEX')
    const name = { name: readIdentifier(c, 'an index') }
    expect(c, 'TO')
    const renamed = { kind: 'renameIndex', name, table, to: readIdentifier(c, 'an index'), span: spanFrom(c, from) } as const
    return withClause<Operation>(renamed, ifExists, { requires: 'exists', table })
  }
  if (take(c, 'CONSTRAINT')) {
    note(c, from, 'RENAME CONSTRAINT', 'PostgreSQL')
    const name = readIdentifier(c, 'a constraint')
    expect(c, 'TO')
    return { kind: 'renameConstraint', table, name, to: readIdentifier(c, 'a constraint'), span: spanFrom(c, from) }
  }
  if (!take(c, 'TO')) if (!take(c, 'AS')) take(c, '=')
  const to = readName(c, 'a table')
  if (sees(c, 'TO')) {
    note(c, from, 'RENAME without COLUMN', 'PostgreSQL and SQLite')
    c.at++
    return { kind: 'renameColumn', table, column: to.name, to: readIdentifier(c, 'a column'), span: spanFrom(c, from) }
  }
  return { kind: 'renameTable', table, to, span: spanFrom(c, from) }
}
