import { config } from '../src/config/schema.ts'
import { schemaOf } from '../src/eslint/rules.ts'
import type { Rule } from '../src/rule/define.ts'

/** As much of a valibot schema as is walked here. */
interface Node {
  readonly type: string
  readonly entries?: Readonly<Record<string, Node>>
  readonly wrapped?: Node
  readonly item?: Node
  readonly items?: readonly Node[]
  readonly options?: readonly unknown[]
  readonly literal?: unknown
  readonly pipe?: readonly (Node & { readonly description?: string; readonly requirement?: unknown })[]
}

/** The JSON Schema of `surefoot.json`, made of what the configuration is checked with; the names and options of the rules are spelled out. */
export function configSchema(rules: readonly Rule[]): string {
  const schema = jsonSchema(config as unknown as Node) as { readonly properties: { readonly rules: object } }
  const properties = { ...schema.properties, rules: { ...schema.properties.rules, ...rulesSchema(rules) } }
  const head = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'config.schema.json',
    title: 'surefoot.json',
    description: 'What Surefoot is told about a project. Everything may be left out.',
  }
  const definitions = { severity: { enum: ['error', 'warning', 'info'] }, setting: { enum: ['off', 'error', 'warning', 'info'] } }
  return `${JSON.stringify({ ...head, ...schema, properties, definitions }, undefined, 2)}\n`
}

function rulesSchema(rules: readonly Rule[]): object {
  const properties = rules.map(({ id, title, options }) => {
    const own = { type: 'array', items: [{ $ref: '#/definitions/severity' }, schemaOf(options)[0]], minItems: 2, additionalItems: false }
    return [id, { description: title, anyOf: [{ $ref: '#/definitions/setting' }, ...(options ? [own] : [])] }] as const
  })
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false }
}

/** Throws where the configuration is checked with something that has no words here yet. */
function jsonSchema(node: Node): Readonly<Record<string, unknown>> {
  if (node.pipe) return Object.assign({}, ...node.pipe.map((part, at) => (at === 0 ? jsonSchema(part) : constraint(part))))
  switch (node.type) {
    case 'optional':
      return jsonSchema(node.wrapped!)
    case 'strict_object': {
      // Rules of one's own are code.
      const members = Object.entries(node.entries!).filter(([name]) => name !== 'customRules')
      return {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(members.map(([name, member]) => [name, jsonSchema(member)])),
      }
    }
    case 'array':
      return { type: 'array', items: jsonSchema(node.item!) }
    case 'picklist':
      return { enum: node.options }
    case 'literal':
      return { const: node.literal }
    case 'union':
      return { anyOf: (node.options as readonly Node[]).map(jsonSchema) }
    case 'string':
    case 'boolean':
      return { type: node.type }
    case 'record':
      return { type: 'object' }
    default:
      throw new Error(`scripts/config-schema.ts has no words for ${node.type}.`)
  }
}

function constraint(action: { readonly type: string; readonly description?: string; readonly requirement?: unknown }): object {
  if (action.type === 'description') return { description: action.description }
  if (action.type === 'non_empty') return { minLength: 1 }
  if (action.type === 'regex') return { pattern: (action.requirement as RegExp).source }
  throw new Error(`scripts/config-schema.ts has no words for ${action.type}.`)
}
