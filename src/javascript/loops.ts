import type { Expression, Statement } from 'oxc-parser'
import type { Loop } from '../ir/context.ts'
import type { Span } from '../source/span.ts'
import { valuesOf } from './conditions.ts'
import { evaluate, testOfExpression } from './expressions.ts'
import { maybe, replay, tentative, widen, writtenBy } from './fork.ts'
import { itemsOf } from './iterate.ts'
import { entriesOf } from './members.ts'
import { type AssignmentTargetNode, assigning, bindPattern, declaring } from './patterns.ts'
import { awaitValue } from './promises.ts'
import { declareVariables, runStatement } from './statements.ts'
import type { ArrayValue, Value } from './value.ts'
import { truthy as isTrue, list, originsOf, reasonOf, text, unknown } from './values.ts'
import { BudgetSignal, type Completion, childScope, type Scope, spanOf, textOf, type Walk, withLoop } from './walk.ts'

/** What is lent to the script behind a loop that used up the budget. */
const lent = { steps: 50_000, turns: 500 } as const

/**
 * Walks a loop; the outermost one that uses up the budget is said to be unreadable and left, with what it changed unknown, so that the script
 * behind it is read.
 */
export function withinBudget(walk: Walk, loop: () => Completion): Completion {
  if (walk.looping) return loop()
  const { tries } = walk
  let stopped: BudgetSignal | undefined
  walk.looping = true
  const { end, after } = tentative<Completion>(walk, () => {
    try {
      return loop()
    } catch (signal) {
      if (!(signal instanceof BudgetSignal) || walk.resumes === 0) throw signal
      stopped = signal
      return undefined
    } finally {
      walk.looping = false
    }
  })
  if (stopped === undefined) {
    replay(walk, after)
    if (end.thrown) throw end.thrown
    return end.result
  }
  widen(walk, after)
  walk.resumes--
  walk.tries = tries
  walk.steps = Math.min(walk.steps, walk.budget.steps - lent.steps)
  walk.turns = Math.min(walk.turns, walk.budget.turns - lent.turns)
  walk.blind(stopped.span, 'budget', stopped.detail)
  return undefined
}

type LoopNode = Extract<Statement, { type: 'ForOfStatement' | 'ForInStatement' }>

/**
 * Counts a turn of an unrolled loop, the `index`th; false: it is one too many, which is said, and the loop ends here. The first turn of a loop
 * is always followed, so that what stands in it is read at least once.
 */
export function turn(walk: Walk, span: Span, index: number): boolean {
  if (index === 0 || walk.turns < walk.budget.turns) {
    walk.turns++
    return true
  }
  const said = walk.blinds.some(({ because, span: at }) => because === 'budget' && at.start === span.start && at.file === span.file)
  if (!said) walk.blind(span, 'budget', 'the loops here take more turns than are followed')
  return false
}

/** A list of parts of a longer one: each turn handles many rows. */
function isParts(value: Value | undefined): boolean {
  return value?.kind === 'array' && value.items.length > 0 && value.items.every((item) => item.kind === 'unknown' && item.part === true)
}

/** What a loop over a value that is not known is over. */
export function loopOver(walk: Walk, over: Value | undefined, otherwise: Loop['over']): Loop {
  const id = walk.nextId++
  for (const origin of over === undefined ? [] : [over, ...originsOf(over)]) {
    const said = walk.host.loop?.(origin)
    if (said !== undefined) return { ...said, ...(isParts(over) ? { over: 'batches' as const } : {}), commits: 'unknown', id }
  }
  const rows = over !== undefined && originsOf(over).some((origin) => origin.kind === 'unknown' && origin.reason === 'row')
  return { over: rows ? 'rows' : otherwise, bounded: false, commits: 'unknown', id }
}

/** What stands for an item of a collection that is not known. */
export function itemOf(value: Value, loop: Loop, expression: string, span: Span | undefined): Value {
  const origins = originsOf(value)
  const reason = loop.over === 'rows' ? 'row' : reasonOf(origins)
  return unknown(reason, expression, span, origins)
}

/**
 * Walks a body that runs an unknown number of times, once. When it changes what stood before the loop it is walked again with the changed
 * places unknown, because any turn may be the one that is read.
 */
export function walkOnce(walk: Walk, scope: Scope, loop: Loop, body: () => Completion): void {
  const marks = mark(walk, scope)
  const run = () => {
    walk.context = withLoop(walk.context, loop)
    return body()
  }
  const { end, after } = tentative<Completion>(walk, run)
  let result = end.result
  if (writtenBy(after)) {
    const nested = (walk.context.loops?.length ?? 0) > 2
    if (!nested) backTo(walk, scope, marks)
    widen(walk, after)
    if (!nested) result = maybe(walk, run).result
  }
  if (result?.kind === 'return') scope.frame.returns.push({ value: result.value, test: undefined, side: true })
}

interface Marks {
  readonly events: number
  readonly blinds: number
  readonly throws: number
  readonly returns: number
}
function mark(walk: Walk, scope: Scope): Marks {
  return { events: walk.events.length, blinds: walk.blinds.length, throws: walk.throws.length, returns: scope.frame.returns.length }
}
function backTo(walk: Walk, scope: Scope, marks: Marks): void {
  walk.events.length = marks.events
  walk.blinds.length = marks.blinds
  walk.throws.length = marks.throws
  scope.frame.returns.length = marks.returns
}

/** What a turn's end means for the loop: undefined goes on. */
function afterTurn(end: Completion, label: string | undefined): 'next' | 'stop' | Exclude<Completion, undefined> {
  if (end === undefined) return 'next'
  if (end.kind === 'return') return end
  const own = end.label === undefined || end.label === label
  if (!own) return end
  return end.kind === 'continue' ? 'next' : 'stop'
}

/** Walks a body for each known item. */
export function unroll(
  walk: Walk,
  items: readonly Value[],
  span: Span,
  label: string | undefined,
  body: (item: Value, index: number) => Completion,
): Completion {
  const context = walk.context
  try {
    for (let index = 0; index < items.length; index++) {
      if (!turn(walk, span, index)) return undefined
      const end = afterTurn(body(items[index]!, index), label)
      if (end === 'stop') return undefined
      if (end !== 'next') return end
    }
    return undefined
  } finally {
    walk.context = context
  }
}

function bindItem(walk: Walk, scope: Scope, node: LoopNode, item: Value): Scope {
  const inner = childScope(scope)
  if (node.left.type === 'VariableDeclaration') {
    const declarator = node.left.declarations[0]
    if (declarator) bindPattern(walk, inner, declarator.id, item, declaring(inner, node.left.kind))
  } else bindPattern(walk, inner, node.left as AssignmentTargetNode, item, assigning(walk, inner))
  return inner
}

export function forOfLoop(
  walk: Walk,
  scope: Scope,
  node: Extract<Statement, { type: 'ForOfStatement' }>,
  label: string | undefined,
): Completion {
  let over = evaluate(walk, scope, node.right)
  if (node.await) over = awaitValue(walk, over)
  return eachItem(walk, scope, node, over, itemsOf(walk, over), label)
}

export function forInLoop(
  walk: Walk,
  scope: Scope,
  node: Extract<Statement, { type: 'ForInStatement' }>,
  label: string | undefined,
): Completion {
  const over = evaluate(walk, scope, node.right)
  const entries = entriesOf(walk, over, spanOf(scope, node.right))
  return eachItem(
    walk,
    scope,
    node,
    over,
    entries && list(entries.map(([key]) => text(key, over.kind === 'object' ? over.span : undefined))),
    label,
  )
}

/** What a turn's item is called: `row` of `const row`. */
function itemNode({ left }: LoopNode) {
  return left.type === 'VariableDeclaration' ? (left.declarations[0]?.id ?? left) : left
}

function eachItem(
  walk: Walk,
  scope: Scope,
  node: LoopNode,
  over: Value,
  items: ArrayValue | undefined,
  label: string | undefined,
): Completion {
  const span = spanOf(scope, node)
  const body = (item: Value): Completion => {
    const value = node.type === 'ForOfStatement' && node.await ? awaitValue(walk, item) : item
    return runStatement(walk, bindItem(walk, scope, node, value), node.body)
  }
  if (items?.complete) return unroll(walk, items.items, span, label, body)
  const loop = loopOver(walk, over, 'unknown')
  const known =
    items === undefined || items.items.length === 0
      ? [itemOf(over, loop, textOf(scope, itemNode(node)), spanOf(scope, node.left))]
      : items.items
  for (const [index, item] of known.slice(0, 200).entries()) {
    if (!turn(walk, span, index)) break
    walkOnce(walk, scope, loop, () => body(item))
  }
  return undefined
}

interface Conditional {
  readonly test: Expression | null
  readonly update: Expression | null
  readonly body: Statement
  readonly bodyFirst: boolean
}

export function forLoop(
  walk: Walk,
  scope: Scope,
  node: Extract<Statement, { type: 'ForStatement' }>,
  label: string | undefined,
): Completion {
  const inner = childScope(scope)
  if (node.init?.type === 'VariableDeclaration') declareVariables(walk, inner, node.init)
  else if (node.init) evaluate(walk, inner, node.init)
  return conditionLoop(walk, inner, { test: node.test, update: node.update, body: node.body, bodyFirst: false }, spanOf(scope, node), label)
}

export function whileLoop(
  walk: Walk,
  scope: Scope,
  node: Extract<Statement, { type: 'WhileStatement' }>,
  label: string | undefined,
): Completion {
  return conditionLoop(walk, scope, { test: node.test, update: null, body: node.body, bodyFirst: false }, spanOf(scope, node), label)
}

export function doLoop(
  walk: Walk,
  scope: Scope,
  node: Extract<Statement, { type: 'DoWhileStatement' }>,
  label: string | undefined,
): Completion {
  return conditionLoop(walk, scope, { test: node.test, update: null, body: node.body, bodyFirst: true }, spanOf(scope, node), label)
}

const longest = 600

function stepsFar(update: Expression | null): boolean {
  return (
    update?.type === 'AssignmentExpression' && update.operator === '+=' && !(update.right.type === 'Literal' && update.right.value === 1)
  )
}

/** A loop that goes on while its condition holds: unrolled while that is known, else walked once. */
function conditionLoop(walk: Walk, scope: Scope, loop: Conditional, span: Span, label: string | undefined): Completion {
  const endless = loop.test === null || (loop.test.type === 'Literal' && isTrue(evaluate(walk, scope, loop.test)) === true)
  let over: readonly Value[] = []
  if (!endless) {
    const marks = mark(walk, scope)
    const turns = walk.turns
    let bailed = false
    const { end, after } = tentative<Completion>(walk, () => {
      for (let count = 0; ; count++) {
        if (count > 0 || !loop.bodyFirst) {
          const test = testOfExpression(walk, childScope(scope), loop.test!)
          if (test.kind === 'known' && !test.value) return undefined
          if (test.kind !== 'known' || count > longest) {
            over = valuesOf(test)
            bailed = true
            return undefined
          }
        }
        if (!turn(walk, span, count)) {
          bailed = true
          return undefined
        }
        const ended = afterTurn(runStatement(walk, childScope(scope), loop.body), label)
        if (ended === 'stop') return undefined
        if (ended !== 'next') return ended
        if (loop.update) evaluate(walk, scope, loop.update)
      }
    })
    if (!bailed) {
      replay(walk, after)
      if (end.thrown) throw end.thrown
      return end.result
    }
    walk.turns = turns
    backTo(walk, scope, marks)
  }
  const counted = loop.update !== null && loop.test !== null
  const first = over.find((value) => originsOf(value).length > 0)
  const whole = loopOver(walk, counted ? first : undefined, counted ? 'unknown' : 'batches')
  // `at += 100` over the rows of a list: a part of it in each turn.
  const context: Loop = whole.over === 'rows' && stepsFar(loop.update) ? { ...whole, over: 'batches' } : whole
  walkOnce(walk, scope, context, () => {
    if (!loop.bodyFirst && loop.test && !endless) testOfExpression(walk, childScope(scope), loop.test)
    const end = afterTurn(runStatement(walk, childScope(scope), loop.body), label)
    if (end !== 'next' && end !== 'stop') return end
    if (end === 'next' && loop.update) evaluate(walk, scope, loop.update)
    if (loop.bodyFirst && loop.test) testOfExpression(walk, childScope(scope), loop.test)
    return undefined
  })
  return undefined
}
