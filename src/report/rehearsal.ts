import type { Outcome, ReportedFinding, ReportedObservation, ReportedRehearsal, ReportedStep } from '../lint/outcome.ts'
import type { Verdict } from '../rule/finding.ts'
import type { Format } from './format.ts'
import { clean } from './frame.ts'
import type { Paint } from './paint.ts'

/** For people at a terminal: of each migration that was run its statements, the verdict on each finding, and what no rule had said. */
export const rehearsed: Format = (outcome, { paint }) => {
  const out: string[] = []
  for (const rehearsal of outcome.rehearsals ?? []) out.push(...section(rehearsal, outcome, paint))
  for (const error of outcome.errors)
    out.push('', `${paint.bad('could not be judged:')} ${paint.bold(clean(error.file))}`, `  ${clean(error.message)}`)
  out.push('', closing(outcome, paint), '')
  return out.join('\n')
}

function section(rehearsal: ReportedRehearsal, outcome: Outcome, paint: Paint): string[] {
  const { engine, runner, rows, notRun, steps, observations, notes, milliseconds } = rehearsal
  const out = [
    '',
    paint.bold(clean(rehearsal.file)),
    paint.dim(clean(`  on ${engine}; ${rows.toLocaleString('en')} rows a table; ${runner}`)),
  ]
  if (notRun !== undefined) return [...out, `  ${paint.bad('not run:')} ${clean(notRun)}`]
  out.push('', ...table(steps, rehearsal.file, paint))
  const findings = outcome.findings.filter((finding) => finding.migration === rehearsal.migration && finding.verdict)
  if (findings.length > 0) out.push('', ...findings.flatMap((finding) => verdictLines(finding, finding.verdict!, paint)))
  const silent = outcome.findings.filter((finding) => finding.migration === rehearsal.migration && !finding.verdict)
  if (silent.length > 0)
    out.push(
      paint.dim(`  ${silent.length} more of rules that no experiment is for: ${[...new Set(silent.map(({ rule }) => rule))].join(', ')}`),
    )
  out.push(...unsaid(observations, paint))
  for (const note of notes) out.push(paint.dim(`  note: ${clean(note)}`))
  out.push(paint.dim(`  ${milliseconds} ms`))
  return out
}

function verdictLines(finding: ReportedFinding, verdict: Verdict, paint: Paint): string[] {
  const colour = { confirmed: paint.bad, conditional: paint.warn, refuted: paint.good, 'not proven': paint.dim }[verdict.verdict]
  const out = [
    `  ${colour(verdict.verdict)}  ${paint.bold(finding.rule)} ${paint.dim(`line ${finding.line}`)}`,
    `    ${clean(verdict.because)}`,
  ]
  if (verdict.query !== undefined) out.push(`    ${paint.dim('ask production:')} ${clean(verdict.query)}`)
  return out
}

/** What the battery saw and no finding had said. */
function unsaid(observations: readonly ReportedObservation[], paint: Paint): string[] {
  const found = observations.filter(({ said }) => !said)
  if (found.length === 0) return []
  const out = ['', paint.bold('  Seen, and said by no rule:')]
  for (const { message, query } of found) {
    out.push(`  ${paint.warn('seen')}  ${clean(message)}`)
    if (query !== undefined) out.push(`    ${paint.dim('ask production:')} ${clean(query)}`)
  }
  return out
}

const headings = ['line', 'ms', 'statement', 'locks', 'waiting meanwhile', 'work']

function table(steps: readonly ReportedStep[], file: string, paint: Paint): string[] {
  if (steps.length === 0) return ['  It sent no statement.']
  const rows = steps.map((step) => [
    step.line === undefined ? '' : step.file === file || step.file === undefined ? String(step.line) : `${step.file}:${step.line}`,
    step.milliseconds.toFixed(1),
    shortened(step.sql, 50),
    locks(step),
    step.blocks.join(', ') || (step.observed ? '' : 'not seen'),
    step.failure === undefined ? work(step) : `failed: ${shortened(step.failure, 60)}`,
  ])
  const widths = headings.map((heading, column) => Math.max(heading.length, ...rows.map((row) => row[column]!.length)))
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, column) => (column === 1 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join('  ')}`.trimEnd()
  return [paint.dim(line(headings)), ...rows.map((row) => line(row.map(clean)))]
}

function locks({ locks: taken, algorithm }: ReportedStep): string {
  if (algorithm !== undefined) return algorithm
  const byMode = new Map<string, string[]>()
  for (const { relation, mode } of taken) byMode.set(mode, [...(byMode.get(mode) ?? []), relation])
  const shown = [...byMode].map(([mode, relations]) => `${mode.replace(/Lock$/, '')} on ${relations.join(', ')}`)
  return shortened(shown.join('; '), 44)
}

function work({ rewritten, scanned, written }: ReportedStep): string {
  const counts = (what: Readonly<Record<string, number>>, verb: string) =>
    Object.entries(what).flatMap(([relation, count]) => (count > 0 ? [`${count.toLocaleString('en')} rows of ${relation} ${verb}`] : []))
  const tables = rewritten.filter((relation) => !/_(?:pkey|idx|key)$/.test(relation))
  const anew = tables.length > 0 ? [`${tables[0]} written anew`] : []
  return [...anew, ...counts(scanned, 'read'), ...counts(written, 'written')].join(', ')
}

function shortened(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > length ? `${line.slice(0, length - 1)}…` : line
}

function closing({ findings, rehearsals = [] }: Outcome, paint: Paint): string {
  const count = (verdict: Verdict['verdict']) => findings.filter((finding) => finding.verdict?.verdict === verdict).length
  const unseen = rehearsals.reduce((sum, { observations }) => sum + observations.filter(({ said }) => !said).length, 0)
  const ran = rehearsals.filter(({ notRun }) => notRun === undefined).length
  const parts = [
    `${count('confirmed')} confirmed`,
    `${count('conditional')} conditional`,
    `${count('refuted')} refuted`,
    `${count('not proven')} not proven`,
    `${unseen} seen that no rule said`,
  ]
  const rest = rehearsals.length > ran ? `, ${paint.bad(`${rehearsals.length - ran} could not be run`)}` : ''
  return `${paint.bold(`${ran} ${ran === 1 ? 'migration' : 'migrations'} rehearsed`)}${rest}: ${parts.join(', ')}`
}
