import { assume } from './conditions.ts'
import { fork } from './fork.ts'
import type { Choice, Value } from './value.ts'
import { derived, join, undef } from './values.ts'
import { type Test, type Walk, within } from './walk.ts'

/** More than these are not told apart. */
const most = 4

function choicesOf(value: Value): readonly Choice[] | undefined {
  if (value.kind === 'string') return [{ value, guards: [], branches: [] }]
  return value.kind === 'unknown' ? value.choices : undefined
}

/** The value that is one text or another as a test comes out; what `join` says where they are not both texts, or too many. */
export function either(walk: Walk, left: Value, right: Value, test: Test): Value {
  const joined = join(left, right)
  const ours = choicesOf(left)
  const theirs = choicesOf(right)
  if (joined === left || joined === right || !ours || !theirs || ours.length + theirs.length > most) return joined
  const id = walk.nextId++
  const on = (side: boolean) => assume(walk, test, side, id)
  const under = (choices: readonly Choice[], { guards, branches }: ReturnType<typeof on>) =>
    choices.map((choice) => ({ ...choice, guards: [...guards, ...choice.guards], branches: [...branches, ...choice.branches] }))
  const base = joined.kind === 'unknown' ? joined : derived('one of two texts', left.kind === 'string' ? left.span : undefined, left, right)
  return { ...base, choices: [...under(ours, on(true)), ...under(theirs, on(false))] }
}

/** What a computation gives of a value with choices: one of its results, each on the side of its text. undefined: the value has none. */
export function each(value: Value, compute: (choice: Value) => Value): Value | undefined {
  if (value.kind !== 'unknown' || value.choices === undefined) return undefined
  const choices: Choice[] = []
  let joined: Value | undefined
  for (const choice of value.choices) {
    const result = compute(choice.value)
    joined = joined === undefined ? result : join(joined, result)
    for (const own of choicesOf(result) ?? []) {
      // The same text used twice is the same both times.
      if (contradicts(choice, own)) continue
      choices.push({ ...own, guards: [...choice.guards, ...own.guards], branches: [...choice.branches, ...own.branches] })
    }
  }
  if (joined === undefined || choices.length < value.choices.length || choices.length > most) return joined
  const base = joined.kind === 'unknown' ? joined : derived(value.expression, value.span, value)
  return { ...base, ...(value.escaped ? { escaped: true } : {}), choices }
}

/** Are two texts on different sides of one question? */
function contradicts(one: Choice, other: Choice): boolean {
  return one.branches.some(({ id, side }) => other.branches.some((branch) => branch.id === id && branch.side !== side))
}

/** Runs a call once for each text that an argument may be, each in its context; undefined: no argument has choices. */
export function forEachChoice(walk: Walk, args: readonly Value[], call: (args: readonly Value[]) => Value): Value | undefined {
  const at = args.findIndex((arg) => arg.kind === 'unknown' && arg.choices !== undefined)
  const arg = args[at]
  if (arg?.kind !== 'unknown' || arg.choices === undefined) return undefined
  const outer = walk.context
  const run = ([choice, ...others]: readonly Choice[]): Value => {
    if (choice === undefined) return undef
    const side = () => {
      walk.context = within(outer, choice)
      const given = args.with(at, choice.value)
      return forEachChoice(walk, given, call) ?? call(given)
    }
    if (others.length === 0) {
      const last = side()
      walk.context = outer
      return last
    }
    const [first, rest] = fork<Value>(
      walk,
      side,
      () => run(others),
      () => false,
    )
    walk.context = outer
    if (first.thrown && rest.thrown) throw first.thrown
    if (first.thrown) return rest.result ?? undef
    return rest.thrown ? (first.result ?? undef) : join(first.result ?? undef, rest.result ?? undef)
  }
  return run(arg.choices)
}
