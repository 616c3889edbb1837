import type { Statement } from 'oxc-parser'
import { fork, replay, tentative } from './fork.ts'
import { bindPattern, declaring } from './patterns.ts'
import { guardAgainstFailure } from './promises.ts'
import { runBody } from './statements.ts'
import type { Event } from './value.ts'
import { unknown } from './values.ts'
import {
  type Completion,
  childScope,
  type Scope,
  spanOf,
  type Test,
  type ThrowSignal,
  textOf,
  type Walk,
  type WalkContext,
} from './walk.ts'

/**
 * A `try`: its block, then its `catch` from the state before, then its `finally`. A catch that does not throw again swallows failures, so
 * what stands in the block is guarded by it.
 */
export function tryStatement(walk: Walk, scope: Scope, node: Extract<Statement, { type: 'TryStatement' }>): Completion {
  const outer = walk.context.block
  const from = walk.events.length
  const answered = walk.answer
  const catches = node.handler !== null
  if (catches) walk.tries++
  const attempt = tentative<Completion>(walk, () => {
    setBlock(walk, 'try')
    return runBody(walk, childScope(scope), node.block.body)
  })
  if (catches) walk.tries--
  let completion = attempt.end.result
  let thrown: ThrowSignal | undefined = attempt.end.thrown
  const tried = walk.events.slice(from)
  const { handler } = node
  if (handler) {
    const before = walk.events.length
    const inner = childScope(scope)
    const caught = () => {
      setBlock(walk, 'catch')
      const span = handler.param ? spanOf(scope, handler.param) : spanOf(scope, handler)
      if (handler.param)
        bindPattern(walk, inner, handler.param, thrown?.value ?? unknown('unknown', 'error', span), declaring(inner, 'let'))
      return runBody(walk, inner, handler.body.body)
    }
    const { answer } = walk
    // `try { await ask(); found = true } catch { found = false }`: whether it went well is the answer of the question.
    const test: Test | undefined = answer && answer !== answered ? { kind: 'atom', value: answer, text: 'try' } : undefined
    const [, end] = fork<Completion>(
      walk,
      () => {
        replay(walk, attempt.after)
        if (attempt.end.thrown) throw attempt.end.thrown
        return attempt.end.result
      },
      caught,
      (result) => result !== undefined,
      test,
    )
    if (end.thrown === undefined)
      guardAgainstFailure(tried.filter(isCaught(attempt.end.result)), isSelective(textOf(scope, handler), walk.events.slice(before)))
    walk.context = attempt.end.context
    if (end.thrown !== undefined) thrown = thrown ? end.thrown : undefined
    else if (thrown !== undefined) {
      thrown = undefined
      completion = end.result
    } else if (completion !== undefined && end.result === undefined) {
      // The block left; what follows runs only after a failure.
      if (completion.kind === 'return') scope.frame.returns.push({ value: completion.value, test: undefined, side: true })
      completion = undefined
      setBlock(walk, 'catch')
    } else if (end.result?.kind === 'return') {
      if (completion?.kind === 'return') scope.frame.returns.push({ value: end.result.value, test, side: false })
      else if (completion === undefined) scope.frame.returns.push({ value: end.result.value, test: undefined, side: true })
    }
    if (walk.context.block === 'try') restoreBlock(walk, outer)
  } else {
    replay(walk, attempt.after)
    walk.context = attempt.end.context
    restoreBlock(walk, outer)
  }
  if (node.finalizer) {
    const after = walk.context.block
    setBlock(walk, 'finally')
    const end = runBody(walk, childScope(scope), node.finalizer.body)
    restoreBlock(walk, after)
    if (end !== undefined) return end
  }
  if (thrown) throw thrown
  return completion
}

/**
 * Does a block that ended so meet the failure of an event? What it hands back without an `await` fails when the block is left; what nobody waits
 * for in it does so too.
 */
function isCaught(completion: Completion): (event: Event) => boolean {
  const value = completion?.kind === 'return' ? completion.value : undefined
  const handedBack = new Set(value?.kind === 'promise' ? value.events : [])
  return (event) => event.awaited !== 'dropped' && !handedBack.has(event)
}

/**
 * Does a handler of failures tell one from another, throw some again, or do something of its own instead? What only logs, or rolls back,
 * swallows them. `text` is the handler's, `events` what it calls.
 */
export function isSelective(text: string, events: readonly Event[]): boolean {
  if (/\bthrow\b|\breject\s*\(|\bprocess\.exit|\bassert\b|\bfail\s*\(/.test(text)) return true
  if (/\b(?:if|switch)\s*\(|\?[^.?]|&&|\|\|/.test(text)) return true
  const error = /^(?:catch\s*)?(?:async\s*)?(?:function\s*\w*\s*)?\(?\s*(\w+)/.exec(text)?.[1]
  const withoutLogs = text.replace(/\b(?:console|logger|log)\b[\w.]*\([^;\n]*/g, '')
  if (error !== undefined && withoutLogs.split(new RegExp(`\\b${error}\\b`)).length > 2) return true
  return events.some(({ name }) => !/rollback|^transaction$/i.test(name))
}

function setBlock(walk: Walk, block: NonNullable<WalkContext['block']>): void {
  // Whatever stands inside a catch runs only when something failed, however deep.
  if (walk.context.block !== 'catch') walk.context = { ...walk.context, block }
}

function restoreBlock(walk: Walk, block: WalkContext['block']): void {
  const { block: _, ...rest } = walk.context
  walk.context = block === undefined ? rest : { ...rest, block }
}
