import type { Format } from './format.ts'

/**
 * One JSON object a line, each with its `type`: every finding, what is suppressed, what could not be read, what could not be judged, every migration where they
 * were described, and the summary at the end. Their members are those of the `json` format.
 */
export const jsonl: Format = (outcome) => {
  const { version, findings, suppressed, opaque, errors, migrations = [], summary } = outcome
  const rows = [
    ...findings.map((finding) => ({ type: 'finding', ...finding })),
    ...suppressed.map((finding) => ({ type: 'suppressed', ...finding })),
    ...opaque.map((place) => ({ type: 'opaque', ...place })),
    ...errors.map((error) => ({ type: 'error', ...error })),
    ...migrations.map((migration) => ({ type: 'migration', ...migration })),
    { type: 'summary', version, ...summary },
  ]
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}
