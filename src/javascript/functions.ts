import type { Span } from '../source/span.ts'
import { either } from './choices.ts'
import { not, testedValue, valuesOf } from './conditions.ts'
import { evaluate } from './expressions.ts'
import { writeMember } from './fork.ts'
import { bindPattern, declaring } from './patterns.ts'
import { asynchronousResult, settle } from './promises.ts'
import { reachesDatabase } from './reach.ts'
import { runBody } from './statements.ts'
import { adopted } from './thenables.ts'
import type { FunctionValue, ObjectValue, Value } from './value.ts'
import { fn, join, keyOf, list, mergeOrigins, record, undef, unknown } from './values.ts'
import {
  BudgetSignal,
  type ClassCode,
  codeOf,
  declare,
  type Frame,
  type PartialReturn,
  type Scope,
  spanOf,
  type Test,
  type UserCode,
  type Walk,
} from './walk.ts'

/** Walks a function with these arguments and gives what it returns. */
export function callFunction(
  walk: Walk,
  target: FunctionValue,
  self: Value,
  args: readonly Value[],
  span: Span,
  expression: string,
): Value {
  const code = codeOf(target)
  if (code === undefined || code.kind === 'accessor' || code.kind === 'class') return unknown('call', expression, span)
  if (code.kind === 'native') {
    return code.run({ walk, self, args, span, expression }) ?? unknown('call', expression, span, mergeOrigins(...args))
  }
  return callUser(walk, code, code.self ?? self, args, span, expression)
}

function callUser(walk: Walk, code: UserCode, self: Value, args: readonly Value[], span: Span, expression: string): Value {
  const { node } = code
  const running = walk.active.get(node)
  if (walk.depth >= walk.budget.depth || (running && running.times >= 12)) {
    // A function that called itself so often and did nothing to the database does nothing further down.
    const quiet = running && running.from === walk.events.length + walk.blinds.length && !reachesDatabase(walk, code, [self, ...args])
    if (!quiet) walk.blind(span, 'budget', `${expression} calls itself or others too deeply to be followed`)
    return unknown('call', expression, span)
  }
  if (node.body === null || node.body === undefined) return unknown('call', expression, span)
  const frame: Frame = {
    module: code.scope.frame.module,
    self,
    owner: code.owner,
    args,
    asynchronous: node.async,
    returns: [],
    yields: node.generator ? [] : undefined,
  }
  const scope: Scope = { vars: new Map(), parent: code.scope, frame, functionLevel: true }
  const context = walk.context
  const from = walk.events.length
  if (context.calledAt === undefined && span.file !== frame.module.path) walk.context = { ...context, calledAt: span }
  walk.depth++
  walk.active.set(node, { times: (running?.times ?? 0) + 1, from: running?.from ?? walk.events.length + walk.blinds.length })
  let value: Value
  try {
    if (node.type !== 'ArrowFunctionExpression') {
      declare(scope, 'arguments', list([...args]))
      if (node.type === 'FunctionExpression' && node.id && !scope.vars.has(node.id.name))
        declare(scope, node.id.name, fn(node.id.name, code))
    }
    bindParameters(walk, scope, node, args, self)
    if (node.body.type === 'BlockStatement') {
      const end = runBody(walk, scope, node.body.body)
      value = end?.kind === 'return' ? end.value : undef
      value = joinReturns(walk, frame.returns, value, expression, span)
    } else {
      value = evaluate(walk, scope, node.body)
    }
  } finally {
    walk.depth--
    if (running === undefined) walk.active.delete(node)
    else walk.active.set(node, running)
    walk.context = context
  }
  if (frame.yields !== undefined) return list(frame.yields)
  if (node.async) {
    value = adopted(walk, value, span)
    settle(walk, value, 'returned')
  }
  return node.async ? asynchronousResult(walk, value, from, span) : value
}

/** The value of a function that returns in several places. */
function joinReturns(walk: Walk, partial: readonly PartialReturn[], last: Value, expression: string, span: Span): Value {
  if (partial.length === 0) return last
  const only = partial.length === 1 ? partial[0] : undefined
  if (
    only?.test &&
    only.value.kind === 'boolean' &&
    (last.kind === 'boolean' ? last.value !== only.value.value : last.kind === 'undefined' && only.value.value)
  ) {
    const test: Test = only.side === only.value.value ? only.test : not(only.test)
    return testedValue(walk, test, expression, span, ...valuesOf(only.test))
  }
  let value = last
  const tests: Value[] = []
  for (const entry of partial) {
    value = entry.test ? either(walk, entry.value, value, entry.side ? entry.test : not(entry.test)) : join(value, entry.value)
    if (entry.test) tests.push(...valuesOf(entry.test))
  }
  if (value.kind === 'unknown') return { ...value, expression, origins: mergeOrigins(value, ...tests) }
  return value
}

function bindParameters(walk: Walk, scope: Scope, node: UserCode['node'], args: readonly Value[], self: Value): void {
  node.params.forEach((parameter, index) => {
    const bind = declaring(scope, 'let')
    if (parameter.type === 'RestElement') {
      bindPattern(walk, scope, parameter.argument, list(args.slice(index)), bind)
      return
    }
    const value = args[index] ?? undef
    bindPattern(walk, scope, parameter, value, bind)
    if (parameter.type === 'TSParameterProperty' && self.kind === 'object') {
      const inner = parameter.parameter.type === 'AssignmentPattern' ? parameter.parameter.left : parameter.parameter
      if (inner.type === 'Identifier') writeMember(walk, self, inner.name, scope.vars.get(inner.name)?.value ?? undef)
    }
  })
}

/** Defines a class: methods and static members at once, fields when an instance is made. */
export function defineClass(walk: Walk, scope: Scope, node: import('oxc-parser').Class): FunctionValue {
  const name = node.id?.name ?? 'class'
  const parent = node.superClass ? evaluate(walk, scope, node.superClass) : undefined
  const code: ClassCode = { kind: 'class', node, name, scope, parent, methods: new Map(), members: new Map() }
  const value = fn(name, code, spanOf(scope, node))
  const inner: Scope = {
    vars: new Map([[name, { value }]]),
    parent: scope,
    frame: { ...scope.frame, self: value, owner: code },
    functionLevel: true,
  }
  for (const member of node.body.body) {
    if (member.type === 'MethodDefinition' || member.type === 'TSAbstractMethodDefinition') {
      const key = memberKey(walk, inner, member)
      if (key === undefined || member.kind === 'constructor') continue
      const method = fn(
        key,
        { kind: 'user', node: member.value, scope: inner, self: undefined, owner: code, members: new Map() },
        spanOf(scope, member),
      )
      putMethod(member.static ? code.members : code.methods, key, member.kind, method)
    }
  }
  for (const member of node.body.body) {
    if (member.type === 'PropertyDefinition' && member.static) {
      const key = memberKey(walk, inner, member)
      if (key !== undefined) code.members.set(key, member.value ? evaluate(walk, inner, member.value) : undef)
    } else if (member.type === 'StaticBlock') {
      runBody(walk, { ...inner, vars: new Map(), parent: inner }, member.body)
    }
  }
  return value
}

/** Puts a method, or one half of an accessor, among members. */
export function putMethod(members: Map<string, Value>, key: string, kind: string, method: FunctionValue): void {
  if (kind !== 'get' && kind !== 'set') {
    members.set(key, method)
    return
  }
  const before = members.get(key)
  const other = before?.kind === 'function' ? codeOf(before) : undefined
  const half = other?.kind === 'accessor' ? other : undefined
  members.set(
    key,
    fn(key, { kind: 'accessor', get: kind === 'get' ? method : half?.get, set: kind === 'set' ? method : half?.set, members: new Map() }),
  )
}

/** The name of a class's or object's member; undefined when it is computed from something unknown. */
export function memberKey(
  walk: Walk,
  scope: Scope,
  member: { readonly computed: boolean; readonly key: import('oxc-parser').PropertyKey },
): string | undefined {
  const { key } = member
  if (key.type === 'PrivateIdentifier') return `#${key.name}`
  if (!member.computed && key.type === 'Identifier') return key.name
  return keyOf(evaluate(walk, scope, key as import('oxc-parser').Expression))
}

/** `new target(…)` for a class of the program. */
export function instantiate(walk: Walk, target: FunctionValue, args: readonly Value[], span: Span, expression: string): Value {
  const code = codeOf(target)
  if (code?.kind === 'native')
    return (code.construct ?? code.run)({ walk, self: undef, args, span, expression }) ?? unknown('call', expression, span)
  if (code?.kind === 'class') {
    const self: ObjectValue = { kind: 'object', members: new Map(), complete: true, className: code.name, span }
    walk.classes.set(self, code)
    construct(walk, code, self, args, span, expression)
    return self
  }
  if (code?.kind === 'user') {
    const self: ObjectValue = { ...record([], true, span), ...(target.name ? { className: target.name } : {}) }
    const result = callUser(walk, code, self, args, span, expression)
    return result.kind === 'object' ? result : self
  }
  return unknown('call', expression, span)
}

/** Runs field initialisers and the constructor; `super(…)` of a derived class comes here again. */
function construct(walk: Walk, code: ClassCode, self: ObjectValue, args: readonly Value[], span: Span, expression: string): void {
  if (++walk.steps > walk.budget.steps) throw new BudgetSignal('reading this took too many steps', span)
  const own = code.node.body.body.find((member) => member.type === 'MethodDefinition' && member.kind === 'constructor')
  const body = own?.type === 'MethodDefinition' ? own.value : undefined
  if (body?.body) {
    if (code.parent === undefined) initialise(walk, code, self)
    const scope: Scope = {
      vars: new Map(),
      parent: code.scope,
      frame: { ...code.scope.frame, self, owner: code, returns: [] },
      functionLevel: true,
    }
    const user: UserCode = { kind: 'user', node: body, scope, self, owner: code, members: new Map() }
    callUser(walk, user, self, args, span, expression)
    return
  }
  constructParent(walk, code, self, args, span, expression)
}

/** What `super(…)` does. */
export function constructParent(
  walk: Walk,
  code: ClassCode,
  self: ObjectValue,
  args: readonly Value[],
  span: Span,
  expression: string,
): void {
  const parent = code.parent?.kind === 'function' ? codeOf(code.parent) : undefined
  if (parent?.kind === 'class' && parent !== code && walk.depth < walk.budget.depth) {
    walk.depth++
    try {
      construct(walk, parent, self, args, span, expression)
    } finally {
      walk.depth--
    }
  } else if (parent?.kind === 'native' && parent.extend) parent.extend({ walk, self, args, span, expression })
  else if (code.parent !== undefined) self.complete = false
  initialise(walk, code, self)
}

function initialise(walk: Walk, code: ClassCode, self: ObjectValue): void {
  const scope: Scope = {
    vars: new Map(),
    parent: code.scope,
    frame: { ...code.scope.frame, self, owner: code, returns: [] },
    functionLevel: true,
  }
  for (const member of code.node.body.body) {
    if (member.type !== 'PropertyDefinition' || member.static || member.declare) continue
    const key = memberKey(walk, scope, member)
    if (key !== undefined) self.members.set(key, member.value ? evaluate(walk, scope, member.value) : undef)
  }
}
