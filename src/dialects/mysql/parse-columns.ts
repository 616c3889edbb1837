import type { Column, Constraint, Expression, Generated, Reference } from '../../ir/column.ts'
import {
  type Cursor,
  endOffset,
  expect,
  fail,
  isHole,
  note,
  peek,
  readIdentifier,
  readString,
  sees,
  seesAll,
  slice,
  spanFrom,
  take,
  takeOne,
} from '../../sql/cursor.ts'
import { readExpression } from '../../sql/expression.ts'
import { ownerOfFunction } from '../../sql/foreign-functions.ts'
import { readOperand } from '../../sql/operand.ts'
import { readReference } from '../../sql/reference.ts'
import { expressionOf } from '../../sql/summarize.ts'
import { readTypeText } from '../../sql/type-text.ts'
import { needs } from './parse-features.ts'
import { parseType } from './types.ts'

/** Takes `name type attributes`. */
export function readColumn(c: Cursor): Column {
  const from = c.at
  const name = readIdentifier(c, 'a column')
  return readDefinition(c, name, from)
}

interface Draft {
  nullable: boolean
  nullabilityWritten: boolean
  default: Expression | undefined
  generated?: Generated
  autoIncrement?: boolean
  collation?: string
  charset?: string
  comment?: string
  onUpdate?: string
  readonly constraints: Constraint[]
}

/** Takes `type attributes` of a column whose name was read; `from` is the index of the first token of the definition. */
export function readDefinition(c: Cursor, name: string, from: number): Column {
  const typeAt = c.at
  const unknown = isHole(c)
  const text = readTypeText(c)
  const type = unknown ? undefined : parseType(text)
  const draft: Draft = { nullable: true, nullabilityWritten: false, default: undefined, constraints: [] }
  if (/\bwith(?:out)?\s+time\s+zone$/i.test(text)) note(c, typeAt, 'WITH or WITHOUT TIME ZONE', 'PostgreSQL')
  if (text.toUpperCase() === 'SERIAL') {
    draft.nullable = false
    draft.autoIncrement = true
    draft.constraints.push(inline('unique', name, spanFrom(c, typeAt)))
  }
  while (readAttribute(c, name, draft));
  const { nullable, nullabilityWritten, constraints, ...rest } = draft
  return { name, type, nullable, nullabilityWritten, constraints, ...rest, span: spanFrom(c, from) }
}

function inline(kind: Constraint['kind'], column: string, span: Constraint['span']): Constraint {
  const made = { kind, name: undefined, columns: [column], notValid: false }
  return span ? { ...made, span } : made
}

function readAttribute(c: Cursor, name: string, draft: Draft): boolean {
  const from = c.at
  const word = peek(c).text
  if (word === '' || word === ',' || word === ')') return false
  c.at++
  switch (word) {
    case 'NOT':
      if (take(c, 'NULL')) {
        draft.nullable = false
        draft.nullabilityWritten = true
        return true
      }
      expect(c, 'SECONDARY')
      return true
    case 'NULL':
      draft.nullable = true
      draft.nullabilityWritten = true
      return true
    case 'DEFAULT':
      draft.default = readDefault(c)
      return true
    case 'AUTO_INCREMENT':
      draft.autoIncrement = true
      return true
    case 'UNIQUE':
      take(c, 'KEY')
      draft.constraints.push(inline('unique', name, spanFrom(c, from)))
      return true
    case 'PRIMARY':
      take(c, 'KEY')
      draft.nullable = false
      draft.constraints.push(inline('primaryKey', name, spanFrom(c, from)))
      return true
    case 'KEY':
      draft.nullable = false
      draft.constraints.push(inline('primaryKey', name, spanFrom(c, from)))
      return true
    case 'SERIAL':
      expect(c, 'DEFAULT', 'VALUE')
      draft.nullable = false
      draft.autoIncrement = true
      draft.constraints.push(inline('unique', name, spanFrom(c, from)))
      return true
    case 'COMMENT':
      draft.comment = readString(c)
      return true
    case 'COLLATE':
      take(c, '=')
      draft.collation = readWordOrString(c)
      return true
    case 'CHARACTER':
    case 'CHARSET':
    case 'CHAR':
      if (word !== 'CHARSET') expect(c, 'SET')
      take(c, '=')
      draft.charset = readWordOrString(c)
      return true
    case 'ASCII':
    case 'UNICODE':
    case 'BINARY':
    case 'VISIBLE':
    case 'PERSISTENT':
      return true
    case 'INVISIBLE':
      needs(c, from, 'an INVISIBLE column', 80023, 100300)
      return true
    case 'ON':
      expect(c, 'UPDATE')
      readOperand(c)
      draft.onUpdate = slice(c, c.tokens[from + 2]!.start, endOffset(c))
      return true
    case 'GENERATED':
    case 'AS':
      readGenerated(c, word, from, draft)
      return true
    case 'CONSTRAINT':
      readConstraintOfColumn(c, sees(c, 'CHECK') ? undefined : readIdentifier(c), name, draft, from)
      return true
    case 'CHECK':
    case 'REFERENCES':
      c.at--
      readConstraintOfColumn(c, undefined, name, draft, from)
      return true
    case 'COLUMN_FORMAT':
    case 'STORAGE':
    case 'SRID':
    case 'REF_SYSTEM_ID':
    case 'ENGINE_ATTRIBUTE':
    case 'SECONDARY_ENGINE_ATTRIBUTE':
      take(c, '=')
      c.at++
      return true
    case 'COMPRESSED':
      if (take(c, '=')) c.at++
      return true
    case 'WITH':
    case 'WITHOUT':
      if (seesAll(c, 'SYSTEM', 'VERSIONING')) {
        c.at += 2
        needs(c, from, 'system versioning', undefined, 100300)
        return true
      }
      break
    case 'AUTOINCREMENT':
      note(c, from, 'AUTOINCREMENT', 'SQLite (MySQL writes AUTO_INCREMENT)')
      draft.autoIncrement = true
      return true
  }
  c.at--
  return false
}

/** Takes a default: a literal, CURRENT_TIMESTAMP, or an expression in parentheses. */
export function readDefault(c: Cursor): Expression {
  const from = c.at
  const value = readOperand(c, false)
  const parenthesised = c.tokens[from]?.text === '('
  const expression = expressionOf(c, value)
  // A function of another engine is noted where it is read: the way it is written does not matter then.
  if (expression.functions.some((name) => ownerOfFunction(name, 'mysql') !== undefined)) return expression
  if (parenthesised) needs(c, from, 'an expression as DEFAULT', 80013, 100201)
  else if (value.kind === 'call' && !nowNames.has(value.name)) {
    if (c.syntax.mariadb) needs(c, from, `${value.name}() as DEFAULT`, undefined, 100201)
    else
      note(c, from, `${value.name}() as DEFAULT without parentheses`, 'MariaDB and PostgreSQL (MySQL 8.0.13 wants parentheses around it)')
  }
  return expression
}
const nowNames = new Set(['current_timestamp', 'now', 'localtime', 'localtimestamp', 'current_date', 'curdate'])

export function readWordOrString(c: Cursor): string {
  if (peek(c).kind === 'string') return readString(c)
  return take(c, 'BINARY') ? 'binary' : take(c, 'DEFAULT') ? 'default' : readIdentifier(c)
}

function readGenerated(c: Cursor, word: string, from: number, draft: Draft): void {
  if (word === 'GENERATED') {
    const byDefault = take(c, 'BY', 'DEFAULT')
    if (!byDefault) expect(c, 'ALWAYS')
    expect(c, 'AS')
    if (take(c, 'IDENTITY')) {
      if (sees(c, '(')) readOperand(c)
      note(c, from, 'GENERATED … AS IDENTITY', 'PostgreSQL')
      draft.nullable = false
      return
    }
    if (take(c, 'ROW')) {
      if (!takeOne(c, 'START', 'END')) fail(c, 'expected START or END')
      return
    }
  }
  expect(c, '(')
  const expression = expressionOf(c, readExpression(c))
  expect(c, ')')
  const stored = takeOne(c, 'STORED', 'VIRTUAL', 'PERSISTENT')
  draft.generated = { expression, stored: stored === 'STORED' || stored === 'PERSISTENT' }
}

function readConstraintOfColumn(c: Cursor, constraint: string | undefined, column: string, draft: Draft, from: number): void {
  if (sees(c, 'REFERENCES')) {
    const references = readParent(c)
    draft.constraints.push({
      kind: 'foreignKey',
      name: constraint,
      columns: [column],
      notValid: false,
      references,
      span: spanFrom(c, from),
    })
  } else if (sees(c, 'CHECK')) draft.constraints.push({ ...readCheck(c, constraint, from), columns: [column] })
  else if (take(c, 'UNIQUE') || take(c, 'PRIMARY', 'KEY')) {
    const unique = c.tokens[c.at - 1]?.text === 'UNIQUE'
    if (unique) take(c, 'KEY')
    else draft.nullable = false
    draft.constraints.push({ ...inline(unique ? 'unique' : 'primaryKey', column, spanFrom(c, from)), name: constraint })
  } else if (take(c, 'NOT', 'NULL')) {
    note(c, from, 'a named NOT NULL', 'PostgreSQL')
    draft.nullable = false
    draft.nullabilityWritten = true
  } else fail(c, 'expected CHECK')
}

/** Takes CHECK (expression) [[NOT] ENFORCED]. */
export function readCheck(c: Cursor, name: string | undefined, from: number): Constraint {
  expect(c, 'CHECK', '(')
  const node = readExpression(c)
  expect(c, ')')
  const enforcement = c.at
  const not = take(c, 'NOT', 'ENFORCED')
  if (not || take(c, 'ENFORCED')) needs(c, enforcement, 'ENFORCED', 80016, undefined)
  const expression = expressionOf(c, node)
  const made = { kind: 'check', name, columns: expression.columns, notValid: false, expression, span: spanFrom(c, from) } as const
  return not ? { ...made, enforced: false } : made
}

/** Takes REFERENCES table (columns) with its actions. */
export function readParent(c: Cursor): Reference {
  const { references, deferrableAt } = readReference(c)
  if (deferrableAt !== undefined) note(c, deferrableAt, 'DEFERRABLE', 'PostgreSQL and SQLite')
  return references
}
