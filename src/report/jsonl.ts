import type { Format } from './format.ts'

/**
 * One JSON object a line, each with its `type`: every finding, what is suppressed, what `--fix` changed and what it could not, what could not be read, what could
 * not be judged, every migration where they were described, every rehearsal, and the summary at the end. Their members are those of the `json` format.
 */
export const jsonl: Format = (outcome) => {
  const { version, findings, suppressed, fixed = [], unfixed = [], opaque, errors, migrations = [], rehearsals = [], summary } = outcome
  const rows = [
    ...findings.map((finding) => ({ type: 'finding', ...finding })),
    ...suppressed.map((finding) => ({ type: 'suppressed', ...finding })),
    ...fixed.map((change) => ({ type: 'fixed', ...change })),
    ...unfixed.map((refusal) => ({ type: 'unfixed', ...refusal })),
    ...opaque.map((place) => ({ type: 'opaque', ...place })),
    ...errors.map((error) => ({ type: 'error', ...error })),
    ...migrations.map((migration) => ({ type: 'migration', ...migration })),
    ...rehearsals.map((rehearsal) => ({ type: 'rehearsal', ...rehearsal })),
    { type: 'summary', version, ...summary },
  ]
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}
