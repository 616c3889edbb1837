import type { ReportedMigration, ReportedStatement, RollbackKind, SchemaLine } from '../../lint/described.ts'
import type { ReportedRehearsal } from '../../lint/outcome.ts'
import { measuredFor, rollbackMeans, type Wait, waitOf } from '../waits.ts'
import { html, joined, type Markup } from './markup.ts'

const lasts = {
  work: 'while it works',
  transaction: 'until the transaction ends',
  instant: 'for an instant, and behind it while it waits',
} as const

/**
 * The statements of a migration from top to bottom, and beside them a lane for each table that is locked: where a lock is taken, who waits, and
 * how far down it is held.
 */
export function timeline(migration: ReportedMigration, rehearsals?: readonly ReportedRehearsal[]): Markup {
  const { id, statements, more } = migration
  const held = (wait: Wait) => measuredFor(wait, migration, rehearsals)?.time
  const lanes = [...new Set(statements.flatMap(({ locks }) => locks.map(({ table }) => table)))]
  const transactions = statements.some(({ transaction }) => transaction !== undefined)
  const rows = statements.map((statement, index) => {
    const cells = lanes.map((table) => cell(table, index, statements, held))
    const group = transactions ? html`<td>${statement.transaction ?? 'its own'}</td>` : undefined
    return html`<tr data-tables="${JSON.stringify(tablesOf(statement))}"><th scope="row">${index + 1}</th><td>${what(statement)}</td>${group}${cells}</tr>`
  })
  const rest = more > 0 ? html`<p class="faint">… and ${more} further statements, which are not described.</p>` : undefined
  const nobody = lanes.length === 0 ? ' Nobody waits: no table that others use is locked.' : ''
  return html`<h3>Statements and locks</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Statements and locks of ${id}"><table>
<caption>Time runs down. A lane is a table that others use.${nobody}</caption>
<thead><tr><th scope="col">#</th><th scope="col">statement</th>${transactions ? html`<th scope="col">transaction</th>` : undefined}${lanes.map((table) => html`<th scope="col"><code>${table}</code></th>`)}</tr></thead>
<tbody>${joined(rows)}</tbody></table></div>${rest}`
}

/** The tables that a statement touches or locks. */
export function tablesOf({ operations, locks }: ReportedStatement): readonly string[] {
  return [...new Set([...operations.flatMap(({ tables }) => tables), ...locks.map(({ table }) => table)])]
}

function what({ line, text, operations }: ReportedStatement): Markup {
  const does = operations.map((operation) => {
    const { algorithm, because } = operation
    const work = [
      ...(algorithm === undefined ? [] : [`algorithm ${algorithm}`]),
      ...(operation.fresh
        ? []
        : operation.rewrites === true
          ? ['writes the table anew']
          : operation.scans === true
            ? ['reads it whole']
            : []),
    ]
    const why = because === undefined || work.length === 0 ? '' : `, because ${because}`
    const cost = work.length === 0 ? undefined : html` <span class="faint">(${work.join(', ')}${why})</span>`
    const refused = operation.conflict === undefined ? undefined : html`<br><strong>The database refuses it: ${operation.conflict}</strong>`
    return html`<div>${operation.does}${cost}${refused}</div>`
  })
  return html`${does}<code class="faint">line ${line}: ${firstLine(text)}</code>`
}

function firstLine(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ')
  return line.length > 160 ? `${line.slice(0, 160)} …` : line
}

function cell(table: string, index: number, statements: readonly ReportedStatement[], held: (wait: Wait) => string | undefined): Markup {
  const statement = statements[index]!
  const own = statement.locks.find((lock) => lock.table === table)
  if (own) return taken(waitOf(own, index), held)
  const isHeld = statements.slice(0, index).some(({ locks }) => locks.some((lock) => lock.table === table && lock.until >= index))
  return isHeld ? html`<td class="lane held">│ held</td>` : html`<td class="lane"></td>`
}

function taken(wait: Wait, held: (wait: Wait) => string | undefined): Markup {
  const time = held(wait)
  return html`<td class="lane ${wait.lasts === 'work' ? 'work' : 'instant'}">■ ${wait.lock}: ${wait.who} wait ${lasts[wait.lasts]}${time === undefined ? undefined : html`; held for ${time} in the rehearsal`}</td>`
}

/** How the kinds of a way back are coloured. */
export const rollbackClass: Readonly<Record<RollbackKind, string>> = {
  reversible: 'good',
  lossy: 'warning',
  'forward-only': 'error',
  'not-needed': 'good',
  unknown: 'warning',
}

/** Each operation with its way back. */
export function rollbackMatrix({ id, statements, down }: ReportedMigration): Markup {
  const rows = statements.flatMap((statement, index) =>
    statement.operations
      .filter(({ rollback }) => rollback.kind !== 'not-needed')
      .map(
        ({ does, rollback }) =>
          html`<tr data-tables="${JSON.stringify(tablesOf(statement))}"><th scope="row">${index + 1}</th><td>${does}</td><td><span class="badge ${rollbackClass[rollback.kind]}">${rollback.kind}</span></td><td>${rollback.because}</td></tr>`,
      ),
  )
  const downs = {
    written: 'There is a down.',
    none: 'There is no down.',
    idle: 'The down does nothing.',
    refuses: 'The down refuses to run.',
  } as const
  if (rows.length === 0) return html`<h3>The way back</h3><p>${downs[down]} Nothing needs undoing.</p>`
  return html`<h3>The way back</h3>
<div class="scroll" tabindex="0" role="region" aria-label="The way back of ${id}"><table>
<caption>${downs[down]} Lossy: ${rollbackMeans.lossy}. Forward-only: ${rollbackMeans['forward-only']}.</caption>
<thead><tr><th scope="col">#</th><th scope="col">operation</th><th scope="col">undone</th><th scope="col">why</th></tr></thead>
<tbody>${joined(rows)}</tbody></table></div>`
}

const signs: Readonly<Record<SchemaLine['change'], string>> = { added: '+', removed: '-', kept: ' ' }

/** The schema before and after. */
export function schemaDiff({ id, schema }: ReportedMigration): Markup {
  if (schema.length === 0) return html`<h3>Schema</h3><p>The schema is the same before and after.</p>`
  const lines = schema.map(
    ({ change, text, part }) => html`<span class="${change}">${signs[change]} ${part ? '  ' : ''}${text.replace(/\s+/g, ' ')}</span>`,
  )
  return html`<h3>Schema before and after</h3><pre tabindex="0" aria-label="Schema of ${id} before and after" role="region">${lines}</pre>`
}
