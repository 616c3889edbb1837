import type { Scanner } from './lexer.ts'
import type { Syntax } from './syntax.ts'

type Block = 'begin' | 'if' | 'case' | 'expression-case' | 'loop'

/**
 * Follows one statement word by word and knows whether a `;` ends it: inside a routine's body it does not. MySQL: CREATE PROCEDURE,
 * FUNCTION, TRIGGER, EVENT and BEGIN NOT ATOMIC; SQLite: CREATE TRIGGER; PostgreSQL: BEGIN ATOMIC … END and the actions of a rule.
 */
export interface Blocks {
  words: number
  first: string
  /** The kind of routine that this statement creates. */
  routine: string | undefined
  readonly open: Block[]
  parens: number
  /** True where a statement of a body starts. */
  starts: boolean
  /** The first word of the body's current statement. */
  statement: string
  previous: string
}

export function blocks(): Blocks {
  return { words: 0, first: '', routine: undefined, open: [], parens: 0, starts: true, statement: '', previous: '' }
}

export function resetBlocks(b: Blocks): void {
  b.words = 0
  b.first = b.previous = b.statement = ''
  b.routine = undefined
  b.open.length = b.parens = 0
  b.starts = true
}

/** Does a `;` at this point belong to a body? */
export function insideBody(b: Blocks): boolean {
  return b.open.length > 0 || (b.routine === 'RULE' && b.parens > 0)
}

const routines = new Set(['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'RULE'])
/** Words after which a statement of a body starts. */
const openers = new Set(['BEGIN', 'THEN', 'ELSE', 'DO', 'LOOP', 'REPEAT', 'ROW', 'ATOMIC'])
const blockWords = new Set(['BEGIN', 'CASE', 'IF', 'LOOP', 'WHILE', 'REPEAT', 'END', 'FOR', 'ATOMIC'])
const closers = new Set(['IF', 'CASE', 'LOOP', 'WHILE', 'REPEAT', 'FOR'])

/** Tells of the token that the scanner stands on (no comments). */
export function follow(b: Blocks, s: Scanner): void {
  if (s.kind !== 'word') {
    const code = s.text.charCodeAt(s.start)
    if (s.kind === 'operator') {
      if (code === 40) b.parens++
      else if (code === 41 && b.parens > 0) b.parens--
    }
    // `;` starts a statement; so does the colon of a label.
    b.starts = s.kind === 'operator' && (code === 59 || code === 58)
    b.previous = s.kind === 'operator' ? s.text[s.start]! : ''
    return
  }
  b.words++
  if (b.words > 1 && b.routine === undefined && b.first !== 'CREATE' && b.first !== 'BEGIN') return
  const word = s.text.slice(s.start, s.end).toUpperCase()
  if (b.words === 1) {
    b.first = b.previous = word
    return
  }
  if (b.starts) b.statement = word
  if (b.routine === undefined) findRoutine(b, word, s.syntax)
  else followBody(b, word, s.syntax)
  b.starts = openers.has(word) && !(word === 'REPEAT' && b.open.at(-1) !== 'loop')
  b.previous = word
}

function findRoutine(b: Blocks, word: string, syntax: Syntax): void {
  if (b.first === 'BEGIN') {
    if (syntax.mariadb && b.previous === 'NOT' && word === 'ATOMIC') {
      b.routine = 'BLOCK'
      b.open.push('begin')
    }
    return
  }
  // CREATE [OR REPLACE] [DEFINER = a@b] [AGGREGATE] [TEMP] PROCEDURE: the word stands among the first.
  if (b.words <= 12 && b.parens === 0 && routines.has(word)) {
    if (syntax.engine === 'sqlite' ? word === 'TRIGGER' : syntax.engine === 'mysql' ? word !== 'RULE' : word !== 'EVENT') b.routine = word
  } else if (word === 'TABLE' || word === 'VIEW' || word === 'INDEX') b.first = word
}

function followBody(b: Blocks, word: string, syntax: Syntax): void {
  if (!blockWords.has(word) || b.previous === '.') return
  const top = b.open.at(-1)
  if (syntax.engine === 'postgres') {
    if (word === 'ATOMIC' && b.previous === 'BEGIN') b.open.push('begin')
    else if (word === 'CASE' && top !== undefined) b.open.push('expression-case')
    else if (word === 'END' && top !== undefined) b.open.pop()
    return
  }
  if (word === 'END') {
    if (top === 'expression-case' || (top !== undefined && (b.starts || b.statement === 'UNTIL'))) b.open.pop()
    return
  }
  if (closers.has(word) && b.previous === 'END') return
  if (word === 'CASE') {
    b.open.push(b.starts && top !== undefined ? 'case' : 'expression-case')
    return
  }
  if (word === 'BEGIN') {
    // A handler's body follows its conditions: DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN … END.
    if (top === undefined || b.starts || b.statement === 'DECLARE') b.open.push('begin')
    return
  }
  if (syntax.engine === 'sqlite') return
  const afterParameters = top === undefined && b.previous === ')' && (b.routine === 'PROCEDURE' || b.routine === 'FUNCTION')
  if (!b.starts && !afterParameters) return
  if (word === 'IF') b.open.push('if')
  else if (word === 'LOOP' || word === 'WHILE' || word === 'REPEAT' || (word === 'FOR' && top !== undefined)) b.open.push('loop')
}
