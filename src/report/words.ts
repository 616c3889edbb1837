import type { Summary } from '../lint/outcome.ts'

/** `1 error`, `2 errors`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** Milliseconds for a person: `90 ms`, `2.35 s`. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(2)} s`
}

/** The sums of a run in one line without colours: what was found, and of what. */
export function sums(summary: Summary): string {
  const { errors, warnings, infos, suppressed, opaque } = summary
  const total = errors + warnings + infos
  const found = [
    ...(total === 0 ? ['No findings'] : [count(errors, 'error'), count(warnings, 'warning'), `${infos} info`]),
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
  ]
  const read = `${count(summary.migrations, 'migration')}, ${count(summary.statements, 'statement')} read`
  return `${found.join(', ')}; ${read}, ${opaque === 0 ? 'all of them understood' : `${opaque} not understood`}`
}

/** What stands for an unread statement wherever a format asks for a rule. */
export const unreadRule = 'not-read'
/** What stands for an input that could not be judged. */
export const unjudgedRule = 'not-judged'

/** Why a statement was not read, as a sentence. */
export function unreadText({ because, detail }: { readonly because: string; readonly detail: string }): string {
  return `Could not be read (${because}): ${detail}`
}
