import type { Operation } from '../../ir/operation.ts'
import { type Cursor, expect, fail, note, readIdentifier, readName, sees, seesAll, spanFrom, take, takeOne } from '../../sql/cursor.ts'
import { readExpression } from '../../sql/expression.ts'
import { expressionOf } from '../../sql/summarize.ts'
import { readColumn, readTypeWords } from './parse-columns.ts'
import { readConstraint } from './parse-create-table.ts'
import { parseType } from './types.ts'

/** SQLite 3.53 brought ALTER COLUMN … SET/DROP NOT NULL, ADD CHECK and DROP CONSTRAINT: https://sqlite.org/lang_altertable.html */
const altersConstraints = 35300

/** Notes a clause that came with `first` (a version such as 33500) when the server is older. */
function needs(c: Cursor, from: number, feature: string, first: number): void {
  if (c.syntax.versionNumber < first) note(c, from, feature, `SQLite ${Math.floor(first / 10000)}.${Math.floor((first % 10000) / 100)}`)
}

/** Takes what follows ALTER TABLE. SQLite takes one clause; several are noted and read. */
export function readAlterTable(c: Cursor, from: number): Operation[] {
  const guard = c.at
  if (take(c, 'IF', 'EXISTS')) note(c, guard, 'ALTER TABLE IF EXISTS', 'PostgreSQL and MariaDB')
  if (take(c, 'ONLY')) note(c, guard, 'ALTER TABLE ONLY', 'PostgreSQL')
  const table = readName(c, 'a table')
  const operations: Operation[] = [readClause(c, table, from)]
  while (sees(c, ',')) {
    const mark = c.at++
    note(c, mark, 'several clauses in one ALTER TABLE', 'MySQL and PostgreSQL')
    operations.push(readClause(c, table, mark + 1))
  }
  return operations
}

function readClause(c: Cursor, table: Table, from: number): Operation {
  const clause = c.at
  const word = takeOne(c, 'RENAME', 'ADD', 'DROP', 'ALTER', 'MODIFY', 'CHANGE')
  switch (word) {
    case 'RENAME': {
      if (take(c, 'TO')) return { kind: 'renameTable', table, to: readName(c, 'a table'), span: spanFrom(c, from) }
      if (seesAll(c, 'CONSTRAINT') || seesAll(c, 'INDEX')) {
        note(c, clause, `RENAME ${c.tokens[c.at]!.text}`, 'PostgreSQL and MySQL')
        return fail(c, 'expected COLUMN')
      }
      if (!sees(c, 'TO', 1)) take(c, 'COLUMN')
      needs(c, clause, 'RENAME COLUMN', 32500)
      const column = readIdentifier(c, 'a column')
      expect(c, 'TO')
      return { kind: 'renameColumn', table, column, to: readIdentifier(c, 'a column'), span: spanFrom(c, from) }
    }
    case 'ADD':
      return readAdd(c, table, from, clause)
    case 'DROP': {
      const guarded = () => {
        const mark = c.at
        if (!take(c, 'IF', 'EXISTS')) return false
        note(c, mark, 'IF EXISTS in ALTER TABLE', 'PostgreSQL and MariaDB')
        return true
      }
      if (take(c, 'CONSTRAINT')) {
        needs(c, clause, 'DROP CONSTRAINT', altersConstraints)
        const ifExists = guarded()
        return { kind: 'dropConstraint', table, name: readIdentifier(c, 'a constraint'), ifExists, cascade: false, span: spanFrom(c, from) }
      }
      if (seesAll(c, 'PRIMARY', 'KEY') || seesAll(c, 'FOREIGN', 'KEY')) {
        note(c, clause, `DROP ${c.tokens[c.at]!.text} KEY`, 'MySQL and MariaDB')
        return fail(c, 'expected COLUMN')
      }
      take(c, 'COLUMN')
      needs(c, clause, 'DROP COLUMN', 33500)
      const ifExists = guarded()
      const column = readIdentifier(c, 'a column')
      const mark = c.at
      const cascade = take(c, 'CASCADE')
      if (cascade) note(c, mark, 'CASCADE', 'PostgreSQL')
      return { kind: 'dropColumn', table, column, ifExists, cascade, span: spanFrom(c, from) }
    }
    case 'ALTER':
      return readAlterColumn(c, table, from, clause)
    case 'MODIFY':
    case 'CHANGE': {
      take(c, 'COLUMN')
      const old = word === 'CHANGE' ? readIdentifier(c, 'a column') : undefined
      const to = readColumn(c)
      note(c, clause, `${word} COLUMN`, 'MySQL and MariaDB')
      return { kind: 'modifyColumn', table, column: old ?? to.name, to, span: spanFrom(c, from) }
    }
  }
  return fail(c, 'expected RENAME, ADD or DROP')
}

type Table = ReturnType<typeof readName>

function readAdd(c: Cursor, table: Table, from: number, clause: number): Operation {
  if (sees(c, 'CONSTRAINT') || sees(c, 'CHECK') || seesAll(c, 'FOREIGN', 'KEY') || seesAll(c, 'PRIMARY', 'KEY') || sees(c, 'UNIQUE')) {
    const [constraint] = readConstraint(c)
    if (!constraint) return fail(c, 'expected a constraint')
    if (constraint.kind === 'check') needs(c, clause, 'ADD CHECK', altersConstraints)
    else note(c, clause, 'ADD CONSTRAINT (other than CHECK)', 'PostgreSQL and MySQL (SQLite needs a new table)')
    return { kind: 'addConstraint', table, constraint, span: spanFrom(c, from) }
  }
  take(c, 'COLUMN')
  const mark = c.at
  const ifNotExists = take(c, 'IF', 'NOT', 'EXISTS')
  if (ifNotExists) note(c, mark, 'IF NOT EXISTS on ADD COLUMN', 'PostgreSQL and MariaDB')
  const column = readColumn(c)
  const position = c.at
  if (take(c, 'FIRST')) note(c, position, 'FIRST', 'MySQL and MariaDB')
  else if (take(c, 'AFTER')) {
    readIdentifier(c, 'a column')
    note(c, position, 'AFTER', 'MySQL and MariaDB')
  }
  return { kind: 'addColumn', table, column, ifNotExists, span: spanFrom(c, from) }
}

function readAlterColumn(c: Cursor, table: Table, from: number, clause: number): Operation {
  take(c, 'COLUMN')
  const column = readIdentifier(c, 'a column')
  if (take(c, 'SET', 'NOT', 'NULL')) {
    needs(c, clause, 'ALTER COLUMN … SET NOT NULL', altersConstraints)
    return { kind: 'setNotNull', table, column, span: spanFrom(c, from) }
  }
  if (take(c, 'DROP', 'NOT', 'NULL')) {
    needs(c, clause, 'ALTER COLUMN … DROP NOT NULL', altersConstraints)
    return { kind: 'dropNotNull', table, column, span: spanFrom(c, from) }
  }
  // libSQL writes the definition anew and looks at no row: what is added to it holds for later writes.
  if (take(c, 'TO')) {
    const to = readColumn(c)
    note(c, clause, 'ALTER COLUMN … TO', 'libSQL')
    return { kind: 'modifyColumn', table, column, to, definitionOnly: true, span: spanFrom(c, from) }
  }
  const elsewhere = 'PostgreSQL (SQLite needs a new table)'
  if (take(c, 'SET', 'DEFAULT')) {
    const value = expressionOf(c, readExpression(c))
    note(c, clause, 'ALTER COLUMN … SET DEFAULT', elsewhere)
    return { kind: 'setDefault', table, column, default: value, span: spanFrom(c, from) }
  }
  if (take(c, 'DROP', 'DEFAULT')) {
    note(c, clause, 'ALTER COLUMN … DROP DEFAULT', elsewhere)
    return { kind: 'dropDefault', table, column, span: spanFrom(c, from) }
  }
  if (!take(c, 'TYPE') && !take(c, 'SET', 'DATA', 'TYPE')) note(c, clause, 'ALTER COLUMN', elsewhere)
  else note(c, clause, 'ALTER COLUMN … TYPE', elsewhere)
  const type = readTypeWords(c)
  if (type === undefined) return fail(c, 'expected SET or DROP')
  const made = { kind: 'alterColumnType', table, column, type: parseType(type) } as const
  if (!take(c, 'USING')) return { ...made, span: spanFrom(c, from) }
  return { ...made, using: expressionOf(c, readExpression(c)), span: spanFrom(c, from) }
}
