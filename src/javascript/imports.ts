import type { ImportDeclaration } from 'oxc-parser'
import type { Import } from '../ir/migration.ts'
import type { Project } from '../project/project.ts'
import type { ParsedModule } from './parse.ts'
import { resolveModule } from './resolve.ts'

/** So many nodes of a program are looked at for calls of `require`. */
const mostNodes = 20_000

/** Most programs require packages alone. */
const requiresFile = /\brequire\s{0,9}\(\s{0,9}['"`](?:[./@~#$]|(?:src|server|app|lib)\/)/

/** The files of the project that a module takes values from, in their order; types are left out, packages too. */
export function importsOf({ path, text, program }: ParsedModule, project: Project): readonly Import[] {
  if (program === undefined || !/\b(?:import|require)\b/.test(text)) return []
  const found: Import[] = []
  const add = (specifier: string, names: readonly string[] | undefined, { start, end }: { start: number; end: number }) => {
    const target = resolveModule(project, path, specifier)
    if (target !== undefined) found.push({ path: target, names, span: { file: path, start, end } })
  }
  let isUsed: ((name: string) => boolean) | undefined
  for (const statement of program.body) {
    if (statement.type !== 'ImportDeclaration' || statement.importKind === 'type') continue
    if (resolveModule(project, path, statement.source.value) === undefined) continue
    isUsed ??= valuesUsed(program.body)
    const taken = valuesOf(statement, isUsed)
    if (taken.length > 0) add(statement.source.value, taken.includes('*') ? undefined : taken, statement)
  }
  if (requiresFile.test(text)) required(program.body, add)
  return found
}

/** The names that a declaration imports for their values; `*`: all of the module, or what it exports by default. TypeScript leaves out what only types name. */
function valuesOf({ specifiers }: ImportDeclaration, isUsed: (name: string) => boolean): readonly string[] {
  return specifiers.flatMap((one) => {
    if (!isUsed(one.local.name)) return []
    if (one.type !== 'ImportSpecifier') return ['*']
    if (one.importKind === 'type') return []
    const name = one.imported.type === 'Identifier' ? one.imported.name : one.imported.value
    return [name === 'default' ? '*' : name]
  })
}

/** TypeScript's nodes that hold an expression: all others are types. */
const typedValues = /^TS(?:As|Satisfies|NonNull|Instantiation|TypeAssertion|Export|ImportEquals|Module|Enum|Parameter)/

/** Does the program use a name as a value? All, where it is too large to tell. */
function valuesUsed(program: readonly unknown[]): (name: string) => boolean {
  const used = new Set<string>()
  const waiting: unknown[] = [...program]
  for (let looked = 0; waiting.length > 0; looked++) {
    if (looked === mostNodes) return () => true
    const node = waiting.pop() as Node
    if (node.type === 'ImportDeclaration' || (node.type.startsWith('TS') && !typedValues.test(node.type))) continue
    if (node.type === 'Identifier') used.add(node.name!)
    for (const [member, value] of Object.entries(node)) {
      // `x.User` and `{ User: 1 }` name a member.
      if (node.computed !== true && (member === 'property' || member === 'key')) continue
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) waiting.push(child)
    }
  }
  return (name) => used.has(name)
}

/** As much of a node as is looked at here, whatever it is. */
interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly id?: unknown
  readonly init?: unknown
  readonly object?: unknown
  readonly property?: Node
  readonly callee?: Node
  readonly arguments?: readonly Node[]
  readonly properties?: readonly Node[]
  readonly key?: Node
  readonly computed?: boolean
  readonly name?: string
  readonly value?: unknown
}

type Add = (specifier: string, names: readonly string[] | undefined, place: { start: number; end: number }) => void

/** Every `require('…')`, with the names that the module's members are taken by where it says them. */
function required(program: readonly unknown[], add: Add): void {
  const waiting: unknown[] = [...program].reverse()
  for (let looked = 0; waiting.length > 0 && looked < mostNodes; looked++) {
    const node = waiting.pop() as Node
    if (node.type === 'VariableDeclarator') {
      const specifier = requiredBy(node.init)
      if (specifier !== undefined) {
        add(specifier, namesOf(node.id), node)
        continue
      }
    }
    if (node.type === 'MemberExpression') {
      const specifier = requiredBy(node.object)
      const property = node.property!
      if (specifier !== undefined) {
        const isNamed = node.computed !== true && property.name !== 'default'
        add(specifier, isNamed ? [String(property.name)] : undefined, node)
        continue
      }
    }
    const specifier = requiredBy(node)
    if (specifier !== undefined) {
      add(specifier, undefined, node)
      continue
    }
    for (const value of Object.values(node).reverse())
      for (const child of Array.isArray(value) ? value.toReversed() : [value]) if (isNode(child)) waiting.push(child)
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

function requiredBy(value: unknown): string | undefined {
  if (!isNode(value) || value.type !== 'CallExpression') return undefined
  const { callee, arguments: [argument] = [] } = value
  if (callee?.type !== 'Identifier' || callee.name !== 'require' || argument?.type !== 'Literal') return undefined
  return typeof argument.value === 'string' ? argument.value : undefined
}

/** `{ User, Order: Orders }`: User, Order; undefined: the module as a whole. */
function namesOf(pattern: unknown): readonly string[] | undefined {
  if (!isNode(pattern) || pattern.type !== 'ObjectPattern') return undefined
  const names: string[] = []
  for (const { type, computed, key } of pattern.properties ?? []) {
    if (type !== 'Property' || computed === true || key?.name === undefined) return undefined
    names.push(key.name)
  }
  return names
}
