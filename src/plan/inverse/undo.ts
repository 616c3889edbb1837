import type { DialectName, Name } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import type { Moment } from '../../rule/site.ts'
import { findTable, keyOf } from '../../schema/schema.ts'
import type { Born, Table } from '../../schema/table.ts'
import type { Span } from '../../source/span.ts'

/** What takes one operation back, in the order in which it runs; `lost`: what does not come back with it (`the rows of orders`). */
export interface Undone {
  readonly operations: readonly Operation[]
  readonly lost?: readonly string[]
}

/** The way back of one operation, or why there is none: a clause without its full stop. */
export type Undo = Undone | string

export const nothing: Undone = { operations: [] }

/** What is known while a script is taken back, its last operation first. */
export interface Course {
  readonly dialect: DialectName
  /** The library's builder finds the name of a foreign key by itself when it drops its column (Sequelize on MySQL). */
  readonly dropsForeignKeys: boolean
  readonly position: Born
  /** Does a function of this name, called by a query, change nothing that outlives the session? */
  isHarmless(called: string): boolean
  /** The text at a place; '' when it cannot be read. */
  text(where: Span): string
  /** What the script made and dropped again, by kind and key: neither step needs undoing. */
  readonly gone: Set<string>
}

/** Was the table made by this very script, and is it there before this moment? */
export function isOwn({ before }: Moment, table: Name, course: Course): boolean {
  return findTable(before, table)?.born === course.position
}

/** The key by which `gone` remembers an object. */
export function goneKey({ before }: Moment, kind: string, name: Name, part = ''): string {
  return `${kind} ${keyOf(before.naming, name, kind === 'table' ? 'table' : 'other')} ${before.naming.fold(part, kind === 'column' ? 'column' : 'other')}`
}

/** A table of the history that was read whole; why nothing can be said of it, else. */
export function knownTable({ before }: Moment, name: Name): Table | string {
  const table = findTable(before, name)
  if (!table || table.born === -1) return `how ${name.name} was created is not part of the history`
  return table.complete ? table : `the history of ${name.name} could not be read whole`
}

/**
 * Does the text of a definition say something that the operations do not keep? Then it cannot be written again from them. Texts that
 * cannot be read say nothing of the kind.
 */
export function saysMore(span: Span | undefined, words: RegExp, course: Course): string | undefined {
  return span === undefined ? undefined : words.exec(course.text(span))?.[0].toUpperCase()
}
