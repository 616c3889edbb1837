import type { Expression } from 'oxc-parser'
import type { Span } from '../source/span.ts'
import { appended } from './appended.ts'
import { each } from './choices.ts'
import { decide, not, testedValue } from './conditions.ts'
import { evaluate } from './expressions.ts'
import { getMember } from './members.ts'
import { checked } from './templates.ts'
import type { StringValue, Value } from './value.ts'
import { bool, derived, isHarmless, keyOf, num, piecesOf, primitive, str, truthy } from './values.ts'
import { codeOf, type Scope, spanOf, step, type Test, textOf, type Walk } from './walk.ts'

type Binary = Extract<Expression, { type: 'BinaryExpression' }>
interface Range {
  readonly start: number
  readonly end: number
}
interface Place extends Range {
  readonly operator: string
}

/** A binary expression, or (with both sides given) the operation of a compound assignment. */
export function evaluateBinary(
  walk: Walk,
  scope: Scope,
  node: Binary | Extract<Expression, { type: 'AssignmentExpression' }>,
  before?: Value,
  after?: Value,
): Value {
  if (node.type === 'AssignmentExpression') {
    const place = { operator: node.operator.slice(0, -1), start: node.start, end: node.end }
    return operation(
      walk,
      scope,
      place,
      before ?? { kind: 'undefined' },
      after ?? { kind: 'undefined' },
      [textOf(scope, node.left), textOf(scope, node.right)],
      [spanOf(scope, node.left), spanOf(scope, node.right)],
    )
  }
  // A chain of `+` leans to the left as deep as it is long: walk down it without recursion.
  const chain: Binary[] = [node]
  let first: Expression | import('oxc-parser').PrivateInExpression['left'] = node.left
  while (node.operator === '+' && first.type === 'BinaryExpression' && first.operator === '+') {
    step(walk, scope, first)
    chain.push(first)
    first = first.left
  }
  if ((first as { readonly type: string }).type === 'PrivateIdentifier') return derived(textOf(scope, node), spanOf(scope, node))
  let value = evaluate(walk, scope, first as Expression)
  let left = first as Expression
  for (let at = chain.length - 1; at >= 0; at--) {
    const part = chain[at]!
    const right = evaluate(walk, scope, part.right)
    value = operation(
      walk,
      scope,
      part,
      value,
      right,
      [textOf(scope, left), textOf(scope, part.right)],
      [spanOf(scope, left), spanOf(scope, part.right)],
    )
    left = part
  }
  return value
}

function operation(
  walk: Walk,
  scope: Scope,
  node: Place,
  left: Value,
  right: Value,
  texts: readonly [string, string],
  spans: readonly [Span, Span],
): Value {
  const span = spanOf(scope, node)
  const expression = textOf(scope, node)
  switch (node.operator) {
    case '+': {
      if (left.kind === 'number' && right.kind === 'number') return num(left.value + right.value, span)
      const textual = left.kind === 'string' || right.kind === 'string' || left.kind === 'array' || right.kind === 'array'
      const chosen = textual || left.kind === 'unknown' ? joinedChoices(walk, scope, node, left, right, texts, spans) : undefined
      if (chosen !== undefined) return chosen
      if (textual) return checked(walk, appended(textIn(left, texts[0], spans[0]), textIn(right, texts[1], spans[1]), span))
      const sum = arithmetic('+', left, right, span) ?? derived(expression, span, left, right)
      return sum.kind === 'unknown' && isHarmless(left) && isHarmless(right) ? { ...sum, escaped: true } : sum
    }
    case '===':
    case '==':
      return equalityValue(walk, left, right, node.operator === '==', expression, span, texts)
    case '!==':
    case '!=': {
      const value = equalityValue(walk, left, right, node.operator === '!=', expression, span, texts)
      const decided = truthy(value)
      if (decided !== undefined) return bool(!decided)
      const test = walk.tests.get(value)
      return test === undefined ? value : testedValue(walk, not(test), expression, span, value)
    }
    case '<':
    case '>':
    case '<=':
    case '>=':
      return relation(walk, node.operator, left, right, expression, span)
    case 'in': {
      const key = keyOf(left)
      if (key === undefined) return derived(expression, span, left, right)
      if (right.kind === 'object' && right.members.has(key)) return bool(true)
      const member = getMember(walk, right, key, span, expression)
      if (right.kind === 'object' && right.complete) return bool(member.kind !== 'undefined')
      return askedValue(walk, member, right, expression, span)
    }
    case 'instanceof': {
      const code = right.kind === 'function' ? codeOf(right) : undefined
      if (left.kind === 'object' && code?.kind === 'class' && left.className === code.name) return bool(true)
      return derived(expression, span, left, right)
    }
    default: {
      const result = arithmetic(node.operator, left, right, span)
      return result ?? { ...derived(expression, span, left, right), escaped: true }
    }
  }
}

/** What an operand contributes to a text. */
function textIn(value: Value, expression: string, span: Span): StringValue {
  return value.kind === 'string' ? value : str(piecesOf(value, expression, span))
}

/** `+` with an operand that is one of several texts: one of several texts again. */
function joinedChoices(
  walk: Walk,
  scope: Scope,
  node: Place,
  left: Value,
  right: Value,
  texts: readonly [string, string],
  spans: readonly [Span, Span],
): Value | undefined {
  const chosen =
    each(left, (choice) => operation(walk, scope, node, choice, right, texts, spans)) ??
    each(right, (choice) => operation(walk, scope, node, left, choice, texts, spans))
  return chosen?.kind === 'unknown' && chosen.choices === undefined ? undefined : chosen
}

/** The truth of a value that a handle gave, as a value of its own. */
export function askedValue(walk: Walk, member: Value, holder: Value, expression: string, span: Span): Value {
  const decided = truthy(member)
  if (decided !== undefined && member.kind !== 'object') return bool(decided)
  const value = derived(expression, span, member, holder)
  const test = walk.tests.get(member) ?? decide(walk, { kind: 'atom', value: member.kind === 'handle' ? member : value, text: expression })
  return testedValue(walk, test, expression, span, value)
}

function arithmetic(operator: string, left: Value, right: Value, span: Span): Value | undefined {
  const a = primitive(left)
  const b = primitive(right)
  if (a === undefined || b === undefined) return undefined
  const x = Number(a.value)
  const y = Number(b.value)
  const result = compute(operator, x, y)
  return result === undefined ? undefined : num(result, span)
}

function compute(operator: string, x: number, y: number): number | undefined {
  switch (operator) {
    case '+':
      return x + y
    case '-':
      return x - y
    case '*':
      return x * y
    case '/':
      return x / y
    case '%':
      return x % y
    case '**':
      return x ** y
    case '&':
      return x & y
    case '|':
      return x | y
    case '^':
      return x ^ y
    case '<<':
      return x << y
    case '>>':
      return x >> y
    case '>>>':
      return x >>> y
    default:
      return undefined
  }
}

function equalityValue(
  walk: Walk,
  left: Value,
  right: Value,
  loose: boolean,
  expression: string,
  span: Span,
  texts: readonly [string, string],
): Value {
  const a = primitive(left)
  const b = primitive(right)
  if (a && b) {
    // biome-ignore lint/suspicious/noDoubleEquals: the program's own comparison is loose
    return bool(loose ? a.value == b.value : a.value === b.value)
  }
  const aKnown = left.kind !== 'unknown' && left.kind !== 'handle' && left.kind !== 'string'
  const bKnown = right.kind !== 'unknown' && right.kind !== 'handle' && right.kind !== 'string'
  if (aKnown && bKnown) {
    if (a || b) return bool(false)
    return left === right ? bool(true) : derived(expression, span, left, right)
  }
  const constant = a ? left : b ? right : undefined
  const asked = constant === left ? right : left
  const askedText = constant === left ? texts[1] : texts[0]
  // What only a run of tests does happens to no database that anybody uses.
  if (asked.kind === 'unknown' && asked.expression === 'process.env.NODE_ENV' && (asked === left ? b : a)?.value === 'test')
    return bool(false)
  // `x === null`, `x === undefined`, `x === 0`, `x === false` ask whether there is an x; `x === true` too.
  if (constant && asked.kind !== 'string') {
    const empty = truthy(constant) === false && constant.kind !== 'string'
    const missing = constant.kind === 'number' && constant.value === -1
    if (empty || missing || (constant.kind === 'boolean' && constant.value)) {
      if (constant.kind === 'null' || constant.kind === 'undefined') {
        if (asked.kind === 'handle' && walk.host.condition === undefined) return derived(expression, span, asked)
      }
      const inner = walk.tests.get(asked)
      const test = inner ?? decide(walk, { kind: 'atom', value: asked, text: askedText })
      const flipped = constant.kind === 'boolean' && constant.value ? test : not(test)
      return testedValue(walk, flipped, expression, span, asked)
    }
  }
  const value = derived(expression, span, left, right)
  return testedValue(
    walk,
    decide(walk, { kind: 'atom', value, text: expression, equality: { left, right } }),
    expression,
    span,
    left,
    right,
  )
}

/** Comparisons with 0 or 1 of something that is counted ask whether there is any. */
function relation(walk: Walk, operator: string, left: Value, right: Value, expression: string, span: Span): Value {
  const a = primitive(left)
  const b = primitive(right)
  if (a && b && a.value !== undefined && b.value !== undefined && a.value !== null && b.value !== null) {
    switch (operator) {
      case '<':
        return bool(a.value < b.value)
      case '>':
        return bool(a.value > b.value)
      case '<=':
        return bool(a.value <= b.value)
      default:
        return bool(a.value >= b.value)
    }
  }
  const mirrored: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' }
  const [counted, bound, sign] =
    right.kind === 'number'
      ? [left, right.value, operator]
      : left.kind === 'number'
        ? [right, left.value, mirrored[operator]!]
        : [left, Number.NaN, operator]
  const any = (sign === '>' && (bound === 0 || bound === -1)) || (sign === '>=' && (bound === 1 || bound === 0))
  const none = (sign === '<' && (bound === 1 || bound === 0)) || (sign === '<=' && (bound === 0 || bound === -1))
  const value = derived(expression, span, left, right)
  const test: Test =
    any || none
      ? (walk.tests.get(counted) ?? { kind: 'atom', value: counted, text: expression })
      : { kind: 'atom', value, text: expression }
  const decided = test.kind === 'atom' ? decide(walk, test) : test
  return testedValue(walk, none ? not(decided) : decided, expression, span, left, right)
}

/** `left === right`, as a `switch` asks it. */
export function compare(walk: Walk, scope: Scope, left: Value, right: Value, leftNode: Range, rightNode: Range, span: Span): Value {
  const texts = [textOf(scope, leftNode), textOf(scope, rightNode)] as const
  return equalityValue(walk, left, right, false, `${texts[0]} === ${texts[1]}`, span, texts)
}
