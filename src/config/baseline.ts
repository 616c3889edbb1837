import * as v from 'valibot'
import { UserError } from '../errors.ts'

/** The file that `surefoot baseline` writes and every run reads, in the project's root. */
export const baselineFile = 'surefoot.baseline.json'

const entry = v.strictObject({
  file: v.pipe(v.string(), v.nonEmpty()),
  rule: v.pipe(v.string(), v.nonEmpty()),
  fingerprint: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'Invalid fingerprint')),
  count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1),
})

const baseline = v.strictObject({ $schema: v.optional(v.string()), version: v.literal(1), findings: v.array(entry) })

type Entry = v.InferOutput<typeof entry>

/** What a baseline says. A UserError names the file and the first thing in it that is not as expected. */
export function readBaseline(text: string, file: string): readonly Entry[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UserError(`${file} is not JSON: ${error instanceof Error ? error.message : error}. ${again}`)
  }
  const result = v.safeParse(baseline, value)
  if (result.success) return result.output.findings
  const [issue] = result.issues
  const place = v.getDotPath(issue)
  throw new UserError(`${file}: ${place === null ? 'the file' : `"${place}"`} cannot be read: ${issue.message}. ${again}`)
}

const again = 'Mend it, or run surefoot baseline, which writes it anew.'

/** A baseline as a file's text: sorted, and one line an entry, so that versions of it are easy to compare and to merge. */
export function showBaseline(entries: readonly Entry[]): string {
  const lines = entries
    .toSorted((a, b) => compare(a.file, b.file) || compare(a.rule, b.rule) || compare(a.fingerprint, b.fingerprint))
    .map(({ file, rule, fingerprint, count }) => JSON.stringify({ file, rule, fingerprint, ...(count === 1 ? {} : { count }) }))
  const findings = lines.length === 0 ? '[]' : `[\n    ${lines.join(',\n    ')}\n  ]`
  return `{\n  "$schema": "./node_modules/surefoot/schema/baseline.schema.json",\n  "version": 1,\n  "findings": ${findings}\n}\n`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
