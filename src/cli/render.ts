import { appendFileSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { UserError } from '../errors.ts'
import type { Outcome, ReportedFinding } from '../lint/outcome.ts'
import type { Project } from '../project/project.ts'
import type { Format, ReportContext } from '../report/format.ts'
import { colours, noPaint } from '../report/paint.ts'
import type { Rule } from '../rule/define.ts'
import type { CheckFlags, FormatName } from './flags.ts'

/** The formats that show what each migration does. */
export const describing: ReadonlySet<FormatName> = new Set(['markdown', 'html'])

/** Where a run took place: its files, the project's root, the directory that paths are shown from, and the rules there are. */
export interface ReportPlace {
  readonly project: Project
  readonly root: string
  readonly cwd: string
  readonly rules: readonly Rule[]
  /** The run was a rehearsal, of which people want to see the steps. */
  readonly rehearsed?: boolean
}

/** A report: whole, or in pieces where it may be large. */
export type Report = string | Iterable<string>

/** The formats, each loaded when it is asked for. */
const formats: Readonly<Record<FormatName, () => Promise<Format | ((outcome: Outcome) => Report)>>> = {
  stylish: async () => (await import('../report/stylish.ts')).stylish,
  json: async () => (await import('../report/json.ts')).json,
  jsonl: async () => (await import('../report/jsonl.ts')).jsonl,
  sarif: async () => (await import('../report/sarif.ts')).sarif,
  github: async () => (await import('../report/github.ts')).github,
  gitlab: async () => (await import('../report/gitlab.ts')).gitlab,
  junit: async () => (await import('../report/junit.ts')).junit,
  checkstyle: async () => (await import('../report/checkstyle.ts')).checkstyle,
  markdown: async () => (await import('../report/markdown.ts')).markdown,
  html: async () => (await import('../report/html.ts')).htmlPage,
}

/**
 * Lays an outcome out in every format that was asked for: writes those that have a file, and gives the text of the one that has none ('' when
 * all have). Throws a UserError where a file cannot be written.
 */
export async function render(outcome: Outcome, { outputs, color, verbose, suppressed }: CheckFlags, place: ReportPlace): Promise<Report> {
  const context = { ...contextOf(place, verbose), suppressed }
  let screen: Report = ''
  for (const { format, file } of outputs) {
    const coloured = color ?? (file === undefined && wantsColour())
    const laidOut =
      format === 'stylish' && place.rehearsed && outcome.rehearsals
        ? (await import('../report/rehearsal.ts')).rehearsed
        : await formats[format]()
    const text = laidOut(outcome, { ...context, paint: coloured ? colours : noPaint })
    if (file === undefined) screen = text
    else save(resolve(place.cwd, file), text, `--format ${format}=${file}`)
  }
  return screen
}

/**
 * Throws a UserError where a report would be written over a file that Surefoot reads: `json=surefoot.json` comes to mind, and would be the end of the
 * configuration.
 */
export function spareOwnFiles(outputs: CheckFlags['outputs'], cwd: string, root: string): void {
  for (const { format, file } of outputs) {
    if (file === undefined || !/^surefoot\.(?:json|(?:stats|baseline)\.json|config\.\w+)$/.test(basename(file))) continue
    if ([cwd, root].includes(dirname(resolve(cwd, file))))
      throw new UserError(`${file} is a file that Surefoot reads. Name another for the report: ${format}=surefoot-report.${format}.`)
  }
}

/** A report in pieces that are worth a write of their own. */
export function* chunksOf(report: Report): Iterable<string> {
  if (typeof report === 'string') return yield report
  let chunk = ''
  for (const piece of report) {
    chunk += piece
    if (chunk.length < 65_536) continue
    yield chunk
    chunk = ''
  }
  yield chunk
}

/** What reports may ask, without colours. */
export function contextOf(place: ReportPlace, verbose: boolean): ReportContext {
  const top = lazily(() => topOf(place.cwd))
  return {
    paint: noPaint,
    verbose,
    suppressed: false,
    read(file) {
      const result = place.project.read(fromRoot(file, place.cwd, place.root))
      return 'text' in result ? result.text : undefined
    },
    inRepository: (file) => slashes(relative(top(), resolve(place.cwd, file))),
    rule: (id) => place.rules.find((rule) => rule.id === id),
  }
}

function save(path: string, report: Report, flag: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    const file = openSync(path, 'w')
    try {
      for (const chunk of chunksOf(report)) appendFileSync(file, chunk)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new UserError(`${flag} cannot be written: ${why}. Name a file in a folder that may be written.`)
  }
}

/** The top of the repository that a directory is in; the directory itself where there is none. */
function topOf(directory: string): string {
  for (let at = directory; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at
    if (dirname(at) === at) return directory
  }
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** A path of the command line as the project names it. */
export function fromRoot(path: string, cwd: string, root: string): string {
  return slashes(relative(root, resolve(cwd, path.replaceAll('\\', '/'))))
}

/** A path of the project as it is seen from the working directory. */
export function shownPath(path: string, root: string, cwd: string): string {
  return slashes(relative(cwd, resolve(root, path)))
}

function slashes(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/')
}

/** Paths as seen from the working directory, where the configuration lies above it. */
export function relocate(outcome: Outcome, root: string, cwd: string): Outcome {
  if (root === cwd) return outcome
  const move = <T extends { readonly file: string }>(place: T): T => ({ ...place, file: shownPath(place.file, root, cwd) })
  const moveFinding = <T extends ReportedFinding>(finding: T): T => ({
    ...move(finding),
    ...(finding.fix ? { fix: { ...finding.fix, edits: finding.fix.edits.map(move), creates: finding.fix.creates.map(move) } } : {}),
    ...(finding.related ? { related: finding.related.map(move) } : {}),
  })
  const { baseline } = outcome.summary
  return {
    ...outcome,
    findings: outcome.findings.map(moveFinding),
    suppressed: outcome.suppressed.map(moveFinding),
    ...(baseline ? { summary: { ...outcome.summary, baseline: { ...move(baseline), stale: baseline.stale.map(move) } } } : {}),
    opaque: outcome.opaque.map(move),
    errors: outcome.errors.map(move),
    ...(outcome.fixed ? { fixed: outcome.fixed.map(move) } : {}),
    ...(outcome.unfixed ? { unfixed: outcome.unfixed.map(move) } : {}),
    ...(outcome.rehearsals ? { rehearsals: outcome.rehearsals.map(move) } : {}),
    ...(outcome.migrations
      ? { migrations: outcome.migrations.map((migration) => ({ ...move(migration), statements: migration.statements.map(move) })) }
      : {}),
  }
}

function wantsColour(): boolean {
  const { NO_COLOR, FORCE_COLOR } = process.env
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0'
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  return process.stdout.isTTY === true
}
