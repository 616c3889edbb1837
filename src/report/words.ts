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
  const { errors, warnings, infos, opaque } = summary
  const total = errors + warnings + infos
  const found = [
    ...(total === 0 ? ['No findings'] : [count(errors, 'error'), count(warnings, 'warning'), `${infos} info`]),
    ...leftOut(summary),
  ]
  const read = `${count(summary.migrations, 'migration')}, ${count(summary.statements, 'statement')} read`
  return `${found.join(', ')}; ${read}, ${opaque === 0 ? 'all of them understood' : `${opaque} not understood`}`
}

/** How many findings comments and the baseline leave out, where there are any. */
export function leftOut({ suppressed, baseline }: Summary): readonly string[] {
  return [
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
    ...(baseline && baseline.findings > 0 ? [`${baseline.findings} left out by ${baseline.file}`] : []),
  ]
}

/** That the baseline has findings which are gone, as a sentence; undefined when it has none. */
export function staleText({ baseline }: Summary): string | undefined {
  const gone = baseline?.stale.reduce((sum, entry) => sum + entry.count, 0) ?? 0
  if (!baseline || gone === 0) return undefined
  const named = baseline.stale.slice(0, listed).map(({ file, rule }) => `${rule} in ${file}`)
  const more = baseline.stale.length - named.length
  const which = `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return `${baseline.file} lists ${count(gone, 'finding')} that ${gone === 1 ? 'is' : 'are'} gone (${which}). Run surefoot baseline --prune.`
}

/** So many entries of a baseline that are gone are named. */
const listed = 5

/** What stands for an unread statement wherever a format asks for a rule. */
export const unreadRule = 'not-read'
/** What stands for an input that could not be judged. */
export const unjudgedRule = 'not-judged'

/** Why a statement was not read, as a sentence. */
export function unreadText({ because, detail }: { readonly because: string; readonly detail: string }): string {
  return `Could not be read (${because}): ${detail}`
}
