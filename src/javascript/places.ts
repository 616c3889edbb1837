import type { Span } from '../source/span.ts'
import { parseModule } from './parse.ts'

/** A node of the syntax tree as far as changes of text look at it. */
export interface Place {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [member: string]: unknown
}

/** The nodes around a place, the innermost first; empty when the text has no syntax tree. `text` is that of the span's file. */
export function around(text: string, { file, start, end }: Span): readonly Place[] {
  const { program } = parseModule(file, text)
  const found: Place[] = []
  let node: Place | undefined = program as unknown as Place | undefined
  while (node) {
    found.unshift(node)
    node = childAround(node, start, end)
  }
  return found
}

/** The parts of a node, in no particular order. */
export function childrenOf(node: Place): readonly Place[] {
  const children: Place[] = []
  for (const name in node) {
    const value = node[name]
    if (typeof value !== 'object' || value === null) continue
    if (!Array.isArray(value)) {
      if (isPlace(value)) children.push(value)
    } else for (const one of value) if (isPlace(one)) children.push(one)
  }
  return children
}

function childAround(node: Place, start: number, end: number): Place | undefined {
  return childrenOf(node).find((child) => child.start <= start && end <= child.end)
}

export function isPlace(value: unknown): value is Place {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value && 'end' in value
}

/** The call that a place is, or whose argument it is a part of; a function in between has calls of its own. */
export function callAround(text: string, span: Span): Place | undefined {
  for (const node of around(text, span)) {
    if (node.type === 'CallExpression') return node
    if (/Function|Class|Program/.test(node.type)) return undefined
  }
  return undefined
}

/** The statement that a place is a part of, one that stands in a block. */
export function statementAround(text: string, span: Span): Place | undefined {
  const nodes = around(text, span)
  return nodes.find((_, at) => {
    const outer = nodes[at + 1]
    return outer !== undefined && (outer.type === 'BlockStatement' || outer.type === 'Program' || outer.type === 'FunctionBody')
  })
}

/** The arguments of a call. */
export function argumentsOf(call: Place): readonly Place[] {
  return Array.isArray(call.arguments) ? call.arguments.filter(isPlace) : []
}

/** A member of an object literal. */
export function propertyOf(object: Place, name: string): Place | undefined {
  if (object.type !== 'ObjectExpression' || !Array.isArray(object.properties)) return undefined
  return object.properties.filter(isPlace).find(({ key }) => isPlace(key) && (key.name === name || key.value === name))
}

/** The white space that a line begins with. */
export function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  return /^[ \t]*/.exec(text.slice(lineStart))![0]
}
