import type { Finding } from '../rule/finding.ts'
import type { ReportOptions } from '../rule/site.ts'
import type { Span } from '../source/span.ts'
import { fill } from './message.ts'

/** A finding with what later steps need to know of it. */
export interface Judged extends Finding {
  /** The whole statement, for a suppression that stands above it. */
  readonly statement: Span
  /** What is said instead for all of the rule that share this text, its `{count}` not filled yet. */
  readonly once?: { readonly message: string; readonly unless: 'timeouts-set' | undefined }
  readonly atEnd?: NonNullable<ReportOptions['atEnd']>
}

/** So many findings of one rule about the same words stand by themselves; of more, as a loop over a hundred partitions makes, the first speaks for all. */
const crowd = 10

/** What people are told of findings: those to be said once in a run become the first of them, with their number, and so do crowds. */
export function collapse(findings: readonly Judged[], timeoutsSet: boolean): readonly Judged[] {
  return withoutCrowds(saidOnce(findings, timeoutsSet))
}

function withoutCrowds(findings: readonly Judged[]): readonly Judged[] {
  const crowds = new Map<string, Set<string>>()
  const keyOf = (finding: Judged) => [finding.rule, finding.messageId, finding.migration, finding.direction, placeOf(finding)].join(' ')
  for (const finding of findings) {
    const key = keyOf(finding)
    const messages = crowds.get(key)
    if (messages) messages.add(finding.message)
    else crowds.set(key, new Set([finding.message]))
  }
  const said = new Set<string>()
  return findings.flatMap((finding) => {
    const key = keyOf(finding)
    const { size } = crowds.get(key)!
    if (size <= crowd) return [finding]
    if (said.has(key)) return []
    said.add(key)
    return [{ ...finding, message: `${finding.message} So it is ${size - 1} times more at this place.` }]
  })
}

function saidOnce(findings: readonly Judged[], timeoutsSet: boolean): readonly Judged[] {
  const counts = new Map<string, number>()
  for (const finding of findings) {
    const key = onceKey(finding, timeoutsSet)
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  if (counts.size === 0) return findings
  const said = new Set<string>()
  return findings.flatMap((finding) => {
    const key = onceKey(finding, timeoutsSet)
    const count = key === undefined ? 0 : counts.get(key)!
    if (key === undefined || count < 2) return [finding]
    if (said.has(key)) return []
    said.add(key)
    return [{ ...finding, message: fill(finding.once!.message, { count }) }]
  })
}

function onceKey({ rule, once }: Judged, timeoutsSet: boolean): string | undefined {
  if (once === undefined || (once.unless === 'timeouts-set' && timeoutsSet)) return undefined
  return `${rule} ${once.message}`
}

/** Findings of different rules about the same words name each other; one that is said once a run is about no statement in particular. */
export function relate(findings: readonly Judged[]): readonly Judged[] {
  const byPlace = new Map<string, Judged[]>()
  for (const finding of findings) {
    if (finding.once !== undefined) continue
    const place = placeOf(finding)
    const there = byPlace.get(place)
    if (there) there.push(finding)
    else byPlace.set(place, [finding])
  }
  return findings.map((finding) => {
    if (finding.once !== undefined) return finding
    const there = byPlace.get(placeOf(finding))!
    if (there.length < 2) return finding
    // Code that is called again and again says the same of it each time.
    const others = new Map(there.filter((other) => other.rule !== finding.rule).map((other) => [`${other.rule} ${other.message}`, other]))
    const related = [...others.values()].map(({ message, span, rule }) => ({ message, span, rule }))
    return { ...finding, related: [...finding.related, ...related] }
  })
}

function placeOf({ span, migration }: Judged): string {
  return `${migration} ${span.file}:${span.start}:${span.end}`
}
