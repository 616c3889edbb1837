import type { Context } from '../ir/context.ts'
import type { Statement } from '../ir/migration.ts'
import type { Operation } from '../ir/operation.ts'
import type { Blind, Event } from '../javascript/value.ts'
import type { Span } from '../source/span.ts'
import { withLoops } from './loops.ts'
import { type Draft, operationOfBlind, withContext, withSegments } from './script.ts'
import { type Place, places, type Recorded, type Transactions } from './transactions.ts'

/** A `throw` that the walk surely reached. */
interface Refusal {
  readonly span: Span
  readonly message: string | undefined
  readonly context: Event['context']
}

/** Something that happened in a script, in the order in which it did. */
export type Happening =
  | { readonly kind: 'event'; readonly event: Event }
  | { readonly kind: 'blind'; readonly blind: Blind }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }

interface Numbered {
  readonly draft: Draft
  readonly place: Place
}

/** The statements of a script from what happened in it. */
export function statementsOf(happenings: readonly Happening[], state: Transactions, cls: boolean): readonly Statement[] {
  const events = happenings.flatMap((one) => (one.kind === 'event' ? [one.event] : []))
  const found = places(
    events.map((event) => ({ recorded: event.data as Recorded, inCatch: event.context.block === 'catch' })),
    state,
    cls,
  )
  let at = 0
  let enclosing: number | undefined
  const drafts: Numbered[] = []
  for (const one of happenings) {
    if (one.kind === 'event') {
      const place = found[at++]!
      enclosing = place.enclosing
      const context: Context = {
        ...one.event.context,
        awaited: one.event.awaited,
        ...(one.event.awaited === 'dropped' && one.event.through ? { droppedCall: one.event.through } : {}),
        ...(place.enclosing === undefined ? {} : { enclosing: place.enclosing }),
      }
      for (const draft of (one.event.data as Recorded).drafts) {
        // Its text may have been written in another file than its call.
        const own = draft.span.file === one.event.span.file || context.calledAt ? context : { ...context, calledAt: one.event.span }
        drafts.push({ draft: { ...draft, operations: draft.operations.map((operation) => withContext(operation, own)) }, place })
      }
    } else if (one.kind === 'blind') drafts.push({ draft: blindDraft(one.blind), place: { segment: enclosing, enclosing } })
    else drafts.push({ draft: refusalDraft(one.refusal), place: { segment: enclosing, enclosing } })
  }
  return withLoops(numbered(drafts, state.count))
}

/** Transaction objects have their numbers; BEGIN and COMMIT in SQL texts that no object holds get those behind them. */
function numbered(drafts: readonly Numbered[], first: number): Statement[] {
  const free = drafts.filter(({ place }) => place.segment === undefined)
  const byText = withSegments(
    free.map(({ draft }) => draft),
    first,
  )
  const segments = new Map(free.map(({ draft }, index) => [draft, byText[index]!.segment]))
  return drafts.map(({ draft, place }) => ({ ...draft, segment: place.segment ?? segments.get(draft) }))
}

function blindDraft(blind: Blind): Draft {
  return { sql: undefined, span: blind.span, batch: undefined, operations: [operationOfBlind(blind)] }
}

function refusalDraft(refusal: Refusal): Draft {
  const operation: Operation = { kind: 'refuse', span: refusal.span, message: refusal.message, context: refusal.context }
  return { sql: undefined, span: refusal.span, batch: undefined, operations: [operation] }
}
