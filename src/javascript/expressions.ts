import type { Expression } from 'oxc-parser'
import { globalValue } from './builtins/globals.ts'
import { evaluateCall, evaluateNew, evaluateTagged } from './calls.ts'
import { either } from './choices.ts'
import { assume, not, testedValue, testOf, valuesOf } from './conditions.ts'
import { fork } from './fork.ts'
import { defineClass } from './functions.ts'
import { itemsOf } from './iterate.ts'
import { arrayValue, functionValue, literalValue, objectValue } from './literals.ts'
import { getMember, superMember } from './members.ts'
import { importValue } from './modules.ts'
import { evaluateBinary } from './operators.ts'
import { assigning, bindPattern } from './patterns.ts'
import { awaitValue } from './promises.ts'
import { evaluateTemplate } from './templates.ts'
import type { Value } from './value.ts'
import { bool, derived, isHarmless, join, keyOf, num, record, text, truthy, undef, unknown } from './values.ts'
import { lookup, type Scope, spanOf, step, type Test, textOf, type Walk, within } from './walk.ts'

/** The value of an expression; its calls are recorded on the way. */
export function evaluate(walk: Walk, scope: Scope, node: Expression): Value {
  step(walk, scope, node)
  switch (node.type) {
    case 'Literal':
      return literalValue(scope, node)
    case 'TemplateLiteral':
      return evaluateTemplate(walk, scope, node)
    case 'Identifier':
      return identifierValue(walk, scope, node)
    case 'ThisExpression':
      return scope.frame.self
    case 'ArrayExpression':
      return arrayValue(walk, scope, node)
    case 'ObjectExpression':
      return objectValue(walk, scope, node)
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return functionValue(scope, node)
    case 'ClassExpression':
      return defineClass(walk, scope, node)
    case 'CallExpression':
      return evaluateCall(walk, scope, node)
    case 'NewExpression':
      return evaluateNew(walk, scope, node)
    case 'TaggedTemplateExpression':
      return evaluateTagged(walk, scope, node)
    case 'MemberExpression':
      return memberValue(walk, scope, node)
    case 'ChainExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
    case 'ParenthesizedExpression':
      return evaluate(walk, scope, node.expression)
    case 'AwaitExpression':
      return awaitValue(walk, evaluate(walk, scope, node.argument), spanOf(scope, node.argument))
    case 'YieldExpression':
      return yielded(walk, scope, node)
    case 'ConditionalExpression':
      return conditionalValue(walk, scope, node)
    case 'LogicalExpression':
      return logicalValue(walk, scope, node)
    case 'BinaryExpression':
      return evaluateBinary(walk, scope, node)
    case 'UnaryExpression':
      return unaryValue(walk, scope, node)
    case 'UpdateExpression': {
      const before = evaluate(walk, scope, node.argument as Expression)
      const after =
        before.kind === 'number'
          ? num(before.value + (node.operator === '++' ? 1 : -1), spanOf(scope, node))
          : { ...derived(textOf(scope, node), spanOf(scope, node), before), escaped: true }
      bindPattern(walk, scope, node.argument, after, assigning(walk, scope))
      return node.prefix ? after : before
    }
    case 'AssignmentExpression':
      return assignmentValue(walk, scope, node)
    case 'SequenceExpression': {
      let value: Value = undef
      for (const part of node.expressions) value = evaluate(walk, scope, part)
      return value
    }
    case 'ImportExpression': {
      const source = evaluate(walk, scope, node.source)
      return { kind: 'promise', value: importValue(walk, scope, source, spanOf(scope, node), textOf(scope, node)), events: [] }
    }
    case 'MetaProperty': {
      if (node.meta.name !== 'import') return unknown('unknown', textOf(scope, node), spanOf(scope, node))
      const path = scope.frame.module.path
      const span = spanOf(scope, node)
      return record([
        ['url', text(`file:///${path}`, span)],
        ['filename', text(`/${path}`, span)],
        ['dirname', text(`/${path.slice(0, Math.max(0, path.lastIndexOf('/')))}`, span)],
      ])
    }
    default:
      return unknown('unknown', textOf(scope, node), spanOf(scope, node))
  }
}

function identifierValue(walk: Walk, scope: Scope, node: { readonly name: string; readonly start: number; readonly end: number }): Value {
  const cell = lookup(scope, node.name)
  if (cell === undefined) {
    if (node.name === 'undefined') return undef
    return globalValue(node.name) ?? unknown('unknown', node.name, spanOf(scope, node))
  }
  if (cell.lazy !== undefined) {
    const { lazy } = cell
    cell.lazy = undefined
    cell.value = lazy(walk)
  }
  return cell.value
}

function memberValue(walk: Walk, scope: Scope, node: Extract<Expression, { type: 'MemberExpression' }>): Value {
  const span = spanOf(scope, node)
  if (node.object.type === 'Super') {
    const name = node.computed ? undefined : node.property.name
    return (name === undefined ? undefined : superMember(scope.frame.owner, name)) ?? unknown('unknown', textOf(scope, node), span)
  }
  const object = evaluate(walk, scope, node.object)
  const key = propertyKey(walk, scope, node)
  if (key === undefined) {
    // Any of the rows, as in a loop that counts.
    const isRow = object.kind === 'handle' && walk.host.loop?.(object)?.over === 'rows'
    return isRow ? unknown('row', textOf(scope, node), span, [object]) : derived(textOf(scope, node), span, object)
  }
  return getMember(walk, object, key, span, textOf(scope, node))
}

/** The name of the member that a member expression selects; undefined when it is not known. */
export function propertyKey(walk: Walk, scope: Scope, node: Extract<Expression, { type: 'MemberExpression' }>): string | undefined {
  if (node.computed) return keyOf(evaluate(walk, scope, node.property))
  return node.property.type === 'PrivateIdentifier' ? `#${node.property.name}` : node.property.name
}

function yielded(walk: Walk, scope: Scope, node: Extract<Expression, { type: 'YieldExpression' }>): Value {
  const value = node.argument ? evaluate(walk, scope, node.argument) : undef
  const items = node.delegate ? itemsOf(walk, value)?.items : undefined
  scope.frame.yields?.push(...(items ?? [value]))
  return awaitValue(walk, value)
}

/** The test that an expression makes in a condition. */
export function testOfExpression(walk: Walk, scope: Scope, node: Expression): Test {
  if (node.type === 'UnaryExpression' && node.operator === '!') return not(testOfExpression(walk, scope, node.argument))
  return testOf(walk, evaluate(walk, scope, node), textOf(scope, node))
}

/** Evaluates both sides of an undecided condition, each in its context. */
function eitherValue(walk: Walk, test: Test, whenTrue: () => Value, whenFalse: () => Value): Value {
  const id = walk.nextId++
  const context = walk.context
  const side = (value: boolean, run: () => Value) => () => {
    walk.context = within(context, assume(walk, test, value, id))
    return run()
  }
  const [a, b] = fork<Value>(walk, side(true, whenTrue), side(false, whenFalse), () => false)
  if (a.thrown && b.thrown) throw b.thrown
  if (a.thrown) {
    walk.context = b.context
    return b.result ?? undef
  }
  if (b.thrown) {
    walk.context = a.context
    return a.result ?? undef
  }
  const left = a.result ?? undef
  const right = b.result ?? undef
  if (left.kind === 'boolean' && right.kind === 'boolean' && left.value !== right.value) {
    const own = left.value ? test : not(test)
    return testedValue(walk, own, 'condition', undefined, ...valuesOf(own))
  }
  return either(walk, left, right, test)
}

function conditionalValue(walk: Walk, scope: Scope, node: Extract<Expression, { type: 'ConditionalExpression' }>): Value {
  const test = testOfExpression(walk, scope, node.test)
  if (test.kind === 'known') return evaluate(walk, scope, test.value ? node.consequent : node.alternate)
  const value = eitherValue(
    walk,
    test,
    () => evaluate(walk, scope, node.consequent),
    () => evaluate(walk, scope, node.alternate),
  )
  return value.kind === 'unknown' ? { ...value, expression: textOf(scope, node), span: spanOf(scope, node) } : value
}

function logicalValue(walk: Walk, scope: Scope, node: Extract<Expression, { type: 'LogicalExpression' }>): Value {
  const left = evaluate(walk, scope, node.left)
  if (node.operator === '??') {
    if (left.kind === 'undefined' || left.kind === 'null') return evaluate(walk, scope, node.right)
    if (left.kind !== 'unknown') return left
    return orDefault(walk, left, testOf(walk, left, textOf(scope, node.left)), () => evaluate(walk, scope, node.right))
  }
  const and = node.operator === '&&'
  const test = testOf(walk, left, textOf(scope, node.left))
  if (test.kind === 'known') return test.value === and ? evaluate(walk, scope, node.right) : left
  const id = walk.nextId++
  const context = walk.context
  const [a] = fork<Value>(
    walk,
    () => {
      walk.context = within(context, assume(walk, test, and, id))
      return evaluate(walk, scope, node.right)
    },
    () => undef,
    () => false,
  )
  if (a.thrown) {
    walk.context = within(context, assume(walk, test, !and, id))
    return left
  }
  const right = a.result ?? undef
  if (right.kind === 'promise') return join(right, undef)
  const rightTest = testOf(walk, right, textOf(scope, node.right))
  const written = textOf(scope, node)
  const span = spanOf(scope, node)
  if (rightTest.kind === 'known') {
    // `x && true` asks x; `x || false` too; the other combinations are decided by the right side.
    if (rightTest.value === and && right.kind === 'boolean') return testedValue(walk, test, written, span, left)
    if (rightTest.value !== and && right.kind === 'boolean') return bool(rightTest.value)
    if (!and) return orValue(left, right, written, span)
    // In a condition `x && something` asks x; as a value it is the something or nothing.
    const value = right.kind === 'string' || right.kind === 'number' ? derived(written, span, left, right) : right
    if (value.kind === 'unknown') walk.tests.set(value, test)
    return value
  }
  if (left.kind === 'handle' || right.kind === 'handle') {
    if (!and) return orValue(left, right, written, span)
    if (right.kind === 'handle') return right
  }
  return testedValue(walk, { kind: and ? 'and' : 'or', left: test, right: rightTest, text: written }, written, span, left, right)
}

/** `x || fallback`, where x is not known. */
function orValue(left: Value, right: Value, expression: string, span: import('../source/span.ts').Span): Value {
  if (left.kind === 'handle') return left
  if (right.kind === 'handle') return right
  const value = derived(expression, span, left, right)
  return isHarmless(left) && isHarmless(right) ? { ...value, escaped: true } : value
}

function orDefault(walk: Walk, left: Value, test: Test, fallback: () => Value): Value {
  return eitherValue(walk, test, () => left, fallback)
}

function unaryValue(walk: Walk, scope: Scope, node: Extract<Expression, { type: 'UnaryExpression' }>): Value {
  const span = spanOf(scope, node)
  if (node.operator === '!') {
    const value = evaluate(walk, scope, node.argument)
    return testedValue(walk, not(testOf(walk, value, textOf(scope, node.argument))), textOf(scope, node), span, value)
  }
  if (node.operator === 'typeof' && node.argument.type === 'Identifier' && lookup(scope, node.argument.name) === undefined) {
    const value = globalValue(node.argument.name)
    return value === undefined
      ? derived(textOf(scope, node), span)
      : typeName(value)
        ? text(typeName(value)!, span)
        : derived(textOf(scope, node), span, value)
  }
  const value = evaluate(walk, scope, node.argument)
  switch (node.operator) {
    case 'void':
      return undef
    case 'delete': {
      if (node.argument.type === 'MemberExpression' && node.argument.object.type !== 'Super') {
        const object = evaluate(walk, scope, node.argument.object)
        const key = propertyKey(walk, scope, node.argument)
        if (object.kind === 'object' && key !== undefined) object.members.delete(key)
      }
      return bool(true)
    }
    case 'typeof': {
      const name = typeName(value)
      return name === undefined ? derived(textOf(scope, node), span, value) : text(name, span)
    }
    case '-':
      return value.kind === 'number' ? num(-value.value, span) : { ...derived(textOf(scope, node), span, value), escaped: true }
    case '+': {
      const known = value.kind === 'number' ? value.value : Number(keyOf(value) ?? Number.NaN)
      return Number.isNaN(known) ? { ...derived(textOf(scope, node), span, value), escaped: true } : num(known, span)
    }
    default:
      return value.kind === 'number' ? num(~value.value, span) : { ...derived(textOf(scope, node), span, value), escaped: true }
  }
}

function typeName(value: Value): string | undefined {
  switch (value.kind) {
    case 'undefined':
    case 'boolean':
    case 'number':
    case 'string':
    case 'function':
      return value.kind
    case 'null':
    case 'array':
    case 'object':
    case 'promise':
      return 'object'
    default:
      return undefined
  }
}

function assignmentValue(walk: Walk, scope: Scope, node: Extract<Expression, { type: 'AssignmentExpression' }>): Value {
  const bind = assigning(walk, scope)
  if (node.operator === '=') {
    let value = evaluate(walk, scope, node.right)
    if (value.kind === 'function' && value.name === undefined && node.left.type === 'Identifier') value = { ...value, name: node.left.name }
    bindPattern(walk, scope, node.left, value, bind)
    return value
  }
  const before = evaluate(walk, scope, node.left as Expression)
  const right = () => evaluate(walk, scope, node.right)
  let value: Value
  if (node.operator === '&&=' || node.operator === '||=' || node.operator === '??=') {
    const decided =
      node.operator === '??='
        ? before.kind === 'undefined' || before.kind === 'null'
          ? false
          : before.kind === 'unknown'
            ? undefined
            : true
        : truthy(before)
    const keep = node.operator !== '&&='
    if (decided === keep) return before
    value = decided === undefined ? join(before, right()) : right()
  } else {
    value = evaluateBinary(walk, scope, node, before, right())
  }
  bindPattern(walk, scope, node.left, value, bind)
  return value
}
