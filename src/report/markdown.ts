import type { Effect, ReportedMigration } from '../lint/described.ts'
import type { Outcome, ReportedFinding } from '../lint/outcome.ts'
import { LineIndex } from '../source/line-index.ts'
import { byFile } from './by-file.ts'
import type { Format, ReportContext } from './format.ts'
import { frame } from './frame.ts'
import { code, fenced, folded, plain } from './markdown-text.ts'
import { noPaint } from './paint.ts'
import { heldFor, rollbackMeans, waitsOf, waitText } from './waits.ts'
import { count, sums } from './words.ts'

/** The first line of a comment, by which it is found again; a repository with several reports gives each a key. */
export function marker(key?: string): string {
  return key === undefined ? '<!-- surefoot -->' : `<!-- surefoot ${key.replace(/[^\w.-]/g, '-')} -->`
}

/** UTF-8 bytes of a whole comment; GitHub refuses more than 65 536 characters. */
const limit = 60_000

/**
 * What a reviewer reads in a pull request: the verdict first, what each migration does, what waits and whether it can be undone, the findings
 * in a table, and with their lines folded below it. What does not fit into 60 kB is counted.
 */
export const markdown: Format = (outcome, context) => {
  const rows = new Rows()
  rows.add(marker(), `### Surefoot: ${verdict(outcome)}`, '')
  for (const { file, line, message } of outcome.errors)
    rows.add(`- **Could not be judged:** ${code(line === undefined ? file : `${file}:${line}`)} ${plain(message)}`)
  if (outcome.errors.length > 0) rows.add('')
  migrationsTable(outcome, rows)
  findingsTable(outcome.findings, context, rows)
  unread(outcome, rows)
  frames(outcome.findings, context, rows)
  for (const migration of outcome.migrations ?? []) rows.block(statements(migration), 'migration')
  const { assumptions } = outcome.summary
  if (assumptions.length > 0)
    rows.block(
      folded(
        undefined,
        'Assumed',
        assumptions.map((assumption) => `- ${plain(assumption)}`),
      ),
      'list',
    )
  return rows.end(`<sub>${plain(sums(outcome.summary))}. Surefoot ${plain(outcome.version)}</sub>`)
}

function verdict({ summary, errors }: Outcome): string {
  const { errors: bad, warnings, infos, opaque } = summary
  if (bad + errors.length > 0) {
    const also = warnings > 0 ? `, and ${count(warnings, 'warning')}` : ''
    const why = [...(bad > 0 ? [count(bad, 'error')] : []), ...(errors.length > 0 ? [`${count(errors.length, 'input')} not judged`] : [])]
    return `not safe as it is: ${why.join(', ')}${also}`
  }
  if (warnings > 0) return `${count(warnings, 'warning')} to look at`
  const blind = opaque > 0 ? `, but ${count(opaque, 'statement')} could not be read` : ''
  return `${infos > 0 ? `${infos} info` : 'no findings'}${blind}`
}

/** Takes lines and blocks as long as they fit, counts the others, and keeps room for saying so. */
class Rows {
  readonly #rows: string[] = []
  readonly #left = new Map<string, number>()
  #bytes = 0

  add(...rows: readonly string[]): void {
    for (const row of rows) {
      this.#rows.push(row)
      this.#bytes += sizeOf(row)
    }
  }

  /** A row of a table or list that may be left out. */
  row(row: string, noun: string): boolean {
    if (this.#bytes + sizeOf(row) > limit - 1_000) {
      this.#left.set(noun, (this.#left.get(noun) ?? 0) + 1)
      return false
    }
    this.add(row)
    return true
  }

  block(block: string, noun: string): void {
    if (this.row(block, noun)) this.add('')
  }

  end(foot: string): string {
    const left = [...this.#left].map(([noun, number]) => count(number, noun))
    if (left.length > 0) this.add(`_Not shown, for want of room: ${left.join(', ')}. The run's own log has them all._`, '')
    this.add(foot, '')
    return this.#rows.join('\n')
  }
}

function sizeOf(row: string): number {
  return Buffer.byteLength(row) + 1
}

function migrationsTable({ migrations = [], rehearsals }: Outcome, rows: Rows): void {
  if (migrations.length === 0) return
  rows.add('| migration | what it does | what waits | rollback |', '|---|---|---|---|')
  for (const migration of migrations) {
    const waits = waitsOf(migration).map((wait) => `${waitText(wait, code)}; ${plain(heldFor(wait, migration, rehearsals))}`)
    const waiting = waits.length === 0 ? 'nothing' : some(waits, 3, '<br>')
    const rollback = `**${migration.rollback}**: ${rollbackMeans[migration.rollback]}`
    rows.row(`| ${code(migration.id)} | ${effects(migration)} | ${waiting} | ${rollback} |`, 'migration')
  }
  rows.add('')
}

const verbs: readonly (readonly [Effect, string])[] = [
  ['destroys', 'destroyed'],
  ['creates', 'created'],
  ['alters', 'altered'],
  ['writes', 'rows written'],
  ['unknown', 'not understood'],
]

/** `**destroyed:** drops column note of orders` and the like, what is worst first. */
function effects({ statements, more }: ReportedMigration): string {
  const operations = statements.flatMap((statement) => statement.operations)
  const parts = verbs.flatMap(([effect, verb]) => {
    const own = [...new Set(operations.filter((operation) => operation.effect === effect).map(({ does }) => plain(does)))]
    return own.length === 0 ? [] : [`**${verb}:** ${some(own, 3)}`]
  })
  if (more > 0) parts.push(`and ${count(more, 'further statement')}`)
  return parts.length === 0 ? 'nothing' : parts.join('<br>')
}

function some(words: readonly string[], most: number, between = '; '): string {
  return words.length <= most ? words.join(between) : `${words.slice(0, most).join(between)} and ${words.length - most} more`
}

function findingsTable(findings: readonly ReportedFinding[], context: ReportContext, rows: Rows): void {
  if (findings.length === 0) return
  rows.add('| | finding | where |', '|---|---|---|')
  for (const severity of ['error', 'warning', 'info'] as const) {
    for (const finding of findings) {
      if (finding.severity !== severity) continue
      const down = finding.direction === 'down' ? ' (in down)' : ''
      const proof = finding.verdict ? `<br>**${finding.verdict.verdict}**: ${plain(finding.verdict.because)}` : ''
      const what = `${plain(finding.message)}${down} [${plain(finding.rule)}](${finding.url})${proof}`
      rows.row(`| ${severity === 'error' ? '**error**' : severity} | ${what} | ${place(finding, context)} |`, 'finding')
    }
  }
  rows.add('')
}

function place({ file, line }: ReportedFinding, context: ReportContext): string {
  const link = context.link?.(file, line)
  const shown = code(`${file}:${line}`)
  return link === undefined ? shown : `[${shown}](${link})`
}

function unread({ opaque }: Outcome, rows: Rows): void {
  if (opaque.length === 0) return
  rows.add(`Could not be read, and is not taken for harmless: ${count(opaque.length, 'statement')}`, '')
  for (const { file, line, because, detail } of opaque)
    rows.row(`- ${code(`${file}:${line}`)} ${because}: ${plain(detail)}`, 'unread statement')
  rows.add('')
}

function frames(findings: readonly ReportedFinding[], context: ReportContext, rows: Rows): void {
  for (const [file, own] of byFile(findings)) {
    const text = context.read(file)
    const lines = text === undefined ? undefined : new LineIndex(text)
    const body = own.flatMap((finding) => [
      `**${finding.severity}** ${plain(finding.message)} ${code(finding.rule)}`,
      '',
      ...(lines ? [fenced(frame(lines, finding, noPaint)), ''] : []),
      `Instead: ${plain(finding.help)}`,
      '',
    ])
    rows.block(folded(file, count(own.length, 'finding'), body), 'file with lines')
  }
}

function statements(migration: ReportedMigration): string {
  const body = migration.statements.flatMap((statement) => {
    const does = statement.operations.map((operation) => {
      const work = operation.fresh
        ? ''
        : operation.rewrites === true
          ? ' · writes the table anew'
          : operation.scans === true
            ? ' · reads it whole'
            : ''
      return `${plain(operation.does)}${work} · ${operation.rollback.kind}: ${plain(operation.rollback.because)}`
    })
    const locks = statement.locks.map((lock) => `${plain(lock.lock)} on ${code(lock.table)}`)
    return [`- line ${statement.line}: ${does.join('; ')}${locks.length > 0 ? ` · locks ${locks.join(', ')}` : ''}`]
  })
  const signs = { added: '+', removed: '-', kept: ' ' } as const
  const schema = migration.schema.map(({ change, part, text }) => `${signs[change]} ${part ? '  ' : ''}${text.replace(/\s+/g, ' ')}`)
  const drawn = schema.length === 0 ? [] : ['', fenced(schema, 'diff')]
  return folded(migration.id, 'statement by statement', [...body, ...drawn])
}
