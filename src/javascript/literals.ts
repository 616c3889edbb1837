import type { Expression } from 'oxc-parser'
import type { Span } from '../source/span.ts'
import { evaluate } from './expressions.ts'
import { memberKey, putMethod } from './functions.ts'
import { itemsOf } from './iterate.ts'
import { entriesOf } from './members.ts'
import { literalPieces } from './templates.ts'
import type { ObjectValue, Value } from './value.ts'
import { bool, fn, fromPrimitive, leaveOpen, list, nul, num, record, str, text, truthy, undef } from './values.ts'
import { type Scope, spanOf, type UserCode, type Walk } from './walk.ts'

export function literalValue(scope: Scope, node: Extract<Expression, { type: 'Literal' }>): Value {
  const { value } = node
  const span = spanOf(scope, node)
  if (value === null) return 'regex' in node && node.regex ? regexValue(node.regex.pattern, node.regex.flags, span) : nul
  if (typeof value === 'string') {
    const written = scope.frame.module.parsed.text.slice(node.start + 1, node.end - 1)
    return str(literalPieces(written, span.file, span.start + 1), span)
  }
  if (typeof value === 'number') return num(value, span)
  if (typeof value === 'boolean') return bool(value)
  if ('regex' in node && node.regex) return regexValue(node.regex.pattern, node.regex.flags, span)
  return fromPrimitive(value, span)
}

function regexValue(source: string, flags: string, span: Span): ObjectValue {
  return {
    kind: 'object',
    className: 'RegExp',
    complete: true,
    span,
    members: new Map<string, Value>([
      ['source', text(source, span)],
      ['flags', text(flags, span)],
    ]),
  }
}

export function arrayValue(walk: Walk, scope: Scope, node: Extract<Expression, { type: 'ArrayExpression' }>): Value {
  const items: Value[] = []
  let complete = true
  for (const element of node.elements) {
    if (element === null) items.push(undef)
    else if (element.type === 'SpreadElement') {
      const value = evaluate(walk, scope, element.argument)
      const spread = itemsOf(walk, value)
      if (spread) {
        items.push(...spread.items)
        complete &&= spread.complete
      } else if (truthy(value) !== false) complete = false
    } else items.push(evaluate(walk, scope, element))
  }
  return list(items, complete, spanOf(scope, node))
}

export function objectValue(walk: Walk, scope: Scope, node: Extract<Expression, { type: 'ObjectExpression' }>): Value {
  const object: ObjectValue = record([], true, spanOf(scope, node))
  const inner: Scope = { ...scope, frame: { ...scope.frame, self: object } }
  for (const property of node.properties) {
    if (property.type === 'SpreadElement') {
      const value = evaluate(walk, scope, property.argument)
      if (value.kind === 'unknown' && value.origins === undefined && value.reason === 'unknown') object.complete = false
      const entries = entriesOf(walk, value, spanOf(scope, property))
      if (entries) for (const [key, member] of entries) object.members.set(key, member)
      else {
        if (value.kind === 'object') for (const [key, member] of value.members) object.members.set(key, member)
        leaveOpen(object, value)
      }
      continue
    }
    const key = memberKey(walk, scope, property)
    const { value: written } = property
    const isFunction = written.type === 'FunctionExpression' && (property.method || property.kind !== 'init')
    const value = isFunction ? functionValue(inner, written) : evaluate(walk, scope, written as Expression)
    if (key === undefined) {
      object.complete = false
      continue
    }
    if (property.kind === 'init')
      object.members.set(key, value.kind === 'function' && value.name === undefined ? { ...value, name: key } : value)
    else if (value.kind === 'function') putMethod(object.members, key, property.kind, value)
  }
  return object
}

export function functionValue(scope: Scope, node: UserCode['node']): Value {
  const arrow = node.type === 'ArrowFunctionExpression'
  const code: UserCode = {
    kind: 'user',
    node,
    scope,
    self: arrow ? scope.frame.self : undefined,
    owner: scope.frame.owner,
    members: new Map(),
  }
  return fn(node.id?.name, code, spanOf(scope, node))
}
