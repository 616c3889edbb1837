import type { Plan } from '../plan/plan.ts'
import type { TextEdit } from '../source/text-edit.ts'
import type { HostFixer, HostPosition, HostProblem } from './host.ts'

/** What may be done about a problem in its file. */
export interface Change {
  readonly title: string
  readonly keeps: Plan['keeps']
  readonly edits: readonly TextEdit[]
}

/** What ESLint is told of one place, as plain data that can be kept. */
export interface Problem {
  readonly loc: { readonly start: HostPosition; readonly end: HostPosition }
  readonly messageId: string
  readonly message: string
  readonly change?: Change
}

/** By rule. */
export type Problems = ReadonlyMap<string, readonly Problem[]>

/** The problem as ESLint takes it. */
export function hostProblem({ loc, messageId, message, change }: Problem): HostProblem {
  return { loc, messageId, data: { message }, ...(change ? offered(change) : {}) }
}

function offered({ title, keeps, edits }: Change): Pick<HostProblem, 'fix' | 'suggest'> {
  const fix = (fixer: HostFixer) => edits.map(({ start, end, text }) => fixer.replaceTextRange([start, end], text))
  return keeps === 'meaning' ? { fix } : { suggest: [{ desc: title, fix }] }
}
