import { argumentsOf, isPlace, type Place } from '../javascript/places.ts'

/** Members of an object literal; undefined: one of them is spread, a method, or has a computed name that is not one of `symbol`. */
export function membersOf(object: Place, symbol: RegExp, text: string): ReadonlyMap<string, Place> | undefined {
  if (object.type !== 'ObjectExpression' || !Array.isArray(object.properties)) return undefined
  const members = new Map<string, Place>()
  for (const { key, value, computed } of object.properties.filter(isPlace)) {
    if (!isPlace(key) || !isPlace(value)) return undefined
    const written = computed === true ? symbol.exec(text.slice(key.start, key.end))?.[0] : String(key.name ?? key.value)
    if (written === undefined) return undefined
    members.set(written, value)
  }
  return members
}

/** A text that stands as a literal. */
export function isText(node: Place | undefined): boolean {
  if (node?.type === 'Literal') return typeof node.value === 'string'
  return node?.type === 'TemplateLiteral' && Array.isArray(node.expressions) && node.expressions.length === 0
}

/**
 * Does a value stand in the code as literals alone, in objects, lists and constructors? What a name stands for may be another thing each time that the code
 * around it is called; `known` tells of those that are not. Objects may not be spread or have computed names.
 */
export function isWrittenOut(node: Place, text: string, known: (node: Place) => boolean): boolean {
  const isOut = (inner: Place | undefined) => inner !== undefined && isWrittenOut(inner, text, known)
  if (known(node) || isText(node)) return true
  switch (node.type) {
    case 'Literal':
      return true
    case 'ArrayExpression':
      return Array.isArray(node.elements) && node.elements.every((element) => isPlace(element) && isOut(element))
    case 'ObjectExpression':
      return [...(membersOf(node, /$^/, text)?.values() ?? [undefined])].every(isOut)
    case 'NewExpression':
      return argumentsOf(node).every(isOut)
    default:
      return false
  }
}

/** The names of constants at the top of a module that are literals. */
export function constantsOf(program: Place | undefined): ReadonlySet<string> {
  const body = Array.isArray(program?.body) ? program.body.filter(isPlace) : []
  return new Set(
    body.flatMap(({ type, kind, declarations }) =>
      type === 'VariableDeclaration' && kind === 'const' && Array.isArray(declarations)
        ? declarations.filter(isPlace).flatMap(({ id, init }) => {
            const isLiteral = isPlace(init) && (init.type === 'Literal' || isText(init))
            return isLiteral && isPlace(id) && id.type === 'Identifier' ? [String(id.name)] : []
          })
        : [],
    ),
  )
}
