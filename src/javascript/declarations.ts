import type { ArrowFunctionExpression, Class, Decorator, Expression, Function as FunctionNode, ObjectExpression } from 'oxc-parser'
import { parseModule } from './parse.ts'

/** A value as it is written in place, without following names. */
export type Written =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'list'; readonly items: readonly Written[] }
  /** `complete` is false when members may exist that were not read (a spread, a computed key). */
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Written>; readonly complete: boolean }
  /** `User`, `DataTypes.STRING`. */
  | { readonly kind: 'name'; readonly text: string }
  /** `integer('id')`; chained to another call (`on`), `callee` is the method alone: `primaryKey` of `integer('id').primaryKey()`. */
  | { readonly kind: 'call'; readonly callee: string; readonly args: readonly Written[]; readonly on?: Written }
  /** A template with values in it: the texts around them, one more than there are values. */
  | { readonly kind: 'template'; readonly texts: readonly string[] }
  /** `() => User`: what it returns in one expression. */
  | { readonly kind: 'function'; readonly result: Written | undefined }
  | { readonly kind: 'other' }

/** A decorator: `@Column({ name: 'x' })`; without a call `args` is empty. */
export interface Decoration {
  readonly name: string
  readonly args: readonly Written[]
}

/** A property or method of a class. */
interface DeclaredMember {
  readonly name: string
  readonly static: boolean
  readonly method: boolean
  readonly decorators: readonly Decoration[]
  readonly value: Written | undefined
}

export interface DeclaredClass {
  readonly name: string | undefined
  /** The class that it extends, as written: `Model`, `BaseEntity`; the callee when it is a call. */
  readonly parent: string | undefined
  readonly decorators: readonly Decoration[]
  readonly members: readonly DeclaredMember[]
}

/** A call `receiver.method(…)`, or `method(…)` or `new Class(…)` with an empty receiver. */
export interface DeclaredCall {
  readonly receiver: string
  readonly method: string
  readonly args: readonly Written[]
  /** The variable that the call's result is given to. */
  readonly assignedTo: string | undefined
}

export interface Declarations {
  readonly classes: readonly DeclaredClass[]
  readonly calls: readonly DeclaredCall[]
}

const other: Written = { kind: 'other' }
const maxDepth = 12
const maxNodes = 400_000

/**
 * The classes of a module and its calls of the named methods, as plain data, wherever in the file they stand; names are not followed.
 * undefined: the text cannot be parsed. `loadParser` must have been awaited.
 */
export function declarationsOf(path: string, text: string, methods: ReadonlySet<string>): Declarations | undefined {
  const { program } = parseModule(path, text)
  if (program === undefined) return undefined
  const classes: DeclaredClass[] = []
  const calls: DeclaredCall[] = []
  const assigned = new Map<unknown, string>()
  // Own stack: a file may nest deeper than the program's.
  const stack: unknown[] = [program]
  for (let seen = 0; stack.length > 0 && seen < maxNodes; seen++) {
    const node = stack.pop()
    if (typeof node !== 'object' || node === null) continue
    if (Array.isArray(node)) {
      for (let i = node.length - 1; i >= 0; i--) stack.push(node[i])
      continue
    }
    const typed = node as { readonly type?: string } & Record<string, unknown>
    if (typed.type === 'ClassDeclaration' || typed.type === 'ClassExpression') classes.push(classOf(node as Class))
    else if (typed.type === 'VariableDeclarator') {
      const { id, init } = typed as { id?: { type?: string; name?: string }; init?: unknown }
      if (id?.type === 'Identifier' && id.name !== undefined) assigned.set(init, id.name)
    } else if (typed.type === 'CallExpression' || typed.type === 'NewExpression') {
      const call = callOf(node as Extract<Expression, { type: 'CallExpression' | 'NewExpression' }>, methods, assigned)
      if (call) calls.push(call)
    }
    const values = Object.values(typed)
    for (let i = values.length - 1; i >= 0; i--) if (typeof values[i] === 'object' && values[i] !== null) stack.push(values[i])
  }
  return { classes, calls }
}

function callOf(
  node: Extract<Expression, { type: 'CallExpression' | 'NewExpression' }>,
  methods: ReadonlySet<string>,
  assigned: ReadonlyMap<unknown, string>,
): DeclaredCall | undefined {
  const callee = nameOf(node.callee)
  if (callee === undefined) return undefined
  const dot = callee.lastIndexOf('.')
  const method = callee.slice(dot + 1)
  if (!methods.has(method)) return undefined
  return {
    receiver: dot < 0 ? '' : callee.slice(0, dot),
    method,
    args: node.arguments.map((argument) => written(argument, 0)),
    assignedTo: assigned.get(node),
  }
}

/** `a.b.c` as text; undefined for anything that is not a chain of names. */
function nameOf(node: { readonly type: string }, depth = 0): string | undefined {
  const one = node as Expression
  if (depth > maxDepth) return undefined
  switch (one.type) {
    case 'Identifier':
      return one.name
    case 'ThisExpression':
      return 'this'
    case 'MemberExpression': {
      if (one.computed || one.property.type !== 'Identifier') return undefined
      const object = nameOf(one.object, depth + 1)
      return object === undefined ? undefined : `${object}.${one.property.name}`
    }
    case 'TSNonNullExpression':
    case 'TSAsExpression':
    case 'ParenthesizedExpression':
      return nameOf(one.expression, depth + 1)
    case 'ChainExpression':
      return nameOf(one.expression, depth + 1)
    default:
      return undefined
  }
}

function written(node: { readonly type: string } | null | undefined, depth: number): Written {
  if (node === null || node === undefined || depth > maxDepth) return other
  const one = node as Expression
  switch (one.type) {
    case 'Literal':
      if (typeof one.value === 'string') return { kind: 'text', text: one.value }
      if (typeof one.value === 'number') return { kind: 'number', value: one.value }
      if (typeof one.value === 'boolean') return { kind: 'boolean', value: one.value }
      return other
    case 'TemplateLiteral':
      if (one.expressions.length === 0) return { kind: 'text', text: one.quasis[0]?.value.cooked ?? '' }
      return { kind: 'template', texts: one.quasis.map(({ value }) => value.cooked ?? '') }
    case 'UnaryExpression':
      if (one.operator === '!' && one.argument.type === 'Literal') return { kind: 'boolean', value: !one.argument.value }
      return other
    case 'ArrayExpression':
      return { kind: 'list', items: one.elements.map((element) => written(element, depth + 1)) }
    case 'ObjectExpression':
      return objectOf(one, depth)
    case 'Identifier':
    case 'MemberExpression': {
      const name = nameOf(one)
      return name === undefined ? other : { kind: 'name', text: name }
    }
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
      return written(one.expression, depth + 1)
    case 'CallExpression':
    case 'NewExpression': {
      const callee = nameOf(one.callee)
      const args = one.arguments.map((argument) => written(argument, depth + 1))
      if (callee !== undefined) return { kind: 'call', callee, args }
      const link = one.callee.type === 'MemberExpression' && !one.callee.computed ? one.callee : undefined
      const on = link ? written(link.object, depth + 1) : other
      return link?.property.type === 'Identifier' && on.kind === 'call' ? { kind: 'call', callee: link.property.name, args, on } : other
    }
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return { kind: 'function', result: resultOf(one, depth) }
    default:
      return other
  }
}

function resultOf(node: ArrowFunctionExpression | FunctionNode, depth: number): Written | undefined {
  const { body } = node
  if (body === null) return undefined
  if (body.type !== 'BlockStatement') return written(body, depth + 1)
  const last = body.body.at(-1)
  return last?.type === 'ReturnStatement' && last.argument ? written(last.argument, depth + 1) : undefined
}

function objectOf(node: ObjectExpression, depth: number): Written {
  const members = new Map<string, Written>()
  let complete = true
  for (const property of node.properties) {
    const key = property.type === 'Property' ? keyOf(property) : undefined
    if (property.type !== 'Property' || key === undefined) complete = false
    else members.set(key, written(property.value, depth + 1))
  }
  return { kind: 'object', members, complete }
}

function keyOf(node: { readonly computed: boolean; readonly key: { readonly type: string } }): string | undefined {
  const key = node.key as Expression | { readonly type: 'PrivateIdentifier'; readonly name: string }
  if (!node.computed && key.type === 'Identifier') return key.name
  return key.type === 'Literal' && (typeof key.value === 'string' || typeof key.value === 'number') ? String(key.value) : undefined
}

function decorationsOf(decorators: readonly Decorator[] | undefined): Decoration[] {
  return (decorators ?? []).flatMap(({ expression }): Decoration[] => {
    const callee = expression.type === 'CallExpression' ? expression.callee : expression
    const name = nameOf(callee)
    if (name === undefined) return []
    return [{ name, args: expression.type === 'CallExpression' ? expression.arguments.map((argument) => written(argument, 0)) : [] }]
  })
}

function classOf(node: Class): DeclaredClass {
  const parent = node.superClass
  const members: DeclaredMember[] = []
  for (const member of node.body.body) {
    if (member.type !== 'PropertyDefinition' && member.type !== 'AccessorProperty' && member.type !== 'MethodDefinition') continue
    const name = keyOf(member)
    if (name === undefined) continue
    const method = member.type === 'MethodDefinition'
    members.push({
      name,
      static: member.static,
      method,
      decorators: decorationsOf(member.decorators),
      value: method || !member.value ? undefined : written(member.value, 0),
    })
  }
  return {
    name: node.id?.name,
    parent: parent ? nameOf(parent.type === 'CallExpression' ? parent.callee : parent) : undefined,
    decorators: decorationsOf(node.decorators),
    members,
  }
}
