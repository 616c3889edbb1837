import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { UserError } from '../errors.ts'
import type { Outcome } from '../lint/outcome.ts'
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

/** The formats, each loaded when it is asked for. */
const formats: Readonly<Record<FormatName, () => Promise<Format>>> = {
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
export async function render(outcome: Outcome, { outputs, color, verbose }: CheckFlags, place: ReportPlace): Promise<string> {
  const context = contextOf(place, verbose)
  let screen = ''
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

/** What reports may ask, without colours. */
export function contextOf(place: ReportPlace, verbose: boolean): ReportContext {
  const top = lazily(() => topOf(place.cwd))
  return {
    paint: noPaint,
    verbose,
    read(file) {
      const result = place.project.read(fromRoot(file, place.cwd, place.root))
      return 'text' in result ? result.text : undefined
    },
    inRepository: (file) => slashes(relative(top(), resolve(place.cwd, file))),
    rule: (id) => place.rules.find((rule) => rule.id === id),
  }
}

function save(path: string, text: string, flag: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
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

function slashes(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/')
}

/** Paths as seen from the working directory, where the configuration lies above it. */
export function relocate(outcome: Outcome, root: string, cwd: string): Outcome {
  if (root === cwd) return outcome
  const move = <T extends { readonly file: string }>(place: T): T => ({ ...place, file: slashes(relative(cwd, resolve(root, place.file))) })
  return {
    ...outcome,
    findings: outcome.findings.map((finding) => ({ ...move(finding), ...(finding.related ? { related: finding.related.map(move) } : {}) })),
    opaque: outcome.opaque.map(move),
    errors: outcome.errors.map(move),
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
