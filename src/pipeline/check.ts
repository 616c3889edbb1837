import type { Version } from '../dialects/dialect.ts'
import { UserError } from '../errors.ts'
import { discoverHistories } from '../frameworks/discover.ts'
import type { DiscoverOptions, Entry, Framework, FrameworkName, History, LoadOptions, RunnerOptions } from '../frameworks/framework.ts'
import { unrecognised } from '../frameworks/unrecognised.ts'
import type { DialectName } from '../ir/names.ts'
import { Baseline, type RecordedBaseline } from '../lint/baseline.ts'
import type { Judged } from '../lint/judged.ts'
import type { Outcome, ReportedBaseline } from '../lint/outcome.ts'
import type { RuleSetting } from '../lint/site.ts'
import type { Base } from '../project/base.ts'
import type { Shelf } from '../project/cache.ts'
import { globMatcher, normalizeGlob } from '../project/glob.ts'
import type { Project } from '../project/project.ts'
import type { Rule } from '../rule/define.ts'
import type { Profile } from '../rule/finding.ts'
import type { TableSize } from '../rule/site.ts'
import { home } from '../version.ts'
import { everything, takeFrameworks } from './engines.ts'
import { keyOf } from './files-of.ts'
import { Gathering } from './gather.ts'
import { judgeHistory, type Work } from './history.ts'
import type { Memory } from './memory.ts'
import { now } from './now.ts'
import type { Planning } from './plans.ts'
import { remembering } from './remember.ts'
import { atOnce, type Steps, whenLoaded } from './steps.ts'

/** One of the configured projects of a repository; without configuration there is one, with nothing set. */
export interface ProjectSettings {
  readonly framework?: FrameworkName
  readonly dialect?: DialectName
  readonly serverVersion?: Version
  readonly paths?: readonly string[]
  readonly ignore?: readonly string[]
  /** The last migration that is deployed: all up to it is history. */
  readonly baseline?: string
  readonly runner: RunnerOptions
  readonly boundByRunner: boolean
  /** How large the tables are; absent: not known. Asked only where the history is of the same engine. */
  readonly statistics?: { readonly engine: DialectName; readonly tables: Readonly<Record<string, TableSize>> }
}

export interface CheckOptions {
  readonly project: Project
  readonly projects: readonly ProjectSettings[]
  readonly rules: readonly RuleSetting[]
  /** Every rule there is, for suppressions that name one. */
  readonly allRules: readonly Rule[]
  readonly profile: Profile
  readonly down: 'rollback' | 'full'
  /** Judge only migrations that one of these paths belongs to; undefined: all. */
  readonly only?: (path: string) => boolean
  /** Files, folders and globs that the user named: only these are judged, and they are looked for where no framework found them. */
  readonly named?: readonly string[]
  /** The judged migrations ship together (`--since`, `--staged`): what one creates is new to the next. */
  readonly together: boolean
  /** Findings of old, to be left out. Absent: there are none. */
  readonly baseline?: RecordedBaseline
  /** `requireReason`: a comment without a reason suppresses nothing. */
  readonly suppressions?: { readonly requireReason: boolean }
  /** The day of the run as 2027-01-31, for suppressions that end; the clock's, in UTC, when absent. */
  readonly today?: string
  /** Says of each finding of one history what a run on a real database showed; called once per judged history, when it is read. */
  readonly prove?: (read: ReadHistory, findings: readonly Judged[]) => Promise<readonly Judged[]>
  /** What the branch was made from; absent: not compared with anything. */
  readonly base?: Base
  /** What is kept from run to run over the same files; it shows the files in place of `project`. */
  readonly memory?: Memory
  /** Where the migrations that were read are kept for the next process; absent: each is read anew. */
  readonly shelf?: Shelf
  /** Describe what each judged migration does (`Outcome.migrations`). */
  readonly detail?: boolean
  /** Told of each finding by itself and of the plan for it. */
  readonly planning?: Planning
  readonly version: string
  readonly progress?: (done: number, all: number) => void
  /** Called once, when the files are found and before a parser is loaded, with the number of migrations that will be read. */
  readonly beforeParsing?: (migrations: number) => void
}

/** A history that was read, for whoever wants to run it. */
export interface ReadHistory {
  readonly project: Project
  readonly history: History
  readonly framework: Framework
  readonly load: LoadOptions
  /** The server version that the project declares; undefined: the latest was assumed. */
  readonly declaredVersion: Version | undefined
  /** What the judged changes were made to, where that is known: the release that runs. */
  readonly base?: Base
  /** Positions of the judged migrations in `history.entries`. */
  readonly judged: ReadonlySet<number>
}

/** What a run gives its door: the outcome, and whether anything at all was found to read. */
export interface CheckResult {
  readonly outcome: Outcome
  /** Histories found, judged or not. 0: no migrations here. */
  readonly histories: number
  /** What the run made of the baseline; absent: there is none. */
  readonly baseline?: Baseline
}

/**
 * The one way from files to findings: discover, load, replay, judge. Every door calls it. It never throws on what migrations contain;
 * a framework or dialect that cannot be decided is an entry in `errors`, and the other histories are judged all the same.
 */
export function check(options: CheckOptions): Promise<CheckResult> {
  return whenLoaded(checkSteps(options))
}

/** The same for a caller that cannot wait: throws NotLoaded when something is needed that `loadEverything` has not loaded yet. */
export function checkLoaded(options: Omit<CheckOptions, 'prove'>): CheckResult {
  return atOnce(checkSteps(options))
}

/** Loads every engine and parser, for `checkLoaded`. */
export function loadEverything(): Promise<void> {
  return whenLoaded(everything())
}

/** The same as steps, for work that is a part of larger work. */
export function* checkSteps(options: CheckOptions): Steps<CheckResult> {
  const started = now()
  const project = options.memory ? options.memory.project : remembering(options.project)
  const pages = new Map(options.allRules.map((rule) => [rule.id, rule.page]))
  const gathered = new Gathering(project, (rule) => `${home}/blob/main/${pages.get(rule) ?? 'README.md'}`)
  const baseline = options.baseline && new Baseline(options.baseline, (path) => project.exists(path))
  const works = yield* plan(options, project, gathered)
  const total = works.reduce((sum, work) => sum + work.history.entries.length, 0)
  options.beforeParsing?.(total)
  let done = 0
  for (const work of works) {
    yield* judgeHistory(work, options, baseline, project, gathered, () => options.progress?.(++done, total))
  }
  for (const { path, error } of options.project.unreadable?.() ?? []) gathered.error({ file: path, message: error })
  const outcome = gathered.outcome(
    options.version,
    now() - started,
    options.detail === true,
    baseline && reported(baseline, options, gathered),
  )
  return { outcome, histories: works.length, ...(baseline ? { baseline } : {}) }
}

/** What the baseline did. What it has and nobody found is stale only where everything was looked at, and by the rule that it names. */
function reported(baseline: Baseline, { rules, allRules, only, named }: CheckOptions, gathered: Gathering): ReportedBaseline {
  const findings = baseline.covered.reduce((sum, { count }) => sum + count, 0)
  const isWhole = only === undefined && named === undefined && gathered.isWhole
  const silent = new Set(allRules.map(({ id }) => id))
  for (const { rule } of rules) silent.delete(rule.id)
  return { file: baseline.file, findings, stale: isWhole ? baseline.remaining.filter(({ rule }) => !silent.has(rule)) : [] }
}

function* plan(options: CheckOptions, project: Project, gathered: Gathering): Steps<Work[]> {
  const works: Work[] = []
  const taken = new Set<string>()
  const named = options.named?.map((pattern) => ({ pattern, matches: pathMatcher(pattern), found: false }))
  const only = (path: string) => {
    if (options.only && !options.only(path)) return false
    if (!named) return true
    const matching = named.filter((name) => name.matches(path))
    for (const name of matching) name.found = true
    return matching.length > 0
  }
  for (const settings of options.projects) yield* look(settings, undefined)
  if (!options.memory) {
    const histories = works.map(({ history }) => history)
    const ignore = options.projects.flatMap((settings) => settings.ignore ?? [])
    const paths = histories.length === 0 ? unrecognised.inFolders(project, ignore) : unrecognised.beside(project, histories, ignore)
    if (paths.length > 0) yield unrecognised.ready
    for (const error of unrecognised.among(project, paths)) if (only(error.file)) gathered.error(error)
  }
  const unmatched = named?.filter((name) => !name.found).map(({ pattern }) => pattern) ?? []
  if (unmatched.length > 0) {
    yield* look(options.projects[0]!, unmatched)
    const missing = named!.find((name) => !name.found)
    if (missing) {
      const there = project.exists(missing.pattern) ? 'holds no migration that Surefoot can read' : 'matches no file'
      throw new UserError(`${missing.pattern || '.'} ${there}. Name a migration, its folder or a glob; --framework says how to read it.`)
    }
  }
  for (const { baseline } of options.projects) {
    const own = works.filter(({ settings }) => settings.baseline === baseline)
    if (baseline === undefined || own.length === 0) continue
    if (!own.some(({ history }) => history.entries.some((entry) => isCalled(entry, baseline))))
      throw new UserError(`No migration is called ${baseline}, which "baseline" names. Write the name of the last deployed one.`)
  }
  return works

  function* look(settings: ProjectSettings, paths: readonly string[] | undefined): Steps<void> {
    const rooms = yield* takeFrameworks(settings.framework === undefined ? namesFor(project) : [settings.framework])
    const wanted = paths ?? settings.paths
    const discover: DiscoverOptions = {
      ...(wanted ? { paths: wanted } : {}),
      ...(settings.ignore ? { ignore: settings.ignore } : {}),
      ...(settings.dialect ? { dialect: settings.dialect } : {}),
    }
    const search = () => discoverHistories(project, { frameworks: rooms, ...discover })
    const key = JSON.stringify([rooms.map(({ name }) => name), discover])
    const found = options.memory ? options.memory.discovered(key, search) : search()
    const own = new Set<string>()
    for (const history of found) {
      // Two histories of one look may share a file (one text for several engines); a later look may not judge it again.
      const entries = history.entries.filter((entry) => !taken.has(keyOf(entry)))
      for (const entry of entries) own.add(keyOf(entry))
      for (const [reason, count] of Object.entries(history.skipped)) gathered.skip(reason, count)
      if (entries.length === 0) continue
      const framework = rooms.find((room) => room.name === history.framework)!
      works.push({ history: { ...history, entries }, framework, settings, judged: judgedOf(entries, settings, only), discover })
    }
    for (const key of own) taken.add(key)
  }
}

/** The frameworks that a project can use at all: without a JavaScript or TypeScript file their rooms need not be loaded. */
function namesFor(project: Project): readonly FrameworkName[] {
  const scripts = project.glob(['**/*.{js,ts,cjs,mjs,cts,mts}'])
  return scripts.length > 0 ? ['prisma', 'typeorm', 'knex', 'sequelize', 'drizzle', 'raw-sql'] : ['prisma', 'drizzle', 'raw-sql']
}

/** Does a path belong to what the user named: the file itself, a folder above it, or a glob? */
function pathMatcher(pattern: string): (path: string) => boolean {
  const normal = normalizeGlob(pattern).replace(/\/+$/, '')
  if (normal === '' || normal === '.') return () => true
  const glob = globMatcher([normal])
  return (path) => path === normal || path.startsWith(`${normal}/`) || glob(path)
}

/** Is the migration meant by this name: what the runner records, its path or the end of it, with or without the extension? */
function isCalled({ id, path }: Entry, name: string): boolean {
  return id === name || path === name || path.endsWith(`/${name}`) || path.split('/').some((part) => part.replace(/\.[^.]+$/, '') === name)
}

function judgedOf(entries: readonly Entry[], settings: ProjectSettings, only: (path: string) => boolean): ReadonlySet<number> {
  const baseline = settings.baseline
  const from = baseline === undefined ? -1 : entries.findIndex((entry) => isCalled(entry, baseline))
  const judged = new Set<number>()
  entries.forEach((entry, position) => {
    const wanted = [entry.path, ...(entry.downPath === undefined ? [] : [entry.downPath]), ...(entry.reads ?? [])].map(only).includes(true)
    if (position > from && wanted) judged.add(position)
  })
  return judged
}
