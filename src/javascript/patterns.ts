import type { BindingPattern, ParamPattern } from 'oxc-parser'
import { evaluate } from './expressions.ts'
import { writeCell } from './fork.ts'
import { itemsOf } from './iterate.ts'
import { getMember, setMember } from './members.ts'
import type { Value } from './value.ts'
import { derived, keyOf, list, record, truthy, undef } from './values.ts'
import { declare, functionScope, lookup, type Scope, spanOf, textOf, type Walk } from './walk.ts'

type Target = BindingPattern | ParamPattern | AssignmentTargetNode
/** An assignment's left side; its members differ from a binding's only in that any place may stand in them. */
export type AssignmentTargetNode = import('oxc-parser').AssignmentTarget | import('oxc-parser').AssignmentTargetMaybeDefault

/** How a name that the pattern names gets its value. */
export type Bind = (name: string, value: Value) => void

export function declaring(scope: Scope, kind: string): Bind {
  const home = kind === 'var' ? functionScope(scope) : scope
  return (name, value) => declare(home, name, value)
}

/** Assigns an existing variable; an undeclared one becomes the module's. */
export function assigning(walk: Walk, scope: Scope): Bind {
  return (name, value) => {
    const cell = lookup(scope, name)
    if (cell === undefined) declare(functionScope(scope), name, value)
    else writeCell(walk, cell, value)
  }
}

/** Takes a value apart as a pattern says. */
export function bindPattern(walk: Walk, scope: Scope, target: Target, value: Value, bind: Bind): void {
  switch (target.type) {
    case 'Identifier':
      bind(target.name, value)
      return
    case 'AssignmentPattern': {
      bindPattern(walk, scope, target.left, withDefault(walk, scope, value, target.right), bind)
      return
    }
    case 'ObjectPattern': {
      const seen = new Set<string>()
      for (const property of target.properties) {
        if (property.type === 'RestElement') {
          bindPattern(walk, scope, property.argument, rest(value, seen), bind)
          continue
        }
        const key =
          !property.computed && property.key.type === 'Identifier'
            ? property.key.name
            : property.key.type === 'PrivateIdentifier'
              ? undefined
              : keyOf(evaluate(walk, scope, property.key as import('oxc-parser').Expression))
        const span = spanOf(scope, property)
        if (key !== undefined) seen.add(key)
        const part = key === undefined ? derived(textOf(scope, property), span, value) : getMember(walk, value, key, span, key)
        bindPattern(walk, scope, property.value, part, bind)
      }
      return
    }
    case 'ArrayPattern': {
      const items = itemsOf(walk, value)
      target.elements.forEach((element, index) => {
        if (element === null) return
        const span = spanOf(scope, element)
        if (element.type === 'RestElement') {
          const left = items ? list(items.items.slice(index), items.complete, span) : derived(textOf(scope, element), span, value)
          bindPattern(walk, scope, element.argument, left, bind)
          return
        }
        const item = items
          ? (items.items[index] ?? (items.complete ? undef : derived(textOf(scope, element), span, value)))
          : getMember(walk, value, String(index), span, textOf(scope, element))
        bindPattern(walk, scope, element, item, bind)
      })
      return
    }
    case 'RestElement':
      bindPattern(walk, scope, target.argument, value, bind)
      return
    case 'TSParameterProperty':
      bindPattern(walk, scope, target.parameter, value, bind)
      return
    case 'MemberExpression': {
      const object = evaluate(walk, scope, target.object)
      const key = target.computed ? keyOf(evaluate(walk, scope, target.property)) : target.property.name
      setMember(walk, object, key, value, spanOf(scope, target))
      return
    }
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
      bindPattern(walk, scope, target.expression as Target, value, bind)
      return
  }
}

function withDefault(walk: Walk, scope: Scope, value: Value, node: import('oxc-parser').Expression): Value {
  if (value.kind === 'undefined') return evaluate(walk, scope, node)
  return value
}

function rest(value: Value, seen: ReadonlySet<string>): Value {
  if (value.kind === 'object') {
    return {
      ...record(
        [...value.members].filter(([key]) => !seen.has(key)),
        value.complete,
      ),
      ...(value.span ? { span: value.span } : {}),
    }
  }
  if (value.kind === 'handle') return value
  return truthy(value) === false ? record() : derived('…', value.span, value)
}
