import { argumentsOf, around, callAround, isPlace, type Place } from '../../javascript/places.ts'
import type { Span } from '../../source/span.ts'
import { literalOf, type Style } from '../module-file.ts'
import { styleOf } from '../program-file.ts'
import { insertion } from '../sql-file.ts'
import type { Change } from '../writer.ts'

/** A call that sends SQL as it is: `raw('…')`. A question mark is a binding unless it is escaped: https://knexjs.org/guide/raw.html */
export function rawCall(sql: string, style: Pick<Style, 'quote'>): string {
  return `raw(${literalOf(sql.replaceAll('?', '\\?'), style)})`
}

/** The call that ends where a place does: a link of a chain, or the last call of it. SQL stands inside its call. */
export function callOf(text: string, span: Span, isSql: boolean): Place | undefined {
  if (isSql) return callAround(text, span)
  return around(text, { ...span, start: span.end - 1 }).find(({ type, end }) => type === 'CallExpression' && end === span.end)
}

/** `knex.schema` at the beginning of a chain; undefined: the call is no link of one. */
export function schemaOf(call: Place): Place | undefined {
  let node: Place | undefined = call
  while (node) {
    if (node.type === 'MemberExpression' && isPlace(node.property) && node.property.name === 'schema' && !isCall(node.object)) return node
    node = inner(node)
  }
  return undefined
}

/** The name that a chain begins with: `knex`, `trx`. */
export function rootOf(call: Place): Place | undefined {
  let node: Place | undefined = call
  while (node && node.type !== 'Identifier') node = inner(node)
  return node
}

function inner(node: Place): Place | undefined {
  const next = node.type === 'CallExpression' ? node.callee : node.type === 'MemberExpression' ? node.object : undefined
  return isPlace(next) ? next : undefined
}

function isCall(value: unknown): boolean {
  return isPlace(value) && value.type === 'CallExpression'
}

/** What a link is chained to. */
export function objectOf(call: Place): Place | undefined {
  const { callee } = call
  return isPlace(callee) && callee.type === 'MemberExpression' && isPlace(callee.object) ? callee.object : undefined
}

export function methodOf(call: Place): Place | undefined {
  const { callee } = call
  return isPlace(callee) && isPlace(callee.property) ? callee.property : undefined
}

/**
 * SQL as links of a chain of `knex.schema`, before a link of it: a chain sends its statements one after the other, on one connection. undefined: comments
 * stand between the links.
 */
export function chainedBefore(text: string, file: string, call: Place, sql: readonly string[]): Change | undefined {
  const object = objectOf(call)
  const written = object && dotBefore(text, call, object)
  if (!object || written === undefined) return undefined
  return insertion(file, object.end, sql.map((one) => `${written}${rawCall(one, styleOf(text))}`).join(''))
}

/** The dot before a link, with the line that it may stand on. */
export function dotBefore(text: string, call: Place, object: Place): string | undefined {
  const method = methodOf(call)
  const between = method && text.slice(object.end, method.start)
  return between !== undefined && /^\s*\.\s*$/.test(between) ? between : undefined
}

/** What a table's callback does, as the statements or the one expression of its body; undefined: there is no such callback. */
export function callbackParts(call: Place): readonly Place[] | undefined {
  const callback = argumentsOf(call).at(-1)
  const body = callback && /Function/.test(callback.type) && isPlace(callback.body) ? callback.body : undefined
  if (!body) return undefined
  return Array.isArray(body.body) ? body.body.filter(isPlace) : [body]
}
