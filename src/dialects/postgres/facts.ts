import type { FuncCall, Node, RangeVar } from 'libpg-query'
import type { Name } from '../../ir/names.ts'
import { containsHole } from '../../source/traced.ts'
import { as, offsetOf, type Reading, relationName, strings } from './reading.ts'
import { canonicalType } from './types.ts'

/** What is named anywhere inside a part of a tree. */
export interface Facts {
  readonly functions: Set<string>
  readonly columns: Set<string>
  readonly literals: string[]
  readonly casts: Set<string>
  readonly tables: Map<string, Name>
  /** The columns that INSERT and UPDATE name as those that they write. */
  readonly writes: { readonly table: Name; readonly column: string }[]
  /** Names that WITH gives: they look like tables and are none. */
  readonly locals: Set<string>
  constant: boolean
  subquery: boolean
  parameters: boolean
  /** The leftmost and rightmost places that the parser tells; Infinity and -1 when it tells none. */
  first: number
  last: number
}

function facts(): Facts {
  return {
    functions: new Set(),
    columns: new Set(),
    literals: [],
    casts: new Set(),
    tables: new Map(),
    writes: [],
    locals: new Set(),
    constant: true,
    subquery: false,
    parameters: false,
    first: Number.POSITIVE_INFINITY,
    last: -1,
  }
}

/** Walks a tree and collects what it names. Nodes of any kind, known to us or not, are walked. */
export function factsOf(reading: Reading, root: Node | undefined): Facts {
  return factsOfAll(reading, [root])
}

/** The same for several trees together. */
export function factsOfAll(reading: Reading, roots: readonly (Node | undefined)[]): Facts {
  const found = facts()
  for (const root of roots) if (root !== undefined) walk(reading, found, root)
  for (const local of found.locals) found.tables.delete(local)
  return found
}

/** Names of functions as rules know them: lower case, pg_catalog left out. */
export function functionName(call: FuncCall): string {
  const parts = strings(call.funcname)
  if (parts[0] === 'pg_catalog') parts.shift()
  return parts.join('.').toLowerCase()
}

function walk(reading: Reading, found: Facts, value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(reading, found, item)
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const key in value) {
    // A foreign tree: members are visited by name, whatever their type.
    const member = (value as Record<string, unknown>)[key]
    if (typeof member === 'object' && member !== null) {
      note(reading, found, key, member)
      if (key !== 'typeName' && key !== 'funcname' && key !== 'name' && key !== 'TypeName') walk(reading, found, member)
    } else if (key === 'location' && typeof member === 'number' && member >= 0) place(reading, found, member)
  }
  return
}

function place(reading: Reading, found: Facts, location: number): void {
  const at = offsetOf(reading, location)
  if (at < found.first) found.first = at
  if (at > found.last) found.last = at
}

/** Kinds whose value is constant when that of their parts is. */
const valueFunctions: Readonly<Record<string, string>> = {
  SVFOP_CURRENT_DATE: 'current_date',
  SVFOP_CURRENT_TIME: 'current_time',
  SVFOP_CURRENT_TIME_N: 'current_time',
  SVFOP_CURRENT_TIMESTAMP: 'current_timestamp',
  SVFOP_CURRENT_TIMESTAMP_N: 'current_timestamp',
  SVFOP_LOCALTIME: 'localtime',
  SVFOP_LOCALTIME_N: 'localtime',
  SVFOP_LOCALTIMESTAMP: 'localtimestamp',
  SVFOP_LOCALTIMESTAMP_N: 'localtimestamp',
  SVFOP_CURRENT_ROLE: 'current_role',
  SVFOP_CURRENT_USER: 'current_user',
  SVFOP_USER: 'user',
  SVFOP_SESSION_USER: 'session_user',
  SVFOP_CURRENT_CATALOG: 'current_catalog',
  SVFOP_CURRENT_SCHEMA: 'current_schema',
}

function note(reading: Reading, found: Facts, key: string, member: object): void {
  // The parts of each kind that are read here; the parser leaves out what is empty.
  const body = member as {
    location?: number
    fields?: Node[]
    sval?: { sval?: string }
    names?: Node[]
    op?: string
    ctename?: string
    relation?: RangeVar
    cols?: Node[]
    targetList?: Node[]
  }
  // A node at offset 0 has no location: only kinds that always stand somewhere count.
  switch (key) {
    case 'A_Const':
      if (body.location === undefined) place(reading, found, 0)
      if (body.sval) {
        const text = body.sval.sval ?? ''
        if (reading.dynamic && containsHole(text)) {
          found.constant = false
          found.parameters = true
        } else found.literals.push(text)
      }
      return
    case 'ColumnRef': {
      if (body.location === undefined) place(reading, found, 0)
      found.constant = false
      if (reading.placeholders.has(offsetOf(reading, body.location))) {
        found.parameters = true
        return
      }
      const parts = strings(body.fields)
      const last = parts[parts.length - 1]
      if (last === undefined) return
      if ((reading.dynamic && containsHole(last)) || reading.variables?.has(parts[0]!)) found.parameters = true
      else found.columns.add(last)
      return
    }
    case 'ParamRef':
      if (body.location === undefined) place(reading, found, 0)
      found.constant = false
      found.parameters = true
      return
    case 'FuncCall':
      if (body.location === undefined) place(reading, found, 0)
      found.constant = false
      found.functions.add(functionName(member))
      return
    case 'SQLValueFunction': {
      if (body.location === undefined) place(reading, found, 0)
      found.constant = false
      found.functions.add(valueFunctions[body.op ?? ''] ?? 'current_timestamp')
      return
    }
    case 'typeName':
    case 'TypeName': {
      const parts = strings(body.names)
      const name = parts[parts.length - 1]
      if (body.location !== undefined && body.location >= 0) place(reading, found, body.location)
      if (name !== undefined) found.casts.add(canonicalType(name))
      return
    }
    case 'SubLink':
      found.constant = false
      found.subquery = true
      return
    case 'RangeVar':
    case 'relation': {
      if (!('relname' in member)) return
      const name = relationName(reading, member as RangeVar)
      const id = name.schema === undefined ? name.name : `${name.schema}.${name.name}`
      if (!found.tables.has(id)) found.tables.set(id, name)
      return
    }
    case 'InsertStmt':
    case 'UpdateStmt': {
      const table = body.relation && relationName(reading, body.relation)
      const targets = key === 'InsertStmt' ? body.cols : body.targetList
      for (const target of (table && targets) ?? []) {
        const column = as(target, 'ResTarget')?.name
        if (column !== undefined) found.writes.push({ table: table!, column })
      }
      return
    }
    case 'CommonTableExpr':
      if (body.ctename !== undefined) found.locals.add(body.ctename)
      return
    case 'SetToDefault':
    case 'XmlExpr':
    case 'JsonFuncExpr':
    case 'CurrentOfExpr':
    case 'GroupingFunc':
    case 'JsonObjectConstructor':
    case 'JsonArrayConstructor':
      found.constant = false
  }
}
