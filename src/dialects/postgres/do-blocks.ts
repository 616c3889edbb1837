import type { DoStmt, Node } from 'libpg-query'
import type { Branch, Context, Guard, Loop } from '../../ir/context.ts'
import type { Operation } from '../../ir/operation.ts'
import { type Embedded, embed, embeddedNodes, startOfBody, statementSpan } from './embedded.ts'
import { executed } from './execute.ts'
import { catalogGuards, exceptionGuard } from './guards.ts'
import { loopOf } from './loops.ts'
import { type PlNode, type PlStatement, type PlWrapped, parseBody, plKind, sqlOf } from './plpgsql.ts'
import { as, type Reading } from './reading.ts'
import { shortened } from './syntax-error.ts'

export type Convert = (reading: Reading, node: Node) => readonly Operation[]

/** A block that is being walked. */
interface Walk {
  readonly reading: Reading
  readonly place: Embedded
  readonly convert: Convert
  readonly cursors: ReadonlyMap<string, string>
  ids: number
}

/** A DO block: its statements run, each in the context of the conditions, loops and handlers around it. */
export function doBlock(reading: Reading, node: DoStmt, convert: Convert): readonly Operation[] {
  let language = 'plpgsql'
  let location: number | undefined
  for (const arg of node.args ?? []) {
    const element = as(arg, 'DefElem')
    if (element?.defname === 'language') language = as(element.arg, 'String')?.sval?.toLowerCase() ?? language
    if (element?.defname === 'as') location = element.location
  }
  if (language !== 'plpgsql') return [{ kind: 'opaque', span: reading.span, because: 'unsupported', detail: `a DO block in ${language}` }]
  const operations = operationsOfBody(reading, location, convert)
  if (operations.length > 0) return operations
  return [{ kind: 'otherStatement', span: reading.span, command: 'DO', name: undefined }]
}

/** What the PL/pgSQL body of the statement being read does when it runs: as one statement, in one transaction but for its own COMMITs. */
export function operationsOfBody(reading: Reading, location: number | undefined, convert: Convert): readonly Operation[] {
  const body = parseBody(reading.text.slice(reading.start, reading.end))
  if (body instanceof Error) {
    const because = reading.dynamic ? 'dynamic-sql' : 'syntax'
    return [{ kind: 'opaque', span: reading.span, because, detail: shortened(body.message) }]
  }
  const variables = new Set<string>()
  const cursors = new Map<string, string>()
  for (const datum of body.datums) {
    if (datum.refname === undefined || datum.refname.startsWith('(')) continue
    variables.add(datum.refname)
    const query = sqlOf(datum.cursor_explicit_expr)
    if (query !== undefined) cursors.set(datum.refname, query)
  }
  const place: Embedded = { ...startOfBody(reading, location), variables }
  const walk: Walk = { reading, place, convert, cursors, ids: reading.start * 16 }
  return statements(walk, body.body).map((operation) => inside(operation, { block: operation.context?.block ?? 'do' }))
}

function statements(walk: Walk, nodes: readonly PlNode[] | undefined): Operation[] {
  const operations: Operation[] = []
  for (const node of nodes ?? []) {
    const [kind, statement] = plKind(node)
    operations.push(...one(walk, kind, statement))
  }
  return operations
}

function one(walk: Walk, kind: string, statement: PlStatement): readonly Operation[] {
  switch (kind) {
    case 'block':
      return block(walk, statement)
    case 'if':
      return conditional(walk, statement)
    case 'case':
      return cases(walk, statement)
    case 'execsql':
      return embedded(walk, statement.sqlstmt)
    case 'perform':
    case 'call':
      return embedded(walk, statement.expr)
    case 'dynexecute': {
      const text = sqlOf(statement.query) ?? ''
      return executed(
        walk.reading,
        walk.place,
        text,
        statementSpan(walk.reading, walk.place, statement.lineno, 'EXECUTE', text),
        walk.convert,
      )
    }
    case 'raise':
      if (isLog(statement)) return []
      if (statement.message === undefined && statement.condname === undefined) return []
      return [{ kind: 'refuse', span: statementSpan(walk.reading, walk.place, statement.lineno, 'RAISE'), message: statement.message }]
    case 'fors':
    case 'dynfors':
    case 'forc':
    case 'fori':
    case 'foreach_a':
    case 'while':
    case 'loop':
      return loop(walk, kind, statement)
    default:
      // Assignments, RETURN, EXIT, cursors and diagnostics change nothing but the block's own state.
      return []
  }
}

/** Puts what surrounds an operation around what it has already. */
function inside(operation: Operation, around: Context): Operation {
  const own = operation.context
  const guards = [...(around.guards ?? []), ...(own?.guards ?? [])]
  const branches = [...(around.branches ?? []), ...(own?.branches ?? [])]
  const loops = [...(around.loops ?? []), ...(own?.loops ?? [])]
  const block = own?.block ?? around.block
  return {
    ...operation,
    context: {
      ...own,
      ...(guards.length > 0 ? { guards } : {}),
      ...(branches.length > 0 ? { branches } : {}),
      ...(loops.length > 0 ? { loops } : {}),
      ...(block ? { block } : {}),
    },
  }
}

function embedded(walk: Walk, wrapped: PlWrapped | undefined): readonly Operation[] {
  const sql = sqlOf(wrapped)
  if (sql === undefined) return []
  const found = embed(walk.reading, walk.place, sql)
  if (found instanceof Error) return [{ kind: 'opaque', span: walk.reading.span, because: 'syntax', detail: shortened(found.message) }]
  const operations = found.nodes.flatMap((node) => walk.convert(found.reading, node))
  return operations
}

function block(walk: Walk, statement: PlStatement): readonly Operation[] {
  const handlers = statement.exceptions?.PLpgSQL_exception_block?.exc_list ?? []
  const body = statements(walk, statement.body)
  if (handlers.length === 0) return body
  const swallowed: string[] = []
  const caught: Operation[] = []
  let forgetsAny = false
  for (const handler of handlers) {
    const made = handler.PLpgSQL_exception
    const action = made?.action ?? []
    for (const operation of statements(walk, action)) caught.push(inside(operation, { block: 'catch' }))
    const kinds = action.map(plKind)
    if (kinds.some(([kind, inner]) => kind === 'raise' && !isLog(inner))) continue
    const conditions = (made?.conditions ?? []).map((each) => each.PLpgSQL_condition?.condname ?? 'others')
    swallowed.push(...conditions)
    forgetsAny ||= conditions.includes('others') && kinds.every(([kind, inner]) => kind === 'return' || (kind === 'raise' && isLog(inner)))
  }
  if (swallowed.length === 0) return [...body, ...caught]
  const guard = exceptionGuard(swallowed, forgetsAny)
  return [...body.map((operation) => inside(operation, { guards: [guard] })), ...caught]
}

/** RAISE NOTICE, WARNING and what is below them; RAISE alone throws again. */
function isLog({ elog_level: level }: PlStatement): boolean {
  return level !== undefined && level < 21
}

/** The guards and, for what cannot be read, the branch of one side of a condition. */
function sideOf(walk: Walk, condition: string | undefined, id: number, side: 'then' | 'else', paired: boolean): Context {
  const node = condition === undefined ? undefined : embeddedNodes(`SELECT ${condition}`)
  const select = node instanceof Error ? undefined : as(node?.[0], 'SelectStmt')
  const value = as(select?.targetList?.[0], 'ResTarget')?.val
  const guards: readonly Guard[] = catalogGuards(walk.reading, value, side === 'else')
  const branch: Branch = { on: 'unknown', condition: condition ?? '', id, side }
  if (guards.length === 0) return { branches: [branch] }
  return paired ? { guards, branches: [branch] } : { guards }
}

function conditional(walk: Walk, statement: PlStatement): readonly Operation[] {
  const id = walk.ids++
  const condition = sqlOf(statement.cond)
  const rest = (statement.elsif_list?.length ?? 0) > 0 || (statement.else_body?.length ?? 0) > 0
  const operations = statements(walk, statement.then_body).map((each) => inside(each, sideOf(walk, condition, id, 'then', rest)))
  const otherwise: Context[] = [sideOf(walk, condition, id, 'else', true)]
  const push = (nodes: readonly PlNode[] | undefined, own: Context | undefined): void => {
    for (const each of statements(walk, nodes)) {
      let operation = own ? inside(each, own) : each
      for (let i = otherwise.length - 1; i >= 0; i--) operation = inside(operation, otherwise[i]!)
      operations.push(operation)
    }
  }
  for (const part of statement.elsif_list ?? []) {
    const made = part.PLpgSQL_if_elsif
    const own = walk.ids++
    push(made?.stmts, sideOf(walk, sqlOf(made?.cond), own, 'then', true))
    otherwise.push(sideOf(walk, sqlOf(made?.cond), own, 'else', true))
  }
  push(statement.else_body, undefined)
  return operations
}

function cases(walk: Walk, statement: PlStatement): readonly Operation[] {
  const operations: Operation[] = []
  for (const part of statement.case_when_list ?? []) {
    const made = part.PLpgSQL_case_when
    const branch: Branch = { on: 'unknown', condition: sqlOf(made?.expr) ?? '', id: walk.ids++, side: 'then' }
    for (const each of statements(walk, made?.stmts)) operations.push(inside(each, { branches: [branch] }))
  }
  const branch: Branch = { on: 'unknown', condition: 'CASE … ELSE', id: walk.ids++, side: 'else' }
  for (const each of statements(walk, statement.else_stmts)) operations.push(inside(each, { branches: [branch] }))
  return operations
}

function loop(walk: Walk, kind: string, statement: PlStatement): readonly Operation[] {
  const id = walk.ids++
  const before: Operation[] = []
  const text = sqlOf(statement.query)
  let read: readonly Operation[] = []
  if (kind === 'fors') read = embedded(walk, statement.query)
  else if (kind === 'dynfors')
    read = executed(
      walk.reading,
      walk.place,
      text ?? '',
      statementSpan(walk.reading, walk.place, statement.lineno, 'EXECUTE', text),
      walk.convert,
    )
  else if (kind === 'forc') {
    const query = [...walk.cursors.values()]
    if (query.length === 1) read = embedded(walk, { PLpgSQL_expr: { query: query[0]! } })
  }
  // The loop's own query is told by the loop; what it changes or hides is told here.
  for (const operation of read) if (operation.kind !== 'select') before.push(operation)
  const body = statements(walk, statement.body)
  const made: Loop = loopOf(kind, id, read, body, statement.body ?? [])
  return [...before, ...body.map((operation) => inside(operation, { loops: [made] }))]
}
