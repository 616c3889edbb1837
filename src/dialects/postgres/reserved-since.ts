import type { ParseResult } from 'libpg-query'
import type { Operation } from '../../ir/operation.ts'
import { atLeast } from '../dialect.ts'
import { attempt } from './parser.ts'
import { type Reading, spanOf } from './reading.ts'

/** A word that was a name like any other before PostgreSQL `since`, and one as long that stands for it while the grammar of today reads. */
const word = 'system_user'
const standIn = 'system_us3r'
const since = 16

/** The tree of a text that is refused because of such a word, read as servers before it read it. undefined: that is not why. */
export function treeOfOlder(text: string, refused: Error): ParseResult | undefined {
  if (!/^syntax error at or near "system_user"$/i.test(refused.message) || text.toLowerCase().includes(standIn)) return undefined
  const tree = attempt(text.replace(/\bsystem_user\b/gi, (found) => found.replace(/e(.)$/i, '3$1')))
  if (tree instanceof Error) return undefined
  const named = JSON.stringify(tree).replace(/(system_us)3(r)/gi, (_, before: string, after: string) => {
    return `${before}${before === before.toUpperCase() ? 'E' : 'e'}${after}`
  })
  return JSON.parse(named) as ParseResult
}

/**
 * What the server has to say where something gets the word for its name without quotes. Statements that use the name are left alone: it was
 * given, so the server was an older one, or its name is written in quotes elsewhere.
 */
export function reservedSince(reading: Reading, operations: readonly Operation[]): readonly Operation[] {
  const made = operations.some((operation) => {
    const name = operation.kind === 'createTable' ? operation.table : operation.kind === 'createView' ? operation.name : undefined
    return name?.name === word
  })
  if (!made || !atLeast(reading.version, since)) return []
  const at = reading.text.toLowerCase().indexOf(word, reading.start)
  const span = at < 0 ? reading.span : spanOf(reading, at, at + word.length)
  return [{ kind: 'unsupported', span, feature: `the name ${word} without quotes`, availableIn: `PostgreSQL before ${since}` }]
}
