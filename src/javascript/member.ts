import type { Span } from '../source/span.ts'
import { around, isPlace, type Place } from './places.ts'

/** The part of a module that gives it a function: `up` of an object, a class or the exports. Offsets are into the module's text. */
export interface Member {
  readonly start: number
  readonly end: number
  readonly form: 'property' | 'method' | 'assignment' | 'declaration'
  /** Where its name stands. */
  readonly name: { readonly start: number; readonly end: number }
  readonly async: boolean
  readonly arrow: boolean
  /** Where the function begins: its parameters, or `async`, `function`. */
  readonly value: { readonly start: number }
  /** Braces included; of an arrow without braces, its expression. */
  readonly body: { readonly start: number; readonly end: number; readonly block: boolean }
  /** What stands directly in its body, in order. */
  readonly statements: readonly { readonly start: number; readonly end: number }[]
  /** The first parameter's name, or the name that `context` of it is given. */
  readonly handle: string | undefined
}

/** The member of a module whose function spans these offsets; undefined when none does, or it is given in a way that is none of these forms. */
export function memberAt(text: string, span: Span): Member | undefined {
  const nodes = around(text, span)
  // The span may be that of the whole member.
  const value = nodes[0]?.value
  const all = isPlace(value) ? [value, ...nodes] : nodes
  for (const [at, node] of all.entries()) {
    const made = isFunction(node) ? memberFrom(node, all.slice(at + 1)) : undefined
    if (made) return made
  }
  return undefined
}

/** A statement among those of a function, or the expression that the function is; `returns`: what it gives back. */
export interface Line {
  readonly start: number
  readonly end: number
  readonly returns: { readonly start: number; readonly end: number } | undefined
  /** What it stands in can wait. */
  readonly async: boolean
}

/**
 * The statement that holds these offsets, in the body of the member or in the callback of a `transaction` that it is in: what stands beside it runs once
 * before or after it, in the same transaction.
 */
export function lineAt(text: string, member: Member, span: Span): Line | undefined {
  const nodes = around(text, span)
  for (const [at, line] of nodes.entries()) {
    const [block, fn, call] = nodes.slice(at + 1)
    if (block?.type !== 'BlockStatement' || !fn || !isFunction(fn)) continue
    if (block.start !== member.body.start && !isTransactionCallback(call)) continue
    const returns = line.type === 'ReturnStatement' && isPlace(line.argument) ? line.argument : undefined
    return { start: line.start, end: line.end, returns, async: fn.async === true }
  }
  const { body, async } = member
  return body.block ? undefined : { start: body.start, end: body.end, returns: body, async }
}

function isTransactionCallback(call: Place | undefined): boolean {
  if (call?.type !== 'CallExpression' || !isPlace(call.callee)) return false
  const { property } = call.callee
  return isPlace(property) && property.name === 'transaction'
}

function isFunction({ type }: Place): boolean {
  return type === 'FunctionExpression' || type === 'ArrowFunctionExpression' || type === 'FunctionDeclaration'
}

/** `above`: what stands around the function, the nearest first. */
function memberFrom(fn: Place, above: readonly Place[]): Member | undefined {
  const [parent, grand, great] = above
  const body = fn.body
  if (!parent || !isPlace(body)) return undefined
  const common = {
    async: fn.async === true,
    arrow: fn.type === 'ArrowFunctionExpression',
    value: { start: fn.start },
    body: { start: body.start, end: body.end, block: body.type === 'BlockStatement' },
    statements: Array.isArray(body.body) ? body.body.filter(isPlace) : [body],
    handle: handleOf(fn),
  }
  const member = (form: Member['form'], holder: Place, name: unknown): Member | undefined =>
    isPlace(name) ? { ...common, form, start: holder.start, end: holder.end, name: { start: name.start, end: name.end } } : undefined
  if (parent.type === 'Property') return member('property', parent, parent.key)
  if (parent.type === 'MethodDefinition') return member('method', parent, parent.key)
  if (parent.type === 'PropertyDefinition') return member('method', parent, parent.key)
  if (parent.type === 'AssignmentExpression' && grand?.type === 'ExpressionStatement' && isPlace(parent.left))
    return parent.left.type === 'MemberExpression' ? member('assignment', grand, parent.left.property) : undefined
  if (parent.type === 'ExportNamedDeclaration') return member('declaration', parent, fn.id)
  if (parent.type === 'VariableDeclarator' && grand?.type === 'VariableDeclaration' && great?.type === 'ExportNamedDeclaration')
    return Array.isArray(grand.declarations) && grand.declarations.length === 1 ? member('declaration', great, parent.id) : undefined
  return undefined
}

function handleOf(fn: Place): string | undefined {
  const first = Array.isArray(fn.params) ? fn.params[0] : undefined
  if (!isPlace(first)) return undefined
  if (first.type === 'Identifier') return String(first.name)
  const properties = first.type === 'ObjectPattern' && Array.isArray(first.properties) ? first.properties.filter(isPlace) : []
  const context = properties.find(({ key }) => isPlace(key) && key.name === 'context')
  return isPlace(context?.value) && context.value.type === 'Identifier' ? String(context.value.name) : undefined
}
