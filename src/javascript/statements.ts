import type { Directive, Expression, Statement } from 'oxc-parser'
import { assume } from './conditions.ts'
import { evaluate, testOfExpression } from './expressions.ts'
import { fork } from './fork.ts'
import { defineClass } from './functions.ts'
import { functionValue } from './literals.ts'
import { doLoop, forInLoop, forLoop, forOfLoop, whileLoop, withinBudget } from './loops.ts'
import { declareExport, declareImport } from './modules.ts'
import { bindPattern, declaring } from './patterns.ts'
import { awaitValue, leaveUnread } from './promises.ts'
import { evaluateSwitch } from './switches.ts'
import { started } from './thenables.ts'
import { tryStatement } from './tries.ts'
import type { Value } from './value.ts'
import { fn, keyOf, num, plain, record, shown, undef } from './values.ts'
import {
  type Completion,
  childScope,
  declare,
  functionScope,
  type Scope,
  spanOf,
  step,
  type Test,
  ThrowSignal,
  type Walk,
  within,
} from './walk.ts'

/** Walks a list of statements in a scope that exists already. */
export function runBody(walk: Walk, scope: Scope, body: readonly (Directive | Statement)[]): Completion {
  hoist(scope, body)
  for (const statement of body) {
    const end = runStatement(walk, scope, statement)
    if (end !== undefined) return end
  }
  return undefined
}

/** Function declarations are there before the first statement runs. */
function hoist(scope: Scope, body: readonly (Directive | Statement)[]): void {
  for (const statement of body) {
    const declaration =
      (statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration') && statement.declaration
        ? statement.declaration
        : statement
    if (declaration.type === 'FunctionDeclaration' && declaration.id) declare(scope, declaration.id.name, functionValue(scope, declaration))
  }
}

/** Walks one statement; undefined: the next one follows. */
export function runStatement(walk: Walk, scope: Scope, node: Directive | Statement, label?: string): Completion {
  step(walk, scope, node)
  switch (node.type) {
    case 'ExpressionStatement':
      // Nobody waits for what stands alone: a builder is taken to be meant, and its promise to be dropped.
      leaveUnread(walk, started(walk, evaluate(walk, scope, node.expression), spanOf(scope, node)))
      return undefined
    case 'VariableDeclaration':
      declareVariables(walk, scope, node)
      return undefined
    case 'FunctionDeclaration':
      return undefined
    case 'ClassDeclaration':
      if (node.id) declare(scope, node.id.name, defineClass(walk, scope, node))
      return undefined
    case 'ReturnStatement':
      return { kind: 'return', value: node.argument ? evaluate(walk, scope, node.argument) : undef }
    case 'BlockStatement':
      return runBody(walk, childScope(scope), node.body)
    case 'IfStatement':
      return ifStatement(walk, scope, node)
    case 'ThrowStatement':
      throw thrown(walk, scope, node)
    case 'TryStatement':
      return tryStatement(walk, scope, node)
    case 'ForOfStatement':
      return withinBudget(walk, () => forOfLoop(walk, scope, node, label))
    case 'ForInStatement':
      return withinBudget(walk, () => forInLoop(walk, scope, node, label))
    case 'ForStatement':
      return withinBudget(walk, () => forLoop(walk, scope, node, label))
    case 'WhileStatement':
      return withinBudget(walk, () => whileLoop(walk, scope, node, label))
    case 'DoWhileStatement':
      return withinBudget(walk, () => doLoop(walk, scope, node, label))
    case 'SwitchStatement':
      return evaluateSwitch(walk, scope, node, label)
    case 'LabeledStatement': {
      const end = runStatement(walk, scope, node.body, node.label.name)
      return end?.kind === 'break' && end.label === node.label.name ? undefined : end
    }
    case 'BreakStatement':
    case 'ContinueStatement':
      return { kind: node.type === 'BreakStatement' ? 'break' : 'continue', label: node.label?.name }
    case 'ImportDeclaration':
      declareImport(scope, node)
      return undefined
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
    case 'ExportAllDeclaration':
    case 'TSExportAssignment':
    case 'TSImportEqualsDeclaration':
      declareExport(walk, scope, node)
      return undefined
    case 'TSEnumDeclaration':
      declareEnum(walk, scope, node)
      return undefined
    case 'TSModuleDeclaration':
      if (node.body && node.body.type === 'TSModuleBlock' && node.id.type === 'Identifier')
        namespaceObject(walk, scope, node.id.name, node.body.body)
      return undefined
    case 'WithStatement':
      evaluate(walk, scope, node.object)
      return runStatement(walk, childScope(scope), node.body)
    default:
      return undefined
  }
}

/** Walks the declarations of a `var`, `let`, `const` or `using`. */
export function declareVariables(walk: Walk, scope: Scope, node: Extract<Statement, { type: 'VariableDeclaration' }>): void {
  const bind = declaring(scope, node.kind)
  for (const declarator of node.declarations) {
    if (declarator.init === null) {
      if (declarator.id.type === 'Identifier') {
        const home = node.kind === 'var' ? functionScope(scope) : scope
        if (node.kind !== 'var' || !home.vars.has(declarator.id.name)) declare(home, declarator.id.name, undef)
      }
      continue
    }
    let value = evaluate(walk, scope, declarator.init)
    if (value.kind === 'function' && value.name === undefined && declarator.id.type === 'Identifier') {
      value = fn(declarator.id.name, value.code, value.span)
    }
    if (node.kind === 'await using') value = awaitValue(walk, value)
    bindPattern(walk, scope, declarator.id, value, bind)
  }
}

function thrown(walk: Walk, scope: Scope, node: Extract<Statement, { type: 'ThrowStatement' }>): ThrowSignal {
  const value = evaluate(walk, scope, node.argument)
  recordThrow(walk, value, spanOf(scope, node))
  return new ThrowSignal(value)
}

/** Notes that the program throws here. */
export function recordThrow(walk: Walk, value: Value, span: import('../source/span.ts').Span): void {
  const message = value.kind === 'object' ? value.members.get('message') : value
  const known = message?.kind === 'string' ? (plain(message) ?? shown(message)) : undefined
  walk.throws.push({ message: known, span, context: walk.context, caught: walk.tries > 0 })
}

function ifStatement(walk: Walk, scope: Scope, node: Extract<Statement, { type: 'IfStatement' }>): Completion {
  const test = testOfExpression(walk, scope, node.test)
  const run = (side: Statement | null) => (side === null ? undefined : runStatement(walk, childScope(scope), side))
  if (test.kind === 'known') return run(test.value ? node.consequent : node.alternate)
  return eitherSide(
    walk,
    scope,
    test,
    () => run(node.consequent),
    () => run(node.alternate),
  )
}

/** A builder that one side returns is waited for under that side's condition. */
function settledHere(walk: Walk, end: Completion): Completion {
  if (end?.kind !== 'return' || end.value.kind !== 'handle') return end
  return { ...end, value: started(walk, end.value, end.value.span ?? { file: '', start: 0, end: 0 }) }
}

/** Walks both sides of an undecided condition; what follows stands under the side that goes on. */
export function eitherSide(walk: Walk, scope: Scope, test: Test, whenTrue: () => Completion, whenFalse: () => Completion): Completion {
  const id = walk.nextId++
  const context = walk.context
  const on = [assume(walk, test, true, id), assume(walk, test, false, id)] as const
  const [a, b] = fork<Completion>(
    walk,
    () => {
      walk.context = within(context, on[0])
      return settledHere(walk, whenTrue())
    },
    () => {
      walk.context = within(context, on[1])
      return settledHere(walk, whenFalse())
    },
    (end) => end !== undefined,
    test,
  )
  const aEnded = a.thrown !== undefined || a.result !== undefined
  const bEnded = b.thrown !== undefined || b.result !== undefined
  if (!aEnded && !bEnded) return undefined
  if (aEnded && bEnded) {
    const first = a.result
    const second = b.result
    if (a.thrown && b.thrown) throw a.thrown
    if (first === undefined) return second
    if (second === undefined) return first
    if (first.kind === 'return' && second.kind === 'return') {
      scope.frame.returns.push({ value: first.value, test, side: true })
      return second
    }
    const [going, returning] = first.kind === 'return' ? [second, first] : [first, second]
    if (returning.kind === 'return') scope.frame.returns.push({ value: returning.value, test, side: returning === first })
    return going
  }
  const ended = aEnded ? a : b
  const other = aEnded ? b : a
  if (ended.result?.kind === 'return') scope.frame.returns.push({ value: ended.result.value, test, side: aEnded })
  walk.context = other.context
  return undefined
}

function declareEnum(walk: Walk, scope: Scope, node: Extract<Statement, { type: 'TSEnumDeclaration' }>): void {
  const existing = scope.vars.get(node.id.name)?.value
  const object = existing?.kind === 'object' ? existing : record([], true, spanOf(scope, node))
  const inner = childScope(scope)
  let next: number | undefined = 0
  for (const member of node.body.members) {
    const name = member.id.type === 'Identifier' ? member.id.name : keyOf(evaluate(walk, scope, member.id as Expression))
    if (name === undefined) {
      object.complete = false
      continue
    }
    const value: Value = member.initializer
      ? evaluate(walk, inner, member.initializer)
      : next === undefined
        ? undef
        : num(next, spanOf(scope, member))
    next = value.kind === 'number' ? value.value + 1 : undefined
    object.members.set(name, value)
    declare(inner, name, value)
  }
  declare(scope, node.id.name, object)
}

/** A TypeScript namespace: what it exports, as an object. */
function namespaceObject(walk: Walk, scope: Scope, name: string, body: readonly (Directive | Statement)[]): void {
  const inner = childScope(scope)
  const existing = scope.vars.get(name)?.value
  const object = existing?.kind === 'object' ? existing : record()
  hoist(inner, body)
  for (const statement of body) {
    const declaration = statement.type === 'ExportNamedDeclaration' && statement.declaration ? statement.declaration : statement
    runStatement(walk, inner, declaration as Statement)
  }
  for (const [key, cell] of inner.vars) object.members.set(key, cell.value)
  declare(scope, name, object)
}
