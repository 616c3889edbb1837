import type { Branch, Guard } from '../ir/context.ts'
import type { DialectName } from '../ir/names.ts'
import type { Span } from '../source/span.ts'
import type { Value } from './value.ts'
import { bool, derived, originsOf, truthy, unknown } from './values.ts'
import type { Addition, Test, Walk } from './walk.ts'

const engines: readonly DialectName[] = ['postgres', 'mysql', 'mariadb', 'sqlite']

const known = (value: boolean): Test => ({ kind: 'known', value })

export function not(test: Test): Test {
  if (test.kind === 'known') return known(!test.value)
  return test.kind === 'not' ? test.of : { kind: 'not', of: test }
}

/** The test that `if (value)` makes. */
export function testOf(walk: Walk, value: Value, text: string): Test {
  const decided = truthy(value)
  if (decided !== undefined) return known(decided)
  const stored = walk.tests.get(value)
  if (stored !== undefined) return stored
  return decide(walk, { kind: 'atom', value, text })
}

/** Asks the host whether it knows the answer of an atom. */
export function decide(walk: Walk, test: Test): Test {
  if (test.kind !== 'atom') return test
  const answer = ask(walk, test)
  return typeof answer === 'boolean' ? known(answer) : test
}

function ask(walk: Walk, test: Extract<Test, { kind: 'atom' }>) {
  return walk.host.condition?.({
    values: test.equality
      ? [...new Set([...originsOf(test.value), ...originsOf(test.equality.left), ...originsOf(test.equality.right)])]
      : originsOf(test.value),
    text: test.text,
    ...(test.equality ? { equality: { ...test.equality, negated: false } } : {}),
    negated: false,
  })
}

/** A value whose truth is the answer of a test. */
export function testedValue(walk: Walk, test: Test, text: string, span: Span | undefined, ...from: readonly Value[]): Value {
  if (test.kind === 'known') return bool(test.value)
  const value = derived(text, span, ...from)
  const own = value.origins === undefined || value.origins.length === 0 ? { ...unknown(value.reason, text, span), origins: [] } : value
  walk.tests.set(own, test)
  return own
}

interface Reading {
  readonly addition: Addition
  /** A branch must say the rest: not everything is a guard. */
  readonly pure: boolean
}

function invertGuard(guard: Guard): Guard {
  if (guard.requires === 'unknown') return guard
  return { ...guard, requires: guard.requires === 'exists' ? 'absent' : 'exists' }
}

function involvesEnvironment(test: Test): boolean {
  if (test.kind === 'atom') {
    return (
      /\bprocess\.env\b/.test(test.text) ||
      originsOf(test.value).some((value) => value.kind === 'unknown' && value.reason === 'environment')
    )
  }
  if (test.kind === 'not') return involvesEnvironment(test.of)
  return test.kind !== 'known' && (involvesEnvironment(test.left) || involvesEnvironment(test.right))
}

function conditionText(test: Test): string {
  if (test.kind === 'known') return String(test.value)
  return test.kind === 'not' ? conditionText(test.of) : test.text
}

/**
 * What holds on the side where a test came out as `side`. `id` is the same for both sides of one condition.
 */
export function assume(walk: Walk, test: Test, side: boolean, id: number): Addition {
  const reading = read(walk, test, side, id)
  if (reading.pure) return reading.addition
  const branches = reading.addition.branches
  if (branches.length > 0) return reading.addition
  return { guards: reading.addition.guards, branches: [plainBranch(test, side, id)] }
}

function plainBranch(test: Test, side: boolean, id: number): Branch {
  let at = test
  let value = side
  while (at.kind === 'not') {
    at = at.of
    value = !value
  }
  const on = involvesEnvironment(at) ? 'environment' : 'unknown'
  return { on, condition: conditionText(at), id, side: value ? 'then' : 'else' }
}

function read(walk: Walk, test: Test, side: boolean, id: number): Reading {
  const nothing: Addition = { guards: [], branches: [] }
  switch (test.kind) {
    case 'known':
      return { addition: nothing, pure: true }
    case 'not':
      return read(walk, test.of, !side, id)
    case 'atom': {
      const answer = ask(walk, test)
      if (answer === undefined || typeof answer === 'boolean')
        return { addition: { guards: [], branches: [plainBranch(test, side, id)] }, pure: false }
      if ('guard' in answer) {
        const guard = side ? answer.guard : invertGuard(answer.guard)
        return { addition: { guards: [guard], branches: [] }, pure: true }
      }
      const { dialects, on } = answer.branch
      const taken = dialects === undefined || side ? dialects : engines.filter((engine) => !dialects.includes(engine))
      return {
        addition: {
          guards: [],
          branches: [{ on, ...(taken ? { dialects: taken } : {}), condition: test.text, id, side: side ? 'then' : 'else' }],
        },
        pure: false,
      }
    }
    default: {
      const left = read(walk, test.left, side, id)
      const right = read(walk, test.right, side, id)
      const both = (test.kind === 'and') === side
      if (both) {
        const branches = [...left.addition.branches, ...right.addition.branches]
        const own = test.left.kind !== 'known' && test.right.kind !== 'known'
        return {
          addition: {
            guards: [...left.addition.guards, ...right.addition.guards],
            branches:
              branches.length > 1
                ? mergeBranches(branches, plainBranch(test, side, id))
                : branches.map((branch) => (own ? { ...branch, condition: test.text } : branch)),
          },
          pure: left.pure && right.pure,
        }
      }
      const guards = [...left.addition.guards, ...right.addition.guards]
      if (left.pure && right.pure) {
        const by = guards[0]?.by
        return { addition: { guards: by === undefined ? [] : [{ by, requires: 'unknown' }], branches: [] }, pure: true }
      }
      return { addition: { guards: [], branches: [eitherBranch(left, right, plainBranch(test, side, id))] }, pure: false }
    }
  }
}

/** Two branches that hold together, as one: dialects intersect. */
function mergeBranches(branches: readonly Branch[], plain: Branch): readonly Branch[] {
  const dialect = branches.filter((branch) => branch.on === 'dialect' && branch.dialects)
  if (dialect.length === 0) return [branches.find((branch) => branch.on === 'environment') ?? plain]
  const dialects = engines.filter((engine) => dialect.every((branch) => branch.dialects!.includes(engine)))
  const merged: Branch = { ...plain, on: 'dialect', dialects }
  return dialect.length === branches.length ? [merged] : [merged, plain]
}

/** One of two branches holds. */
function eitherBranch(left: Reading, right: Reading, plain: Branch): Branch {
  const one = left.addition.branches[0]
  const other = right.addition.branches[0]
  if (one?.on === 'dialect' && other?.on === 'dialect' && one.dialects && other.dialects) {
    return {
      ...plain,
      on: 'dialect',
      dialects: engines.filter((engine) => one.dialects!.includes(engine) || other.dialects!.includes(engine)),
    }
  }
  return plain
}

/** The values that a test asked about. */
export function valuesOf(test: Test): readonly Value[] {
  if (test.kind === 'known') return []
  if (test.kind === 'atom') return [test.value]
  return test.kind === 'not' ? valuesOf(test.of) : [...valuesOf(test.left), ...valuesOf(test.right)]
}
