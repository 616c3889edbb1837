import { readFileSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { type LoadedConfig, loadConfig } from '../config/load.ts'
import { checkRuleNames, resolveSettings, type Settings } from '../config/settings.ts'
import { UserError } from '../errors.ts'
import type { Outcome } from '../lint/outcome.ts'
import { type CheckOptions, check } from '../pipeline/check.ts'
import { checkOnce } from '../pipeline/kept-run.ts'
import type { Base } from '../project/base.ts'
import { diskProject } from '../project/disk.ts'
import type { Project } from '../project/project.ts'
import type { Rule } from '../rule/define.ts'
import { exitOf, exits } from './exit.ts'
import { type CheckFlags, checkFlags } from './flags.ts'
import { progressOn } from './progress.ts'
import { chunksOf, describing, fromRoot, type Report, type ReportPlace, relocate, render, spareOwnFiles } from './render.ts'
import { projectSettings, ruleSettings, rulesWith, shelfOf, statisticsOf, suppressionsOf } from './settings.ts'

/** What a command prints and how it ends. */
export interface CommandResult {
  readonly out: Report
  readonly code: number
}

/** From so many migrations on, machine code of the parser that is made with care pays for its making. */
const many = 400

/** For a few files, PostgreSQL's parser is compiled fast rather than well: that takes a tenth of a second off a cold start. */
function beforeParsing(migrations: number): void {
  if (migrations < many) setFlagsFromString('--liftoff-only')
}

/** `surefoot check`: from arguments to a report and an exit code. Throws UserError for the user's mistakes. */
export async function checkCommand(
  args: readonly string[],
  version: string,
  command: 'check' | 'rehearse' = 'check',
): Promise<CommandResult> {
  const flags = checkFlags(args, command)
  const cwd = resolve(flags.cwd ?? '.')
  const loaded = await loadConfig(cwd, flags.config)
  const rules = rulesWith(loaded?.config)
  const settings = settle(flags, loaded, rules)
  if (flags.printConfig) return { out: `${JSON.stringify(settings, undefined, 2)}\n`, code: exits.clean }
  const root = loaded?.directory ?? cwd
  spareOwnFiles(flags.outputs, cwd, root)
  if (flags.rehearsal?.clean) return (await import('./rehearsal.ts')).cleaned(flags.rehearsal, root)
  const source = await sourceOf(flags, root)
  const named = namedPaths(flags, cwd, root)
  const place = { project: source.project, root, cwd, rules }
  const { changed } = source
  if (changed) {
    const touched = [...changed, ...(source.base?.deleted ?? [])]
    if (!touched.some((path) => mayMatter(path, settings))) return nothing(flags, version, place, touched.length)
  }
  const rehearsal = flags.rehearsal && (await (await import('./rehearsal.ts')).rehearsalOf(flags, flags.rehearsal, command, root))
  const projects = flags.fix ? (await import('./fix.ts')).mendable(settings.projects, flags, flags.fix) : settings.projects
  const asked: CheckOptions = {
    project: source.project,
    projects: projects.map((project) => ({ ...projectSettings(project), ...statisticsOf(project, root) })),
    rules: ruleSettings(settings, rules),
    allRules: rules,
    profile: settings.profile,
    down: settings.down,
    ...(source.changed ? { only: (path: string) => source.changed!.has(path) } : {}),
    ...(named ? { named } : {}),
    ...(source.base ? { base: source.base } : {}),
    together: source.changed !== undefined,
    ...suppressionsOf(settings, source.project),
    version,
    beforeParsing,
  }
  const mended = flags.fix && (await (await import('./fix.ts')).mend(asked, flags, flags.fix, { root, cwd, base: source.base }))
  const options = mended?.options ?? asked
  // What a rule of one's own does is not known by its name: its findings are made anew by each run.
  const once = loaded?.config.customRules ? check : checkOnce
  const { outcome, histories } = await once({
    ...options,
    detail: flags.detail || flags.outputs.some(({ format }) => describing.has(format)),
    progress: progressOn(() => process.stderr),
    ...(flags.cache ? shelfOf(root) : {}),
    ...(rehearsal ? { prove: rehearsal.prove } : {}),
  }).finally(() => rehearsal?.close())
  if (histories === 0 && outcome.errors.length === 0 && !source.changed)
    throw noneFound(outcome, (await import('../frameworks/not-read.ts')).toolsNotRead(source.project))
  const told = flags.withFixes ? await (await import('./fix.ts')).withFixes(outcome, options) : outcome
  const run = rehearsal ? { ...told, rehearsals: rehearsal.rehearsals } : (mended?.told(told) ?? told)
  const shown = relocate(run, root, cwd)
  // A check is asked for its findings; only a rehearsal for whatever was seen.
  const code = exitOf(command === 'rehearse' ? run : outcome, { unknown: settings.unknown, maxWarnings: settings.maxWarnings })
  const out = await render(settings.unknown === 'allow' ? { ...shown, opaque: [] } : shown, flags, {
    ...place,
    project: options.project,
    rehearsed: command === 'rehearse',
  })
  const note = mended?.note === undefined ? '' : `surefoot: ${mended.note}\n`
  if (mended?.diff === undefined) {
    if (note !== '') process.stderr.write(note)
    return { out, code }
  }
  for (const chunk of chunksOf(out)) process.stderr.write(chunk)
  process.stderr.write(note)
  return { out: mended.diff, code }
}

function noneFound({ summary }: Outcome, notRead: readonly string[]): UserError {
  const skipped = Object.entries(summary.skipped).map(([reason, count]) => `${count} ${reason}`)
  const passed = skipped.length === 0 ? '' : ` Passed over: ${skipped.join(', ')}.`
  const others = notRead.length === 0 ? '' : ` Surefoot does not read the migrations of ${notRead.slice(0, 3).join(', ')}.`
  return new UserError(
    `No migrations were found here.${passed}${others} Name their folder, such as surefoot check db/migrations --dialect postgres, or list it under "projects" in surefoot.json.`,
  )
}

/** What flags and the configuration say. Throws a UserError for a rule that there is not. */
export function settle(flags: CheckFlags, loaded: LoadedConfig | undefined, rules: readonly Rule[]): Settings {
  const ids = rules.map((rule) => rule.id)
  checkRuleNames(Object.keys(loaded?.config.rules ?? {}), ids, loaded?.file ?? 'configuration')
  checkRuleNames(Object.keys(flags.rules), ids, '--rule')
  return resolveSettings(
    {
      ...(flags.framework ? { framework: flags.framework } : {}),
      ...(flags.dialect ? { dialect: flags.dialect } : {}),
      ...(flags.serverVersion ? { serverVersion: flags.serverVersion.join('.') } : {}),
      ...(flags.profile ? { profile: flags.profile } : {}),
      ...(flags.unknown ? { unknown: flags.unknown } : {}),
      ...(flags.maxWarnings === undefined ? {} : { maxWarnings: flags.maxWarnings }),
      ...(flags.baseline ? {} : { baseline: false }),
      down: flags.down,
      rules: flags.rules,
    },
    loaded?.config,
  )
}

interface Source {
  readonly project: Project
  /** Root-relative paths that changed; undefined when everything is judged. */
  readonly changed?: ReadonlySet<string>
  /** What the branch was made from, where that is asked or known. */
  readonly base?: Base
}

async function sourceOf(flags: CheckFlags, root: string): Promise<Source> {
  if (flags.staged) {
    const [{ staged }, { gitIndexProject }, { baseOfStaged }] = await Promise.all([
      import('../project/git.ts'),
      import('../project/git-index.ts'),
      import('../project/base.ts'),
    ])
    const base = baseOfStaged(root)
    return { project: gitIndexProject(root), changed: new Set(staged(root)), ...(base ? { base } : {}) }
  }
  const disk = diskProject(root)
  if (flags.since !== undefined) {
    const { baseSince } = await import('../project/base.ts')
    const base = baseSince(root, flags.since)
    return { project: disk, changed: new Set([...base.edited, ...base.added]), base }
  }
  if (!flags.stdin) return { project: disk }
  const { overlayProject } = await import('../project/overlay.ts')
  const path = fromRoot(flags.stdinFilename!, resolve(flags.cwd ?? '.'), root)
  return { project: overlayProject(disk, { [path]: readFileSync(0, 'utf8') }) }
}

function namedPaths(flags: CheckFlags, cwd: string, root: string): readonly string[] | undefined {
  const given = flags.stdin ? [flags.stdinFilename!] : flags.paths
  return given.length === 0 ? undefined : given.map((path) => fromRoot(path, cwd, root))
}

// What migrations, and what decides how they are read, end in.
const telling = /\.(?:sql|prisma|[cm]?[jt]sx?|json|ya?ml|toml|conf|properties)$|(?:^|\/)\.\w+$/i

/** May a change of this file matter? A commit of pictures and pages alone is not worth a look at the project. */
function mayMatter(path: string, { projects }: Settings): boolean {
  return telling.test(path) || projects.some(({ paths = [] }) => paths.some((named) => extname(named) === extname(path)))
}

async function nothing(flags: CheckFlags, version: string, place: ReportPlace, touched: number): Promise<CommandResult> {
  const summary = {
    errors: 0,
    warnings: 0,
    infos: 0,
    suppressed: 0,
    migrations: 0,
    migrationsRead: 0,
    statements: 0,
    opaque: 0,
    assumptions: [],
    skipped: {},
    histories: [],
    milliseconds: 0,
  }
  const outcome: Outcome = { version, findings: [], suppressed: [], opaque: [], errors: [], summary }
  const out = await render(outcome, flags, place)
  const what = touched === 0 ? 'no file' : 'no migration'
  const why = `Nothing to judge: ${what} ${flags.staged ? 'is staged' : `changed since ${flags.since}`}.\n`
  return { out: flags.outputs.some(({ format, file }) => format === 'stylish' && file === undefined) ? why : out, code: exits.clean }
}
