import type { Span } from '../source/span.ts'
import { arrayMember } from './builtins/arrays.ts'
import { setArray, touchArray, writeMember } from './fork.ts'
import { callFunction } from './functions.ts'
import { itemsOf } from './iterate.ts'
import { loadModule, namespaceOf } from './modules.ts'
import type { FunctionValue, Heir, ObjectValue, UnknownValue, Value } from './value.ts'
import { derived, mutable, num, plain, undef, unknown } from './values.ts'
import { type ClassCode, type Code, codeOf, type Walk } from './walk.ts'

/** Reads `object.key`. `expression` is how the user wrote it. */
export function getMember(walk: Walk, object: Value, key: string, span: Span, expression: string): Value {
  switch (object.kind) {
    case 'handle': {
      const value = walk.host.get(object, key, walk, span)
      if (value !== undefined) return value
      const reference = unknown('call', expression, span, [object])
      walk.references.set(reference, { handle: object, key })
      return reference
    }
    case 'object':
      return objectMember(walk, object, key, span, expression)
    case 'array': {
      if (key === 'length') return object.complete ? num(object.items.length, span) : derived(expression, span, object)
      const index = Number(key)
      if (Number.isInteger(index)) return object.items[index] ?? (object.complete ? undef : derived(expression, span, object))
      return arrayMember(key) ?? undef
    }
    case 'string': {
      if (key === 'length') {
        const known = plain(object)
        return known === undefined ? derived(expression, span, object) : num(known.length, span)
      }
      if (/^\d+$/.test(key)) {
        const items = itemsOf(walk, object)
        return items?.items[Number(key)] ?? (items ? undef : derived(expression, span, object))
      }
      return derived(expression, span, object)
    }
    case 'function':
      return functionMember(walk, object, key, span, expression)
    case 'promise':
      return unknown('call', expression, span, object.value.kind === 'handle' ? [object.value] : [])
    case 'unknown':
      return memberOfUnknown(walk, object, key, span, expression)
    default:
      return undef
  }
}

/** A member of something unknown; of a row it is the value of a column. */
function memberOfUnknown(walk: Walk, object: UnknownValue, key: string, span: Span, expression: string): Value {
  const value = unknown(object.reason, expression, span, object.origins ?? [object])
  if (key === 'length') return { ...value, escaped: true }
  if (object.reason !== 'row' || object.columns !== undefined) return value
  const columns = walk.host.column?.(value.origins ?? [], key)
  if (columns === undefined) return value
  return columns === 'harmless' ? { ...value, escaped: true } : { ...value, columns }
}

function objectMember(walk: Walk, object: ObjectValue, key: string, span: Span, expression: string): Value {
  const own = object.members.get(key)
  if (own !== undefined) return readAccessor(walk, own, object, span, expression)
  for (let at = walk.classes.get(object), depth = 0; at !== undefined && depth < 20; depth++) {
    const method = at.methods.get(key)
    if (method !== undefined) return readAccessor(walk, method, object, span, expression)
    const parent = at.parent
    at = parentClass(at)
    if (at === undefined && parent !== undefined && parent.kind !== 'null')
      return inheritedMember(walk, object, key, span) ?? unknown('unknown', expression, span)
  }
  const module = namespaceOf(walk, object, key)
  if (module !== undefined) return module
  if (object.rest !== undefined) return getMember(walk, object.rest, key, span, expression)
  return object.complete ? undef : unknown('unknown', expression, span)
}

/** The class that a class extends, when it is one of the program's. */
function parentClass(code: ClassCode): ClassCode | undefined {
  const parent = code.parent?.kind === 'function' ? codeOf(code.parent) : undefined
  return parent?.kind === 'class' ? parent : undefined
}

/** A class with a framework's class above it, as the host is told of it. */
function heirOf(code: ClassCode | undefined, instance: boolean): Heir | undefined {
  let at = code
  for (let depth = 0; at !== undefined && depth < 20; depth++) {
    if (at.parent?.kind === 'handle') return { parent: at.parent, name: code!.name, identity: code!, instance }
    at = parentClass(at)
  }
  return undefined
}

/** The class behind a function value, or behind an instance, as an heir of the framework's. */
export function heirBehind(walk: Walk, value: Value): Heir | undefined {
  if (value.kind === 'object') return heirOf(walk.classes.get(value), true)
  const code = value.kind === 'function' ? codeOf(value) : undefined
  return code?.kind === 'class' ? heirOf(code, false) : undefined
}

function inheritedMember(walk: Walk, value: Value, key: string, span: Span): Value | undefined {
  const heir = walk.host.inherited && heirBehind(walk, value)
  return heir && walk.host.inherited?.(heir, key, undefined, walk, span)
}

/** A method of the class above, for `super.method`. */
export function superMember(code: ClassCode | undefined, key: string): Value | undefined {
  for (let at = code && parentClass(code), depth = 0; at !== undefined && depth < 20; at = parentClass(at), depth++) {
    const found = at.methods.get(key) ?? at.members.get(key)
    if (found !== undefined) return found
  }
  return undefined
}

function readAccessor(walk: Walk, value: Value, self: Value, span: Span, expression: string): Value {
  if (value.kind !== 'function') return value
  const code = codeOf(value)
  if (code?.kind !== 'accessor') return value
  return code.get ? callFunction(walk, code.get, self, [], span, expression) : undef
}

function functionMember(walk: Walk, target: FunctionValue, key: string, span: Span, expression: string): Value {
  let code = codeOf(target)
  if (key === 'name') return target.name === undefined ? undef : { kind: 'string', pieces: [{ text: target.name, span, verbatim: false }] }
  for (let depth = 0; code !== undefined && depth < 20; depth++) {
    const own = code.members.get(key)
    if (own !== undefined) return readAccessor(walk, own, target, span, expression)
    code = code.kind === 'class' ? parentClass(code) : undefined
  }
  if (key === 'prototype') return prototypeOf(walk, codeOf(target)) ?? unknown('unknown', expression, span)
  return inheritedMember(walk, target, key, span) ?? undef
}

const prototypes = new WeakMap<ClassCode, ObjectValue>()

/** The prototype of a class of the program: what is written to it, every instance has. */
function prototypeOf(walk: Walk, code: Code | undefined): ObjectValue | undefined {
  if (code?.kind !== 'class') return undefined
  const known = prototypes.get(code)
  if (known !== undefined) return known
  const parent = parentClass(code)
  const prototype: ObjectValue = { kind: 'object', members: code.methods, complete: code.parent === undefined || parent !== undefined }
  if (parent !== undefined) walk.classes.set(prototype, parent)
  prototypes.set(code, prototype)
  return prototype
}

/** Writes `object.key = value`; `key` undefined: not known which. */
export function setMember(walk: Walk, object: Value, key: string | undefined, value: Value, span: Span): void {
  switch (object.kind) {
    case 'object': {
      if (key === undefined) {
        object.complete = false
        return
      }
      const setter = findSetter(walk, object, key)
      if (setter !== undefined) callFunction(walk, setter, object, [value], span, key)
      else writeMember(walk, object, key, value)
      return
    }
    case 'array': {
      const index = key === undefined ? Number.NaN : Number(key)
      if (key === 'length' && value.kind === 'number') {
        setArray(walk, object, object.items.slice(0, value.value), object.complete)
        return
      }
      touchArray(walk, object)
      const target = mutable(object)
      if (Number.isInteger(index) && index >= 0 && index <= target.items.length) target.items[index] = value
      else {
        target.items.push(value)
        target.complete = false
      }
      return
    }
    case 'function': {
      if (key !== undefined) codeOf(object)?.members.set(key, value)
      return
    }
    case 'handle': {
      const fields = walk.host.fields?.(object)
      if (fields !== undefined) setMember(walk, fields, key, value, span)
      return
    }
  }
}

function findSetter(walk: Walk, object: ObjectValue, key: string): FunctionValue | undefined {
  const own = object.members.get(key)
  const candidates = own ? [own] : []
  for (let at = walk.classes.get(object), depth = 0; at !== undefined && depth < 20; at = parentClass(at), depth++) {
    const method = at.methods.get(key)
    if (method) candidates.push(method)
  }
  for (const candidate of candidates) {
    const code = candidate.kind === 'function' ? codeOf(candidate) : undefined
    if (code?.kind === 'accessor') return code.set
  }
  return undefined
}

/** The members of an object that enumeration gives, getters read. */
export function entriesOf(walk: Walk, object: Value, span: Span): readonly (readonly [string, Value])[] | undefined {
  if (object.kind === 'object') {
    loadModule(walk, object)
    return object.complete
      ? [...object.members]
          .filter(([key]) => !key.startsWith('#'))
          .map(([key, value]) => [key, readAccessor(walk, value, object, span, key)] as const)
      : undefined
  }
  if (object.kind === 'array') return object.complete ? object.items.map((item, index) => [String(index), item] as const) : undefined
  if (object.kind === 'undefined' || object.kind === 'null' || object.kind === 'number' || object.kind === 'boolean') return []
  if (object.kind === 'function') {
    const code = codeOf(object)
    return code?.kind === 'class' || code?.kind === 'user' ? [...code.members] : undefined
  }
  return undefined
}
