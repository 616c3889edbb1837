import type { Migration } from '../ir/migration.ts'
import { scriptsOf } from '../ir/visit.ts'
import type { Description } from '../lint/describe/migration.ts'
import type { ReportedMigration } from '../lint/described.ts'
import { fingerprintOf } from '../lint/fingerprint.ts'
import type { Judged } from '../lint/judged.ts'
import type {
  Outcome,
  Place,
  ReportedBaseline,
  ReportedError,
  ReportedFinding,
  ReportedHistory,
  ReportedOpaque,
  SuppressedFinding,
  Suppression,
} from '../lint/outcome.ts'
import type { Scene } from '../lint/site.ts'
import type { Project } from '../project/project.ts'
import { LineIndex } from '../source/line-index.ts'
import type { Span } from '../source/span.ts'

interface Unread {
  readonly span: Span
  readonly because: ReportedOpaque['because']
  readonly detail: string
  /** The statement, when it holds a word of another engine or version: a finding that says so says why the rest could not be read. */
  readonly explained?: Span
}

/** Of a statement's text a description keeps so many characters. */
const longest = 600

/** Collects what a run finds and lays it out as the outcome: offsets become lines and columns, everything is sorted. */
export class Gathering {
  readonly #project: Project
  readonly #pages: (rule: string) => string
  readonly #lines = new Map<string, LineIndex>()
  readonly #findings: Judged[] = []
  readonly #suppressed: SuppressedFinding[] = []
  readonly #fingerprints = new Map<string, string>()
  readonly #opaque: Unread[] = []
  readonly #errors: ReportedError[] = []
  readonly #histories: ReportedHistory[] = []
  readonly #assumptions = new Set<string>()
  readonly #skipped: Record<string, number> = {}
  readonly #described: ReportedMigration[] = []
  #migrations = 0
  #migrationsRead = 0
  #statements = 0

  /** `pages` gives the address of a rule's page. */
  constructor(project: Project, pages: (rule: string) => string) {
    this.#project = project
    this.#pages = pages
  }

  skip(reason: string, count: number): void {
    this.#skipped[reason] = (this.#skipped[reason] ?? 0) + count
  }

  error(error: ReportedError): void {
    this.#errors.push(error)
  }

  history(history: ReportedHistory): void {
    this.#histories.push(history)
  }

  assume(...assumptions: readonly string[]): void {
    for (const assumption of assumptions) this.#assumptions.add(assumption)
  }

  /** Notes something of a file that could not be read, and that no statement stands for. */
  unread(file: string, offset: number, because: ReportedOpaque['because'], detail: string): void {
    this.#opaque.push({ span: { file, start: offset, end: offset }, because, detail })
  }

  suppressed(finding: Judged, suppression: Suppression): void {
    this.#suppressed.push({ ...this.#reported(finding), suppression })
  }

  /** What a baseline calls a finding. */
  fingerprint({ rule, migration, statement }: Judged): string {
    const place = `${rule} ${migration} ${statement.file}:${statement.start}:${statement.end}`
    let known = this.#fingerprints.get(place)
    if (known === undefined) {
      const text = this.#indexOf(statement.file).text.slice(statement.start, statement.end)
      known = fingerprintOf(rule, text.trim() === '' ? migration : text, statement.file)
      this.#fingerprints.set(place, known)
    }
    return known
  }

  findings(findings: readonly Judged[]): void {
    for (const finding of findings) this.#findings.push(finding)
  }

  /** Counts a migration that was loaded, and notes what of it could not be read. */
  read(migration: Migration, judged: boolean): void {
    this.#migrationsRead++
    if (!judged) return
    this.#migrations++
    if (migration.refused) {
      const { span, message } = migration.refused
      this.#errors.push({ file: span.file, line: this.#place(span).line, message })
    }
    for (const { script } of scriptsOf(migration)) {
      if (script.ambientAssumed) this.#assumptions.add(script.ambientBecause)
      for (const statement of script.statements) {
        this.#statements++
        const foreign = statement.operations.some(({ kind }) => kind === 'unsupported')
        for (const operation of statement.operations) {
          if (operation.kind !== 'opaque') continue
          const { span, because, detail } = operation
          this.#opaque.push({ span, because, detail, ...(foreign ? { explained: statement.span } : {}) })
        }
      }
    }
  }

  /** Notes what of a judged migration could not be read where replay alone shows what runs: a builder's call, the body of a routine that is called. */
  replayed({ up, down }: Pick<Scene, 'up' | 'down'>): void {
    for (const { script, moments } of down ? [up, down] : [up]) {
      for (const { operation, index } of moments) {
        if (operation.kind !== 'opaque') continue
        const { span, because, detail, context } = operation
        const isWritten = script.statements[index]!.operations.some(
          (written) => written.kind === 'opaque' && written.span === span && written.detail === detail,
        )
        if (isWritten) continue
        this.#opaque.push({ span, because, detail: context?.routine ? `in the body of ${context.routine.name}, ${detail}` : detail })
      }
    }
  }

  /** Takes what a migration does; its file must still be the one that was read. */
  described(description: Description): void {
    const statements = description.statements.map(({ span, ...statement }) => ({
      ...this.#place(span),
      text: this.#textOf(span),
      ...statement,
    }))
    this.#described.push({ ...description, statements })
  }

  /** Notes that of one script, from a place on, so many operations were read and not judged. */
  unjudged(span: Span, count: number): void {
    this.#opaque.push({ span, because: 'budget', detail: `the script is too long: its last ${count} operations were read and not judged` })
  }

  /** Could everything be judged that was to be? */
  get isWhole(): boolean {
    return this.#errors.length === 0
  }

  /** `detail`: with what each migration does. */
  outcome(version: string, milliseconds: number, detail: boolean, baseline?: ReportedBaseline): Outcome {
    const findings = inOrder(this.#findings.map((finding) => this.#reported(finding)))
    const suppressed = inOrder(this.#suppressed)
    const told = new Set(this.#findings.map(({ statement }) => `${statement.file}:${statement.start}`))
    const opaque = this.#opaque
      .filter(({ explained }) => explained === undefined || !told.has(`${explained.file}:${explained.start}`))
      .map(({ span, because, detail }) => ({ file: span.file, line: this.#place(span).line, because, detail }))
    const count = (severity: Judged['severity']) => findings.filter((finding) => finding.severity === severity).length
    return {
      version,
      findings,
      suppressed,
      opaque: opaque.sort((a, b) => compare(a.file, b.file) || a.line - b.line || compare(a.detail, b.detail)),
      errors: this.#errors.toSorted((a, b) => compare(a.file, b.file)),
      ...(detail ? { migrations: this.#described } : {}),
      summary: {
        errors: count('error'),
        warnings: count('warning'),
        infos: count('info'),
        suppressed: suppressed.filter(({ suppression }) => suppression.kind === 'inline').length,
        ...(baseline ? { baseline } : {}),
        migrations: this.#migrations,
        migrationsRead: this.#migrationsRead,
        statements: this.#statements,
        opaque: opaque.length,
        assumptions: [...this.#assumptions].sort(),
        skipped: this.#skipped,
        histories: this.#histories,
        milliseconds: Math.round(milliseconds),
      },
    }
  }

  #reported(finding: Judged): ReportedFinding {
    const { rule, severity, messageId, message, help, migration, direction, evidence, details, verdict } = finding
    const related = finding.related.map(({ message, span, rule }) => ({ message, ...(rule ? { rule } : {}), ...this.#place(span) }))
    return {
      rule,
      severity,
      ...(messageId === undefined ? {} : { messageId }),
      message,
      help,
      ...this.#place(finding.span),
      migration,
      direction,
      evidence,
      ...(related.length > 0 ? { related } : {}),
      ...(details ? { details } : {}),
      ...(verdict ? { verdict } : {}),
      fingerprint: this.fingerprint(finding),
      url: this.#pages(rule),
    }
  }

  #textOf({ file, start, end }: Span): string {
    const text = this.#indexOf(file).text.slice(start, end)
    return text.length > longest ? `${text.slice(0, longest)} …` : text
  }

  #indexOf(file: string): LineIndex {
    let index = this.#lines.get(file)
    if (!index) {
      const result = this.#project.read(file)
      index = new LineIndex('text' in result ? result.text : '')
      this.#lines.set(file, index)
    }
    return index
  }

  #place({ file, start, end }: Span): Place {
    const index = this.#indexOf(file)
    const from = index.at(start)
    const to = index.at(end)
    return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column }
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function byPlace(a: ReportedFinding, b: ReportedFinding): number {
  return compare(a.file, b.file) || a.line - b.line || compare(a.rule, b.rule) || a.column - b.column || compare(a.message, b.message)
}

/** By place. The same words about the same place, reached twice (an unrolled loop, a helper called from two migrations), are one finding. */
function inOrder<T extends ReportedFinding>(findings: readonly T[]): T[] {
  return findings.toSorted(byPlace).filter((finding, at, all) => at === 0 || byPlace(all[at - 1]!, finding) !== 0)
}
