import type { Settings } from '../config/settings.ts'
import { UserError } from '../errors.ts'
import type { Outcome, Place, ReportedChange, ReportedFix } from '../lint/outcome.ts'
import type { CheckOptions } from '../pipeline/check.ts'
import { type FixResult, fix } from '../pipeline/fix.ts'
import { provenPlans, runOver, withTexts } from '../pipeline/run-plans.ts'
import { whenLoaded } from '../pipeline/steps.ts'
import { recipes } from '../plan/recipes/registry.ts'
import type { Base } from '../project/base.ts'
import { diskProject } from '../project/disk.ts'
import type { Project } from '../project/project.ts'
import { replaceFiles } from '../project/replace.ts'
import { unifiedDiff } from '../report/unified-diff.ts'
import { LineIndex } from '../source/line-index.ts'
import type { Span } from '../source/span.ts'
import type { CheckFlags, FixFlags } from './flags.ts'
import { shownPath } from './render.ts'

/** Where the changes are made, and what is known of what is deployed. */
interface FixPlace {
  readonly root: string
  readonly cwd: string
  readonly base: Base | undefined
}

/** The run that follows the changes, and what is to be said of them. */
export interface Mended {
  readonly options: CheckOptions
  /** The outcome of that run, with the changes that were made and those that were not. */
  told(outcome: Outcome): Outcome
  /** `--dry-run`: the changes as a unified diff. */
  readonly diff: string | undefined
  /** What is to be known of where the changes are; undefined: nothing. */
  readonly note: string | undefined
}

/**
 * Mends what recipes can mend, on disk unless it is a dry run. Throws a UserError where nothing says which migrations are deployed, and when a file cannot be
 * written; then none is.
 */
export async function mend(options: CheckOptions, flags: CheckFlags, wanted: FixFlags, place: FixPlace): Promise<Mended> {
  const { root, cwd } = place
  const disk = diskProject(root)
  const { base: _, ...alone } = options
  const result = await fix({
    // That a migration of the base is edited is what --force asks for.
    check: wanted.force ? alone : options,
    suggestions: wanted.suggestions,
    forbidden: (path) => whyNot(path, options.project, disk, flags, wanted, place.base),
  })
  const after = withTexts(options, result.texts)
  const diff = [...result.texts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, text]) => unifiedDiff(shownPath(path, root, cwd), textOf(options.project, path), text))
    .join('')
  if (!wanted.dryRun) replaceFiles(root, options.project, result.texts)
  return {
    options: after,
    told: (outcome) => ({ ...outcome, ...reported(result, options.project, after.project) }),
    diff: wanted.dryRun ? diff : undefined,
    note:
      result.texts.size === 0
        ? undefined
        : noteOn([...result.texts.keys()].map((path) => shownPath(path, root, cwd)).sort(), flags, wanted),
  }
}

function noteOn(paths: readonly string[], { staged }: CheckFlags, { dryRun }: FixFlags): string | undefined {
  if (dryRun) return 'Nothing was written. Lines of findings are those that the files would have.'
  return staged ? `The index still has the texts from before: git add ${paths.map(quoted).join(' ')}` : undefined
}

/** A path as a shell takes it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}

/** The projects as they are to be mended. Throws a UserError when nothing says what is deployed: migrations that ran must stay as they are. */
export function mendable(projects: Settings['projects'], flags: CheckFlags, { force, dryRun }: FixFlags): Settings['projects'] {
  if (force) return projects.map(({ baseline: _, ...project }) => project)
  const isSaid =
    flags.paths.length > 0 || flags.staged || flags.since !== undefined || projects.every(({ baseline }) => baseline !== undefined)
  if (!isSaid && !dryRun)
    throw new UserError(
      '--fix must not change migrations that are deployed, and nothing says which ones are. Name the migrations to mend, pass --since <ref> or --staged, set "baseline" to the last deployed migration, or pass --force.',
    )
  return projects
}

function whyNot(
  path: string,
  project: Project,
  disk: Project,
  flags: CheckFlags,
  { force }: FixFlags,
  base: Base | undefined,
): string | undefined {
  if (!force && flags.since !== undefined && base?.edited.has(path))
    return `${flags.since} has ${path}, so that it may be deployed (--force mends it all the same)`
  const seen = project.read(path)
  if (!('text' in seen)) return `${path} cannot be read`
  if (seen.flaw) return `${path} is not valid UTF-8`
  if (!flags.staged) return undefined
  const saved = disk.read(path)
  return 'text' in saved && saved.text === seen.text ? undefined : `${path} is not staged as it is on disk`
}

function textOf(project: Project, path: string): string | undefined {
  const result = project.read(path)
  return 'text' in result ? result.text : undefined
}

function reported({ fixed, unfixed }: FixResult, before: Project, after: Project): Pick<Outcome, 'fixed' | 'unfixed'> {
  const was = placesIn(before)
  const is = placesIn(after)
  return {
    fixed: fixed.map(({ finding, title }) => ({ ...was(finding), title })),
    unfixed: unfixed.map(({ finding, because }) => ({ ...is(finding), because })),
  }
}

function placesIn(project: Project): (finding: FixResult['fixed'][number]['finding']) => Omit<ReportedChange, 'title'> {
  const indexes = new Map<string, LineIndex>()
  return ({ rule, migration, span: { file, start } }) => {
    const index = indexes.get(file) ?? new LineIndex(textOf(project, file) ?? '')
    indexes.set(file, index)
    return { rule, migration, file, line: index.at(start).line }
  }
}

/** Of one file's findings so many are looked at: each costs a run of its own. */
const mostOfFile = 50

/** The outcome with how each finding can be mended, file by file. */
export async function withFixes(outcome: Outcome, options: CheckOptions): Promise<Outcome> {
  const files = new Set(outcome.findings.filter(({ rule }) => Object.hasOwn(recipes, rule)).map(({ file }) => file))
  const fixes = new Map<string, ReportedFix>()
  const indexes = new Map<string, LineIndex>()
  const indexOf = (file: string) => {
    const index = indexes.get(file) ?? new LineIndex(textOf(options.project, file) ?? '')
    indexes.set(file, index)
    return index
  }
  const placed = ({ file, start, end }: Span) => {
    const [from, to] = [indexOf(file).at(start), indexOf(file).at(end)]
    return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column }
  }
  for (const file of files) {
    const alone = { ...options, only: (path: string) => path === file && options.only?.(path) !== false }
    const judge = (texts: ReadonlyMap<string, string>) => runOver(withTexts(alone, texts))
    const now = await whenLoaded(judge(new Map()))
    for (const { finding, plan } of await whenLoaded(provenPlans(options.project, now, judge, () => true, mostOfFile)))
      fixes.set(keyOf({ ...placed(finding.span), rule: finding.rule, messageId: finding.messageId }), {
        title: plan.title,
        keeps: plan.keeps,
        edits: plan.edits.map((edit) => ({ ...placed(edit), text: edit.text })),
        creates: plan.creates.map(({ path, text }) => ({ file: path, text })),
      })
  }
  return {
    ...outcome,
    findings: outcome.findings.map((finding) => {
      const fix = fixes.get(keyOf(finding))
      return fix ? { ...finding, fix } : finding
    }),
  }
}

function keyOf({
  rule,
  messageId,
  file,
  line,
  column,
}: Place & { readonly rule: string; readonly messageId?: string | undefined }): string {
  return JSON.stringify([rule, messageId, file, line, column])
}
