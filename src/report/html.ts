import { createHash } from 'node:crypto'
import type { ReportedMigration } from '../lint/described.ts'
import type { Outcome, ReportedFinding } from '../lint/outcome.ts'
import { LineIndex } from '../source/line-index.ts'
import type { Format, ReportContext } from './format.ts'
import { frame } from './frame.ts'
import { html, joined, type Markup } from './page/markup.ts'
import { script } from './page/script.ts'
import { style } from './page/style.ts'
import { rollbackClass, rollbackMatrix, schemaDiff, tablesOf, timeline } from './page/timeline.ts'
import { noPaint } from './paint.ts'
import { heldFor, waitsOf, waitText } from './waits.ts'
import { count, sums, unreadText } from './words.ts'

/**
 * One page that needs nothing else, for an artifact of a pull request or a runbook. It may run only its own script and style, whose hashes it
 * names, and reach no network: https://www.w3.org/TR/CSP3/.
 */
export const htmlPage: Format = (outcome, context) => {
  const migrations = outcome.migrations ?? []
  const policy = `default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'; base-uri 'none'; form-action 'none'`
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${{ html: policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Surefoot: ${sums(outcome.summary)}</title>
<style>${{ html: style }}</style></head>
<body><a class="skip" href="#report">To the report</a>
<header><h1>Surefoot</h1>${verdict(outcome)}</header>
<main id="report">${filters(migrations)}
${notJudged(outcome)}
${joined(migrations.map((migration, at) => migrationSection(migration, at, outcome, context)))}
${otherFindings(outcome.findings, migrations, context)}
${unread(outcome)}</main>
<footer>${read(outcome)}</footer>
<script>${{ html: script }}</script></body></html>
`
  return page.html
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

function verdict({ summary, errors }: Outcome): Markup {
  const bad = summary.errors + errors.length
  const kind = bad > 0 ? 'error' : summary.warnings > 0 || summary.opaque > 0 ? 'warning' : 'good'
  const word = bad > 0 ? 'Not safe as it is' : kind === 'warning' ? 'To be looked at' : 'Nothing found'
  return html`<p><span class="badge ${kind}">${word}</span> ${sums(summary)}</p>`
}

function filters(migrations: readonly ReportedMigration[]): Markup {
  const tables = [...new Set(migrations.flatMap(({ statements }) => statements.flatMap(tablesOf)))].sort()
  const boxes = ['error', 'warning', 'info'].map(
    (severity) => html`<label><input type="checkbox" name="severity" value="${severity}" checked> ${severity}</label>`,
  )
  return html`<form class="filters" hidden aria-label="Filter">
<fieldset><legend>Severity</legend>${boxes}</fieldset>
<label>Table <select name="table"><option value="">all</option>${tables.map((table) => html`<option value="${table}">${table}</option>`)}</select></label>
<button type="reset">Show all</button> <output aria-live="polite"></output></form>`
}

function migrationSection(migration: ReportedMigration, at: number, outcome: Outcome, context: ReportContext): Markup {
  const { id, file, framework, dialect, serverVersion, rollback } = migration
  const own = outcome.findings
    .filter((finding) => finding.migration === id && belongs(finding, migration))
    .sort((a, b) => gravity[a.severity] - gravity[b.severity])
  const waits = waitsOf(migration)
  const waiting =
    waits.length === 0
      ? undefined
      : html`<ul>${waits.map((wait) => html`<li>${capital(waitText(wait, (table) => table))}; ${heldFor(wait, migration, outcome.rehearsals)}.</li>`)}</ul>`
  return html`<section aria-labelledby="migration-${at}"><h2 id="migration-${at}">${id}</h2>
<p class="faint"><code>${file}</code>, ${framework}, ${dialect} ${serverVersion}</p>
<p><span class="badge ${rollbackClass[rollback]}">rollback: ${rollback}</span> <span class="badge ${own.some(({ severity }) => severity === 'error') ? 'error' : own.length > 0 ? 'warning' : 'good'}">${own.length === 0 ? 'no findings' : count(own.length, 'finding')}</span></p>
${waiting}
${own.length === 0 ? undefined : html`<h3>Findings</h3>${joined(own.map((finding) => article(finding, migration, context)))}`}
${timeline(migration, outcome.rehearsals)}
${rollbackMatrix(migration)}
${schemaDiff(migration)}</section>`
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

const gravity: Readonly<Record<ReportedFinding['severity'], number>> = { error: 0, warning: 1, info: 2 }

/** Two histories may have migrations of one name; a finding is in a file of its own. */
function belongs({ file }: ReportedFinding, migration: ReportedMigration): boolean {
  return file === migration.file || migration.statements.some((statement) => statement.file === file)
}

function otherFindings(
  all: readonly ReportedFinding[],
  migrations: readonly ReportedMigration[],
  context: ReportContext,
): Markup | undefined {
  const others = all.filter((finding) => !migrations.some((migration) => finding.migration === migration.id && belongs(finding, migration)))
  if (others.length === 0) return undefined
  const title = migrations.length === 0 ? 'Findings' : 'Other findings'
  return html`<section aria-labelledby="others"><h2 id="others">${title}</h2>${joined(others.map((finding) => article(finding, undefined, context)))}</section>`
}

function article(finding: ReportedFinding, migration: ReportedMigration | undefined, context: ReportContext): Markup {
  const { severity, message, help, file, line, column, direction, rule, url, details, verdict: proof } = finding
  const text = context.read(file)
  const drawn = text === undefined ? undefined : frame(new LineIndex(text), finding, noPaint).join('\n')
  const tables = migration?.statements.filter((statement) => isIn(finding, statement)).flatMap(tablesOf) ?? []
  const related = (finding.related ?? []).filter((other) => other.rule === undefined)
  return html`<article class="is-${severity}" data-severity="${severity}" data-tables="${JSON.stringify(tables)}">
<p><span class="badge ${severity}">${severity}</span> <strong>${message}</strong>${direction === 'down' ? ' (in down)' : ''} <a href="${url}">${rule}</a></p>
<p class="faint"><code>${file}:${line}:${column}</code></p>
${drawn === undefined ? undefined : html`<pre tabindex="0" role="region" aria-label="${file}, line ${line}, ${rule}">${drawn}</pre>`}
<p>Instead: ${help}</p>
${details ? html`<p class="faint">Lock ${details.lock}${details.algorithm === undefined ? '' : `, algorithm ${details.algorithm}`} (${details.cite})</p>` : undefined}
${proof ? html`<p><span class="badge">${proof.verdict}</span> ${proof.because} <span class="faint">(${proof.on})</span></p>` : undefined}
${related.map((other) => html`<p class="faint">See: ${other.message} <code>${other.file}:${other.line}</code></p>`)}</article>`
}

function isIn({ file, line, column }: ReportedFinding, statement: ReportedMigration['statements'][number]): boolean {
  if (file !== statement.file || line < statement.line || line > statement.endLine) return false
  return (line > statement.line || column >= statement.column) && (line < statement.endLine || column <= statement.endColumn)
}

function notJudged({ errors }: Outcome): Markup | undefined {
  if (errors.length === 0) return undefined
  const rows = errors.map(
    ({ file, line, message }) => html`<li><code>${file}${line === undefined ? '' : `:${line}`}</code> ${message}</li>`,
  )
  return html`<section aria-labelledby="not-judged"><h2 id="not-judged">Could not be judged</h2><ul>${rows}</ul></section>`
}

function unread({ opaque }: Outcome): Markup | undefined {
  if (opaque.length === 0) return undefined
  const rows = opaque.map((place) => html`<li><code>${place.file}:${place.line}</code> ${unreadText(place)}</li>`)
  return html`<section aria-labelledby="not-read"><h2 id="not-read">Could not be read, and is not taken for harmless</h2><ul>${rows}</ul></section>`
}

function read({ summary, version }: Outcome): Markup {
  const histories = summary.histories.map(
    ({ directory, framework, dialect, judged, migrations }) =>
      html`<li><code>${directory}</code>: ${framework}, ${dialect ?? 'dialect unknown'}, ${judged} of ${count(migrations, 'migration')} judged</li>`,
  )
  const assumed = summary.assumptions.map((assumption) => html`<li>Assumed: ${assumption}</li>`)
  return html`<ul class="faint">${histories}${assumed}</ul><p class="faint">Surefoot ${version}</p>`
}
