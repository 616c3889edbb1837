import type { CreateFunctionStmt, Node, RangeVar } from 'libpg-query'
import type { DataType } from '../../ir/column.ts'
import type { Name } from '../../ir/names.ts'
import type { Operation, Parameter } from '../../ir/operation.ts'
import type { Span } from '../../source/span.ts'
import type { Traced } from '../../source/traced.ts'
import { containsHole, locate, showHoles } from '../../source/traced.ts'
import type { Syntax } from '../../sql/syntax.ts'
import type { Version } from '../dialect.ts'

/** One text that was given to PostgreSQL's parser, and how its places lead back to what the user wrote. */
export interface Reading {
  /** The text as it was parsed: placeholders replaced by stand-ins of the same length. Offsets below are UTF-16 offsets into it. */
  readonly text: string
  traced: Traced
  readonly syntax: Syntax
  readonly version: Version
  /** Offset of `text` in the traced text; negative when that is cut down to one statement. */
  base: number
  /** The span of everything, for text that cannot be followed back (the body of an escaped string). */
  readonly fixed: Span | undefined
  /** Byte offset of the parser to UTF-16 offset; undefined when the text is ASCII and both are the same. */
  readonly offsets: Uint32Array | undefined
  /** Offsets of `text` at which a stand-in for a placeholder starts. */
  readonly placeholders: ReadonlySet<number>
  readonly dynamic: boolean
  /** Names of PL/pgSQL variables around the statement: they look like columns and are values. */
  readonly variables?: ReadonlySet<string>
  /** What a call gave the parameters of the routine around the statement, where that is known. */
  readonly values?: ReadonlyMap<string, string>
  /** The statement that is being converted. */
  start: number
  end: number
  span: Span
  /** Syntax that the server's version lacks, found on the way. */
  unsupported: Operation[]
  types: Map<string, DataType>
  readonly routines: Routines
  /** The routines whose bodies stand around the statement. */
  readonly within?: ReadonlySet<Routine>
}

/** The routines that a text has created so far, by their names in lower case, and how many calls of them were followed. */
export interface Routines {
  readonly byName: Map<string, readonly Routine[]>
  followed: number
}

/** A routine as it was created: a call of it runs its body. */
export interface Routine {
  readonly reading: Reading
  readonly node: CreateFunctionStmt
  readonly parameters: readonly Parameter[]
}

/** The node of a parser's tree with its kind: `{ SelectStmt: … }` is `['SelectStmt', …]`. */
export type NodeKind = Node extends infer N ? (N extends object ? keyof N : never) : never
export type NodeOf<K extends NodeKind> = Extract<Node, Record<K, unknown>> extends Record<K, infer Body> ? Body : never

/** The body of a node when it is of that kind. */
export function as<K extends NodeKind>(node: Node | undefined, kind: K): NodeOf<K> | undefined {
  // The union has one member a kind: a single narrowing for all of them.
  return node === undefined ? undefined : (node as unknown as Record<K, NodeOf<K> | undefined>)[kind]
}

/** The UTF-16 offset of a position in the tree; the parser leaves 0 out, and -1 is "nowhere". */
export function offsetOf(reading: Reading, location: number | undefined): number {
  const byte = Math.max(0, location ?? 0)
  return reading.offsets === undefined ? Math.min(byte, reading.text.length) : (reading.offsets[byte] ?? reading.text.length)
}

/** Where the user wrote the text between two offsets. */
export function spanOf(reading: Reading, start: number, end: number): Span {
  if (reading.fixed) return reading.fixed
  return locate(reading.traced, reading.base + start, reading.base + end) ?? reading.span
}

/** The SQL between two offsets as the user wrote it, placeholders and holes included. */
export function written(reading: Reading, start: number, end: number): string {
  const text =
    reading.placeholders.size === 0 || reading.fixed
      ? reading.text.slice(start, end)
      : reading.traced.text.slice(reading.base + start, reading.base + end)
  return reading.dynamic ? showHoles(text, reading.traced) : text
}

/** A name as the engine stores it; `offset` is where it stands, when that is known. */
export function nameFrom(reading: Reading, schema: string | undefined, name: string, offset = -1): Name {
  const placeholder = reading.placeholders.has(offset)
  const dynamic = placeholder || (reading.dynamic && (containsHole(name) || (schema !== undefined && containsHole(schema))))
  if (!dynamic) return schema === undefined || schema === '' ? { name } : { schema, name }
  const shown = placeholder
    ? reading.traced.text.slice(reading.base + offset, reading.base + offset + name.length)
    : shownText(reading, name)
  return schema === undefined ? { name: shown, dynamic: true } : { schema: shownText(reading, schema), name: shown, dynamic: true }
}

/** A text of the tree with holes as the user wrote them. */
export function shownText(reading: Reading, text: string): string {
  return reading.dynamic ? showHoles(text, reading.traced) : text
}

export function relationName(reading: Reading, relation: RangeVar | undefined): Name {
  if (relation === undefined) return { name: '' }
  return nameFrom(reading, relation.schemaname, relation.relname ?? '', offsetOf(reading, relation.location))
}

/** TEMP, or a name in the session's own schema. */
export function isTemporary(name: Name, relation?: RangeVar): boolean {
  return relation?.relpersistence === 't' || name.schema === 'pg_temp'
}

/** The texts of a list of String nodes: a qualified name, a list of columns. */
export function strings(nodes: readonly Node[] | undefined): string[] {
  if (nodes === undefined) return []
  const found: string[] = []
  for (const node of nodes) {
    const text = as(node, 'String')?.sval
    if (text !== undefined) found.push(text)
  }
  return found
}

/** Column names with holes shown. */
export function columnNames(reading: Reading, nodes: readonly Node[] | undefined): string[] {
  const names = strings(nodes)
  return reading.dynamic ? names.map((name) => shownText(reading, name)) : names
}

/** The name that a list of its parts spells; parts before the last two (the database) are left out. */
export function qualifiedName(reading: Reading, parts: readonly string[]): Name {
  return nameFrom(reading, parts.length > 1 ? parts[parts.length - 2] : undefined, parts[parts.length - 1] ?? '')
}

/** The name of the object of a DROP, COMMENT or ALTER: a list of parts, a single string, a function with arguments, a type. */
export function objectName(reading: Reading, node: Node | undefined): Name | undefined {
  const parts = objectParts(node)
  return parts.length === 0 ? undefined : qualifiedName(reading, parts)
}

export function objectParts(node: Node | undefined): string[] {
  if (node === undefined) return []
  const list = as(node, 'List')
  if (list) return strings(list.items)
  const single = as(node, 'String')
  if (single) return single.sval === undefined ? [] : [single.sval]
  const callable = as(node, 'ObjectWithArgs')
  if (callable) return strings(callable.objname)
  const type = as(node, 'TypeName')
  if (type) return strings(type.names)
  return []
}
