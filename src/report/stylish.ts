import type { Outcome, ReportedFinding, Summary, Suppression } from '../lint/outcome.ts'
import type { CostDetails, Verdict } from '../rule/finding.ts'
import { LineIndex } from '../source/line-index.ts'
import { byFile } from './by-file.ts'
import type { Format } from './format.ts'
import { clean, frame } from './frame.ts'
import type { Paint } from './paint.ts'
import { count, duration, leftOut, staleText } from './words.ts'

/** How many unread places are listed one by one before they are only counted. */
const listed = 10

/** For people at a terminal: findings by file with the user's own line, then what was read, what was not, and what was assumed. */
export const stylish: Format = (outcome, context) => {
  const { paint } = context
  const out: string[] = []
  for (const [file, findings] of byFile(outcome.findings)) {
    const text = context.read(file)
    const lines = text === undefined ? undefined : new LineIndex(text)
    out.push('', paint.bold(clean(file)))
    for (const finding of findings) out.push(...block(finding, lines, paint, context.verbose))
  }
  for (const error of outcome.errors) {
    const place = error.line === undefined ? error.file : `${error.file}:${error.line}`
    out.push('', `${paint.bad('could not be judged:')} ${paint.bold(clean(place))}`, `  ${clean(error.message)}`)
  }
  out.push(...unread(outcome, paint))
  if (context.suppressed) out.push(...suppressed(outcome, paint))
  if (context.verbose) out.push(...reasons(outcome.summary, paint))
  out.push(...mended(outcome, paint))
  out.push('', ...closing(outcome, paint), '')
  return out.join('\n')
}

function block(finding: ReportedFinding, lines: LineIndex | undefined, paint: Paint, verbose: boolean): string[] {
  const colour = finding.severity === 'error' ? paint.bad : finding.severity === 'warning' ? paint.warn : paint.note
  const where = paint.dim(`${finding.line}:${finding.column}`)
  const down = finding.direction === 'down' ? ` ${paint.dim('(in down)')}` : ''
  const out = ['', `  ${where}  ${colour(finding.severity)}  ${clean(finding.message)}${down}  ${paint.dim(finding.rule)}`]
  if (lines) out.push(...frame(lines, finding, paint).map((row) => `    ${row}`))
  out.push(`    ${paint.good('help:')} ${clean(finding.help)}`)
  if (finding.verdict) out.push(...proof(finding.verdict, paint, verbose))
  if (verbose && finding.details) out.push(...cost(finding.details, paint))
  const others = new Set<string>()
  for (const related of finding.related ?? []) {
    if (related.rule === undefined)
      out.push(`    ${paint.dim('see:')}  ${clean(related.message)} ${paint.dim(`(${related.file}:${related.line})`)}`)
    else if (!others.has(related.rule)) out.push(`    ${paint.dim(`see:  also reported by ${related.rule}`)}`)
    if (related.rule !== undefined) others.add(related.rule)
  }
  return out
}

/** What a run on a real database said. The settings of the server are many, and the same for all findings. */
function proof({ verdict, because, on, query }: Verdict, paint: Paint, verbose: boolean): string[] {
  const colour = verdict === 'confirmed' ? paint.bad : verdict === 'conditional' ? paint.warn : paint.dim
  const out = [`    ${colour(`${verdict}:`)} ${clean(because)} ${paint.dim(clean(`(on ${verbose ? on : on.replace(/, \w+ = .*/s, '')})`))}`]
  if (query !== undefined) out.push(`    ${paint.dim('ask production:')} ${clean(query)}`)
  return out
}

/** What the engine does, and where that is known from. */
function cost({ lock, algorithm, rewrites, scans, because, cite }: CostDetails, paint: Paint): string[] {
  const does = [
    ...(algorithm === undefined ? [] : [`algorithm ${algorithm}`]),
    `lock ${lock}`,
    ...(rewrites === true ? ['writes the table anew'] : scans === true ? ['reads the table whole'] : []),
  ]
  const reason = because === undefined ? '' : `, because ${because}`
  return [`    ${paint.dim(clean(`cost:  ${does.join(', ')}${reason} (${cite})`))}`]
}

/** What `--fix` changed, and what it could not. */
function mended({ fixed = [], unfixed = [] }: Outcome, paint: Paint): string[] {
  const rows = (head: string, changes: readonly { file: string; line: number; rule: string; text: string }[]) =>
    changes.length === 0
      ? []
      : ['', head, ...changes.map(({ file, line, rule, text }) => `  ${clean(file)}:${line}  ${clean(text)}  ${paint.dim(rule)}`)]
  return [
    ...rows(
      paint.good(`Fixed: ${count(fixed.length, 'finding')}`),
      fixed.map((change) => ({ ...change, text: change.title })),
    ),
    ...rows(
      paint.bold(`Not fixed: ${count(unfixed.length, 'finding')}`),
      unfixed.map((refusal) => ({ ...refusal, text: refusal.because })),
    ),
  ]
}

function unread({ opaque }: Outcome, paint: Paint): string[] {
  if (opaque.length === 0) return []
  const out = ['', paint.bold(`Could not be read: ${count(opaque.length, 'statement')}`)]
  for (const { file, line, because, detail } of opaque.slice(0, listed)) {
    out.push(`  ${clean(file)}:${line}  ${paint.warn(because)}  ${clean(detail)}`)
  }
  if (opaque.length > listed) out.push(paint.dim(`  … and ${opaque.length - listed} more (--format json lists all)`))
  return out
}

function suppressed({ suppressed }: Outcome, paint: Paint): string[] {
  if (suppressed.length === 0) return []
  const rows = suppressed.map(
    ({ file, line, rule, suppression }) => `  ${clean(file)}:${line}  ${rule}  ${paint.dim(clean(suppressionText(suppression)))}`,
  )
  return ['', paint.bold(`Suppressed: ${count(suppressed.length, 'finding')}`), ...rows]
}

/** By what a finding is suppressed, and why. */
function suppressionText(suppression: Suppression): string {
  if (suppression.kind === 'baseline') return 'by the baseline'
  const { line, reason, until } = suppression
  const because = reason === undefined ? 'no reason given' : reason
  return `by the comment in line ${line}${until === undefined ? '' : `, until ${until}`}: ${because}`
}

function reasons(summary: Summary, paint: Paint): string[] {
  const out: string[] = []
  for (const history of summary.histories) {
    const dialect = history.dialect === undefined ? 'dialect unknown' : `${history.dialect} ${history.serverVersion ?? ''}`.trimEnd()
    out.push(
      '',
      `${paint.bold(history.directory)}  ${history.framework}, ${dialect}: ${history.judged} of ${count(history.migrations, 'migration')} judged`,
    )
    for (const reason of history.reasons) if (reason !== '') out.push(paint.dim(`  because ${reason}`))
  }
  return out
}

function closing({ summary, fixed }: Outcome, paint: Paint): string[] {
  const { errors, warnings, infos } = summary
  const total = errors + warnings + infos
  const parts = [
    errors > 0 ? paint.bad(count(errors, 'error')) : '0 errors',
    warnings > 0 ? paint.warn(count(warnings, 'warning')) : '0 warnings',
    ...(infos > 0 ? [paint.note(`${infos} info`)] : []),
    ...(fixed ? [fixed.length > 0 ? paint.good(`${fixed.length} fixed`) : '0 fixed'] : []),
    ...leftOut(summary).map(clean),
  ]
  const out = [`${total === 0 ? paint.good('No findings') : paint.bold(count(total, 'finding'))}: ${parts.join(', ')}`]
  const history = summary.migrationsRead > summary.migrations ? ` (${summary.migrationsRead} read for history)` : ''
  const blind = summary.opaque === 0 ? 'all of them understood' : paint.warn(`${summary.opaque} not understood`)
  out.push(
    `${count(summary.migrations, 'migration')}${history}, ${count(summary.statements, 'statement')} read, ${blind}; ${duration(summary.milliseconds)}`,
  )
  const stale = staleText(summary)
  if (stale !== undefined) out.push(paint.warn(clean(stale)))
  const skipped = Object.entries(summary.skipped).filter(([, number]) => number > 0)
  if (skipped.length > 0) out.push(paint.dim(`Passed over: ${skipped.map(([reason, number]) => `${number} ${reason}`).join(', ')}`))
  for (const assumption of summary.assumptions) out.push(paint.dim(`Assumed: ${assumption}`))
  return out
}
