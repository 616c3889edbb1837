import type { Statement } from 'oxc-parser'
import { not, testOf } from './conditions.ts'
import { evaluate } from './expressions.ts'
import { compare } from './operators.ts'
import { eitherSide, runBody } from './statements.ts'
import { type Completion, childScope, type Scope, spanOf, type Test, textOf, type Walk } from './walk.ts'

type Switch = Extract<Statement, { type: 'SwitchStatement' }>

/** A `switch`: a known case is walked alone, else each case stands under its comparison. */
export function evaluateSwitch(walk: Walk, scope: Scope, node: Switch, label: string | undefined): Completion {
  const subject = evaluate(walk, scope, node.discriminant)
  const inner = childScope(scope)
  const run = (from: number): Completion => {
    for (let at = from; at < node.cases.length; at++) {
      const end = runBody(walk, inner, node.cases[at]!.consequent)
      if (end?.kind === 'break' && (end.label === undefined || end.label === label)) return undefined
      if (end !== undefined) return end
    }
    return undefined
  }
  const fallback = node.cases.findIndex((entry) => entry.test === null)
  const from = (index: number): Completion => {
    let at = index
    let test: Test = { kind: 'known', value: false }
    let start = -1
    while (at < node.cases.length) {
      const entry = node.cases[at]!
      if (entry.test !== null) {
        const value = compare(
          walk,
          scope,
          subject,
          evaluate(walk, inner, entry.test),
          node.discriminant,
          entry.test,
          spanOf(scope, entry.test),
        )
        const own = testOf(walk, value, `${textOf(scope, node.discriminant)} === ${textOf(scope, entry.test)}`)
        if (own.kind === 'known' && own.value && test.kind === 'known') return run(at)
        test = either(test, own)
        if (start < 0) start = at
      } else if (start >= 0 && entry.consequent.length === 0) {
        at++
        continue
      }
      at++
      if (entry.consequent.length > 0 && entry.test !== null) break
    }
    if (test.kind === 'known' && !test.value) {
      if (at < node.cases.length) return from(at)
      return fallback < 0 ? undefined : run(fallback)
    }
    return eitherSide(
      walk,
      scope,
      test,
      () => run(start),
      () => from(at),
    )
  }
  return from(0)
}

function either(left: Test, right: Test): Test {
  if (left.kind === 'known') return left.value ? left : right
  if (right.kind === 'known') return right.value ? right : left
  const text = `${shownTest(left)} || ${shownTest(right)}`
  return { kind: 'or', left, right, text }
}

function shownTest(test: Test): string {
  return test.kind === 'known' ? String(test.value) : test.kind === 'not' ? `!(${shownTest(not(test))})` : test.text
}
