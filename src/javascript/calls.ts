import type { Expression } from 'oxc-parser'
import type { Span } from '../source/span.ts'
import { answered } from './answers.ts'
import { arrayMember } from './builtins/arrays.ts'
import { promiseMethod } from './builtins/promise-methods.ts'
import { stringMethod } from './builtins/strings.ts'
import { each, forEachChoice } from './choices.ts'
import { compiledAsync } from './compiled.ts'
import { evaluate, propertyKey } from './expressions.ts'
import { callFunction, constructParent, instantiate } from './functions.ts'
import { itemsOf } from './iterate.ts'
import { getMember, heirBehind, superMember } from './members.ts'
import { native } from './native.ts'
import { askedValue } from './operators.ts'
import { following, promiseOf } from './promises.ts'
import { evaluateTemplate } from './templates.ts'
import { adopted } from './thenables.ts'
import { containsHandle, eachCall, eachOf, isCollectionMethod, unknownCall, unknownMethod } from './unknown-calls.ts'
import type { FunctionValue, HandleValue, Value } from './value.ts'
import { derived, list, primitive, str, text, undef, unknown } from './values.ts'
import { codeOf, type Scope, spanOf, textOf, type Walk } from './walk.ts'

type Args = Extract<Expression, { type: 'CallExpression' }>['arguments']

function evaluateArguments(walk: Walk, scope: Scope, args: Args): Value[] {
  const values: Value[] = []
  for (const arg of args) {
    if (arg.type !== 'SpreadElement') {
      values.push(evaluate(walk, scope, arg))
      continue
    }
    const value = evaluate(walk, scope, arg.argument)
    const items = itemsOf(walk, value)
    if (items) values.push(...items.items)
    else values.push(derived(textOf(scope, arg), spanOf(scope, arg), value))
  }
  return values
}

/** `Reflect.apply(target, self, list)`; it stands here because it calls any value, a method read off a handle too. */
function reflected(walk: Walk, args: readonly Value[], span: Span, expression: string): Value | undefined {
  const [target, self, given] = args
  const items = given && itemsOf(walk, given)
  return target && items ? callValue(walk, target, self ?? undef, items.items, span, expression) : undefined
}

/** How a callee is written, short. */
function calleeText(scope: Scope, node: { readonly start: number; readonly end: number }): string {
  const written = textOf(scope, node).replace(/\s+/g, ' ')
  return written.length > 80 ? `${written.slice(0, 77)}...` : written
}

export function evaluateCall(walk: Walk, scope: Scope, node: Extract<Expression, { type: 'CallExpression' }>): Value {
  const span = spanOf(scope, node)
  const { callee } = node
  if (callee.type === 'Super') {
    const args = evaluateArguments(walk, scope, node.arguments)
    const { self, owner } = scope.frame
    if (self.kind === 'object' && owner) constructParent(walk, owner, self, args, span, 'super')
    return undef
  }
  let member: Expression = callee
  while (member.type === 'ChainExpression' || member.type === 'TSNonNullExpression' || member.type === 'TSAsExpression')
    member = member.expression
  if (member.type === 'MemberExpression') {
    if (member.object.type === 'Super') {
      const key = member.computed || member.property.type !== 'Identifier' ? undefined : member.property.name
      const args = evaluateArguments(walk, scope, node.arguments)
      const target = key === undefined ? undefined : superMember(scope.frame.owner, key)
      if (target?.kind === 'function') return callFunction(walk, target, scope.frame.self, args, span, calleeText(scope, callee))
      const inherited = key === undefined ? undefined : callInherited(walk, scope.frame.self, key, args, span)
      if (inherited !== undefined) return inherited
      return unknownCall(walk, calleeText(scope, callee), undefined, args, span)
    }
    const object = evaluate(walk, scope, member.object)
    const key = propertyKey(walk, scope, member)
    if ((object.kind === 'undefined' || object.kind === 'null') && (member.optional || node.optional)) return undef
    const args = evaluateArguments(walk, scope, node.arguments)
    if (key === undefined) {
      walk.otherCalls++
      return unknownCall(walk, calleeText(scope, callee), object, args, span)
    }
    const written = calleeText(scope, callee)
    const applied = written === 'Reflect.apply' ? reflected(walk, args, span, written) : undefined
    return applied ?? callMember(walk, object, key, args, span, written)
  }
  const target = evaluate(walk, scope, callee)
  if ((target.kind === 'undefined' || target.kind === 'null') && node.optional) return undef
  const args = evaluateArguments(walk, scope, node.arguments)
  return callValue(walk, target, undef, args, span, calleeText(scope, callee))
}

const promiseMethods: ReadonlySet<string> = new Set(['then', 'catch', 'finally'])

/** Calls a value. */
export function callValue(walk: Walk, target: Value, self: Value, args: readonly Value[], span: Span, expression: string): Value {
  switch (target.kind) {
    case 'function': {
      const code = codeOf(target)
      if (code?.kind === 'user') {
        walk.otherCalls++
        // Helpers that run a callback for each item, a few at a time, are full of turns that nobody can follow.
        const name = code.node.id?.name ?? target.name
        const compiled = name === undefined ? undefined : compiledAsync(walk, name, args, span)
        if (compiled !== undefined) return compiled
        const known = name !== undefined && !args.some((arg) => containsHandle(walk, arg))
        const visited = known ? eachCall(walk, name, args, span, expression) : undefined
        if (visited !== undefined) return visited
      }
      return callFunction(walk, target, self, args, span, expression)
    }
    case 'handle':
      return callHandle(walk, target, undefined, args, span, expression)
    case 'unknown': {
      const reference = walk.references.get(target)
      if (reference) return callHandle(walk, reference.handle, reference.key, args, span, expression)
      return unknownCall(walk, expression, target, args, span)
    }
    default:
      return unknownCall(walk, expression, undefined, args, span)
  }
}

/** Calls a member of a value. */
function callMember(walk: Walk, object: Value, key: string, args: readonly Value[], span: Span, expression: string): Value {
  switch (object.kind) {
    case 'handle':
      return callHandle(walk, object, key, args, span, expression)
    case 'promise': {
      // A builder that is a promise as well: what is chained to it follows what it stands for already.
      if (object.value.kind === 'handle' && !promiseMethods.has(key) && walk.host.chains?.(object.value)) {
        const next = callHandle(walk, object.value, key, args, span, expression)
        return following(object, next, span)
      }
      return promiseMethod(walk, object, key, callable(walk, args), span, expression)
    }
    case 'array': {
      const method = arrayMember(key)
      if (method) {
        walk.otherCalls++
        return callFunction(walk, method, object, key === 'push' ? args : callable(walk, args), span, expression)
      }
      return object.complete
        ? unknown('call', expression, span)
        : unknownMethod(walk, derived(expression, span, object), key, args, span, expression)
    }
    case 'string':
      return stringMethod(walk, object, key, args, span, expression) ?? derived(expression, span, object, ...args)
    case 'number':
    case 'boolean': {
      const known = primitive(object)?.value
      if (key === 'toString' && args.length === 0) return text(String(known), span)
      if (key === 'toFixed' && typeof known === 'number') {
        const digits = args[0]?.kind === 'number' ? args[0].value : 0
        if (digits >= 0 && digits <= 20) return text(known.toFixed(digits), span)
      }
      return derived(expression, span, object, ...args)
    }
    case 'function':
      return functionMethod(walk, object, key, args, span, expression)
    case 'object': {
      const member = getMember(walk, object, key, span, expression)
      const inherited = member.kind === 'undefined' || member.kind === 'unknown' ? callInherited(walk, object, key, args, span) : undefined
      if (inherited !== undefined) return inherited
      if (member.kind === 'undefined') {
        if (key === 'hasOwnProperty') {
          const name = args[0] && primitive(args[0])
          if (name && object.complete) return { kind: 'boolean', value: object.members.has(String(name.value)) }
        }
        if (key === 'test' && object.className === 'RegExp') return derived(expression, span, ...args)
        return unknownCall(walk, expression, object, args, span)
      }
      return callValue(walk, member, object, args, span, expression)
    }
    case 'unknown': {
      const chosen = each(object, (choice) => callMember(walk, choice, key, args, span, expression))
      if (chosen !== undefined) return chosen
      const reference = walk.references.get(object)
      if (reference && (key === 'bind' || key === 'call' || key === 'apply')) {
        return functionMethod(walk, referenced(reference), key, args, span, expression)
      }
      return unknownMethod(walk, object, key, args, span, expression)
    }
    default:
      return unknownCall(walk, expression, undefined, args, span)
  }
}

/** A method of a handle as a function. */
function referenced({ handle, key }: { readonly handle: HandleValue; readonly key: string }): FunctionValue {
  return native(key, (call) => callHandle(call.walk, handle, key, call.args, call.span, `${handle.name}.${key}`))
}

/** Callbacks that are methods of a handle, made callable: `tables.map(runner.dropTable)`. */
function callable(walk: Walk, args: readonly Value[]): readonly Value[] {
  return args.map((arg) => {
    const reference = walk.references.get(arg)
    return reference ? referenced(reference) : arg
  })
}

function functionMethod(walk: Walk, target: FunctionValue, key: string, args: readonly Value[], span: Span, expression: string): Value {
  const own = getMember(walk, target, key, span, expression)
  if (own.kind !== 'undefined' && own.kind !== 'unknown') return callValue(walk, own, target, args, span, expression)
  const inherited = callInherited(walk, target, key, args, span)
  if (inherited !== undefined) return inherited
  switch (key) {
    case 'call':
      return callFunction(walk, target, args[0] ?? undef, args.slice(1), span, expression)
    case 'apply': {
      const items = args[1] && itemsOf(walk, args[1])
      return callFunction(walk, target, args[0] ?? undef, items?.items ?? [], span, expression)
    }
    case 'bind': {
      const bound = args.slice(1)
      const run = (call: import('./walk.ts').NativeCall) =>
        callFunction(call.walk, target, args[0] ?? undef, [...bound, ...call.args], call.span, call.expression)
      return { kind: 'function', name: target.name, code: { kind: 'native', run, members: new Map() }, span }
    }
    default:
      return unknownCall(walk, expression, undefined, args, span)
  }
}

/** A call of a member that a class or instance of the program has from the framework's class; undefined: the host knows of none. */
function callInherited(walk: Walk, self: Value, key: string, args: readonly Value[], span: Span): Value | undefined {
  const heir = walk.host.inherited && heirBehind(walk, self)
  return heir && answered(walk, () => walk.host.inherited?.(heir, key, args, walk, span))
}

/** Asks the host what a call of a handle, or of its method, does. A call that the host does not know is a blind. */
function callHandle(
  walk: Walk,
  handle: HandleValue,
  key: string | undefined,
  args: readonly Value[],
  span: Span,
  expression: string,
): Value {
  const forked = forEachChoice(walk, args, (given) => callHandle(walk, handle, key, given, span, expression))
  if (forked !== undefined) return forked
  const events = walk.events.length
  const blinds = walk.blinds.length
  const settled = answered(walk, () => walk.host.call(handle, key, args, walk, span))
  if (settled !== undefined) return settled
  return declined(walk, handle, key, args, span, expression, walk.events.length > events || walk.blinds.length > blinds)
}

const pickingRows = new Set(['find', 'findLast', 'filter', 'slice', 'splice', 'sort', 'reverse'])

/** What a method of a query's rows gives: what is picked out of them is a row, or rows; `entries` has a number beside each. */
function ofRows(key: string, rows: HandleValue, value: Value, span: Span): Value {
  if (pickingRows.has(key) && value.kind === 'unknown') return { ...value, reason: 'row' }
  if (key !== 'entries') return value
  const index: Value = { ...unknown('unknown', 'index', span), escaped: true }
  return { ...list([list([index, unknown('row', 'row', span, [rows])], true, span)], false, span), alike: true }
}

/** A listener on rows that come one after the other: `stream.on('data', …)`. https://nodejs.org/api/stream.html#event-data undefined: no rows come of it. */
function listened(walk: Walk, rows: HandleValue, args: readonly Value[], span: Span, expression: string): Value | undefined {
  const [event, listener] = args
  if (walk.host.loop?.(rows)?.over !== 'rows' || listener?.kind !== 'function') return undefined
  const name = event && primitive(event)?.value
  if (name === 'data' || name === 'row' || name === 'result') eachOf(walk, rows, 'forEach', listener, [], span, expression)
  else unknownCall(walk, `${String(name)} listener`, undefined, [listener], span)
  return rows
}

function declined(
  walk: Walk,
  handle: HandleValue,
  key: string | undefined,
  args: readonly Value[],
  span: Span,
  expression: string,
  spoke: boolean,
): Value {
  if (key !== undefined && promiseMethods.has(key)) {
    const promise = adopted(walk, handle, span)
    return promiseMethod(walk, promise.kind === 'promise' ? promise : promiseOf(handle, []), key, args, span, expression)
  }
  if (key === 'hasOwnProperty' || key === 'has') {
    const name = args[0] && primitive(args[0])
    if (name) return askedValue(walk, getMember(walk, handle, String(name.value), span, expression), handle, expression, span)
  }
  if (key === 'on' || key === 'once' || key === 'addListener') {
    const heard = listened(walk, handle, args, span, expression)
    if (heard !== undefined) return heard
  }
  // One of the rows that a query gave is like the first.
  if (key === 'at' || ((key === 'pop' || key === 'shift') && args.length === 0)) return getMember(walk, handle, '0', span, expression)
  const inert = walk.host.inert?.(handle) === true
  if (key !== undefined && (inert || isCollectionMethod(key))) {
    const value = unknownMethod(walk, unknown('call', expression, span, [handle]), key, args, span, expression)
    return walk.host.loop?.(handle)?.over === 'rows' ? ofRows(key, handle, value, span) : value
  }
  if (!spoke && !inert) walk.blind(span, 'unknown-method', `${expression} is not known`)
  return unknown('call', expression, span, [handle])
}

export function evaluateNew(walk: Walk, scope: Scope, node: Extract<Expression, { type: 'NewExpression' }>): Value {
  const span = spanOf(scope, node)
  const target = evaluate(walk, scope, node.callee)
  const args = evaluateArguments(walk, scope, node.arguments)
  const expression = calleeText(scope, node.callee)
  if (target.kind === 'handle') {
    const value = walk.host.construct(target, args, walk, span)
    if (value !== undefined) return value
    return unknown('call', expression, span, [target])
  }
  if (target.kind === 'function') return instantiate(walk, target, args, span, expression)
  if (args.some((arg) => containsHandle(walk, arg)))
    walk.blind(span, 'unknown-method', `new ${expression} is not known and is given the database`)
  return unknown('call', textOf(scope, node), span)
}

export function evaluateTagged(walk: Walk, scope: Scope, node: Extract<Expression, { type: 'TaggedTemplateExpression' }>): Value {
  const { tag } = node
  const span = spanOf(scope, node)
  if (tag.type === 'MemberExpression' && !tag.computed && tag.property.type === 'Identifier' && tag.property.name === 'raw') {
    if (tag.object.type === 'Identifier' && tag.object.name === 'String') return evaluateTemplate(walk, scope, node.quasi, true)
  }
  const target = evaluate(walk, scope, tag)
  const name = calleeText(scope, tag)
  if (target.kind === 'handle') {
    const content = evaluateTemplate(walk, scope, node.quasi)
    const tagged = (text: Value | undefined): Value => {
      const value = text?.kind === 'string' ? walk.host.tag?.(target, text, walk, span) : undefined
      if (value !== undefined) return value
      walk.blind(span, 'unknown-method', `${name}\`…\` is not known`)
      return unknown('call', textOf(scope, node), span, [target])
    }
    return forEachChoice(walk, [content], ([text]) => tagged(text)) ?? tagged(content)
  }
  if (target.kind === 'function') {
    const parts = node.quasi.quasis.map((quasi) => text(quasi.value.cooked ?? quasi.value.raw, spanOf(scope, quasi)))
    const strings: Value = list(parts)
    const values = node.quasi.expressions.map((expression) => evaluate(walk, scope, expression))
    const own = callFunction(walk, target, undef, [strings, ...values], span, name)
    if (own.kind === 'string' && own.pieces.every((piece) => piece.hole === undefined)) return own.pieces.length > 0 ? own : str([])
    if (own.kind !== 'unknown' && own.kind !== 'string') return own
  }
  // Tags such as `sql`, `dedent` or `outdent` of an unknown package give their text back, changed at most in white space.
  return evaluateTemplate(walk, scope, node.quasi)
}
