import type { DataType } from '../../ir/column.ts'
import type { Schema } from '../../schema/schema.ts'
import type { TypeChange, Version } from '../dialect.ts'
import { type Affinity, affinityOf } from './types.ts'

/** What a value of one affinity may lose when it is copied into a column of another: a text that is no number stays a text. */
const lossless: Readonly<Record<Affinity, readonly Affinity[]>> = {
  integer: ['numeric', 'text', 'blob'],
  numeric: ['text', 'blob'],
  real: ['text', 'blob'],
  text: ['blob'],
  blob: [],
}

/**
 * SQLite has no ALTER COLUMN … TYPE: a type changes only by building the table anew, copying its rows and renaming it. Types of one
 * affinity store alike, and still the table's text can change no other way. Source: https://www.sqlite.org/lang_altertable.html#otheralter
 */
export function typeChange(from: DataType, to: DataType, _before: Schema, _version: Version): TypeChange {
  if (from.text.toLowerCase() === to.text.toLowerCase()) return { effect: 'free', because: 'the type stays the same', narrows: false }
  const [before, after] = [affinityOf(from), affinityOf(to)]
  return {
    effect: 'rewrite',
    because: 'SQLite changes a type only by rebuilding the table',
    narrows: before === after || lossless[before].includes(after) ? false : 'unknown',
  }
}
