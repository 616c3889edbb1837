import { compareVersions, type Dialect, type Version } from '../dialects/dialect.ts'
import { UserError } from '../errors.ts'
import { discoverHistories } from '../frameworks/discover.ts'
import type {
  Declared,
  DiscoverOptions,
  Entry,
  Framework,
  FrameworkName,
  History,
  LoadOptions,
  ProjectFacts,
  RunnerOptions,
} from '../frameworks/framework.ts'
import type { DialectName } from '../ir/names.ts'
import type { Judged } from '../lint/judged.ts'
import type { Outcome, ReportedHistory } from '../lint/outcome.ts'
import { Judge, type JudgeOptions } from '../lint/run.ts'
import type { RuleSetting } from '../lint/site.ts'
import { Suppressions } from '../lint/suppress.ts'
import type { Course } from '../lint/walk.ts'
import type { Base } from '../project/base.ts'
import { globMatcher, normalizeGlob } from '../project/glob.ts'
import type { Project } from '../project/project.ts'
import type { Rule } from '../rule/define.ts'
import type { Profile } from '../rule/finding.ts'
import { home } from '../version.ts'
import { judgeBranches } from './branches.ts'
import { changesOf, touches } from './changes.ts'
import { dialectOf, frameworks, withParser } from './engines.ts'
import { Gathering } from './gather.ts'
import { remembering } from './remember.ts'

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
  /** Says of each finding of one history what a run on a real database showed; called once per judged history, when it is read. */
  readonly prove?: (read: ReadHistory, findings: readonly Judged[]) => Promise<readonly Judged[]>
  /** What the branch was made from; absent: not compared with anything. */
  readonly base?: Base
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
  /** Positions of the judged migrations in `history.entries`. */
  readonly judged: ReadonlySet<number>
}

/** What a run gives its door: the outcome, and whether anything at all was found to read. */
export interface CheckResult {
  readonly outcome: Outcome
  /** Histories found, judged or not. 0: no migrations here. */
  readonly histories: number
}

interface Work {
  readonly history: History
  readonly framework: Framework
  readonly settings: ProjectSettings
  readonly judged: ReadonlySet<number>
  /** How the history was looked for: the base's is looked for in the same way. */
  readonly discover: DiscoverOptions
}

/**
 * The one way from files to findings: discover, load, replay, judge. Every door calls it. It never throws on what migrations contain;
 * a framework or dialect that cannot be decided is an entry in `errors`, and the other histories are judged all the same.
 */
export async function check(options: CheckOptions): Promise<CheckResult> {
  const started = performance.now()
  const project = remembering(options.project)
  const pages = new Map(options.allRules.map((rule) => [rule.id, rule.page]))
  const gathered = new Gathering(project, (rule) => `${home}/blob/main/${pages.get(rule) ?? 'README.md'}`)
  const works = await plan(options, project, gathered)
  const total = works.reduce((sum, work) => sum + work.history.entries.length, 0)
  options.beforeParsing?.(total)
  let done = 0
  for (const work of works) {
    await judgeHistory(work, options, project, gathered, () => options.progress?.(++done, total))
  }
  for (const { path, error } of options.project.unreadable?.() ?? []) gathered.error({ file: path, message: error })
  const outcome = gathered.outcome(options.version, performance.now() - started)
  return { outcome, histories: works.length }
}

async function plan(options: CheckOptions, project: Project, gathered: Gathering): Promise<Work[]> {
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
  for (const settings of options.projects) await look(settings, undefined)
  const unmatched = named?.filter((name) => !name.found).map(({ pattern }) => pattern) ?? []
  if (unmatched.length > 0) {
    await look(options.projects[0]!, unmatched)
    const missing = named!.find((name) => !name.found)
    if (missing) {
      const there = project.exists(missing.pattern) ? 'holds no migration that Surefoot can read' : 'matches no file'
      throw new UserError(`${missing.pattern} ${there}. Name a migration, its folder or a glob; --framework says how to read it.`)
    }
  }
  for (const { baseline } of options.projects) {
    const own = works.filter(({ settings }) => settings.baseline === baseline)
    if (baseline === undefined || own.length === 0) continue
    if (!own.some(({ history }) => history.entries.some((entry) => isCalled(entry, baseline))))
      throw new UserError(`No migration is called ${baseline}, which "baseline" names. Write the name of the last deployed one.`)
  }
  return works

  async function look(settings: ProjectSettings, paths: readonly string[] | undefined): Promise<void> {
    const rooms = await frameworks(settings.framework === undefined ? namesFor(project) : [settings.framework])
    const wanted = paths ?? settings.paths
    const discover: DiscoverOptions = {
      ...(wanted ? { paths: wanted } : {}),
      ...(settings.ignore ? { ignore: settings.ignore } : {}),
      ...(settings.dialect ? { dialect: settings.dialect } : {}),
    }
    const found = discoverHistories(project, { frameworks: rooms, ...discover })
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
  return scripts.length > 0 ? ['prisma', 'typeorm', 'sequelize', 'raw-sql'] : ['prisma', 'raw-sql']
}

/** Does a path belong to what the user named: the file itself, a folder above it, or a glob? */
function pathMatcher(pattern: string): (path: string) => boolean {
  const normal = normalizeGlob(pattern).replace(/\/+$/, '')
  if (normal === '' || normal === '.') return () => true
  const glob = globMatcher([normal])
  return (path) => path === normal || path.startsWith(`${normal}/`) || glob(path)
}

function keyOf(entry: Entry): string {
  return `${entry.path}#${entry.exportName ?? ''}`
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

async function judgeHistory(
  work: Work,
  options: CheckOptions,
  project: Project & { forget(): void },
  gathered: Gathering,
  tick: () => void,
) {
  const { history, framework, settings, judged } = work
  const name = settings.dialect ?? history.dialect
  const { base } = options
  const changed = base !== undefined && touches(history, base)
  if (judged.size === 0 && !changed) {
    gathered.history(describe(work, name, undefined))
    return
  }
  if (name === undefined) {
    gathered.error({ file: history.directory === '' ? '.' : history.directory, message: history.dialectBecause })
    gathered.history(describe(work, undefined, undefined))
    return
  }
  const dialect = await dialectOf(name)
  await framework.ready()
  const version = settings.serverVersion ?? history.serverVersion ?? dialect.latest
  gathered.assume(...versionAssumed(name, version, dialect))
  const load: LoadOptions = { dialect, version, runner: settings.runner, history }
  let declared: { readonly value: Declared | undefined } | undefined
  let facts: ProjectFacts | undefined
  const course: Course = {
    dialect,
    version,
    framework,
    load,
    boundByRunner: settings.boundByRunner,
    sameBatch: (born) => options.together && judged.has(born),
  }
  const asked: JudgeOptions = {
    rules: options.rules,
    profile: options.profile,
    down: options.down,
    declared: () => {
      declared ??= { value: framework.declared(project, history) }
      return declared.value
    },
    facts: () => {
      facts ??= framework.facts?.(project, history) ?? { synchronize: [], runsAtStart: [], pushes: [] }
      return facts
    },
    changes: () => changes,
  }
  const judge = new Judge(course, asked)
  const compared = { history, framework, project, load, discover: work.discover }
  const changes = base && judge.asksAtEnd ? await withParser(dialect, () => changesOf(compared, base)) : undefined
  const branches: Judged[] = []
  const last = judge.asksAtEnd ? history.entries.length - 1 : Math.max(...judged)
  const seen = new Set<string>()
  const suppressions = new Map<string, { readonly own: Suppressions; readonly migration: string }>()
  for (let position = 0; position <= last; position++) {
    const entry = history.entries[position]!
    const replayed = withParser(dialect, () => {
      const migration = framework.load(entry, project, load)
      if (migration.unreadable !== undefined) return migration
      if (judged.has(position)) judge.judge(migration, position)
      else judge.pass(migration, position)
      return migration
    })
    const migration = replayed instanceof Promise ? await replayed : replayed
    tick()
    gathered.read(migration, judged.has(position))
    if (migration.unreadable !== undefined) {
      if (judged.has(position)) gathered.error({ file: entry.path, message: migration.unreadable })
    } else if (judged.has(position)) {
      branches.push(...(await judgeBranches({ entry, position, migration, framework, load, project }, asked)))
      for (const file of migration.files) {
        if (seen.has(file)) continue
        seen.add(file)
        const result = project.read(file)
        if (!('text' in result)) continue
        if (result.flaw) gathered.unread(file, result.flaw.offset, 'encoding', result.flaw.message)
        if (result.text.includes('surefoot-')) suppressions.set(file, { own: new Suppressions(result.text, file), migration: migration.id })
      }
    }
    project.forget()
  }
  for (const { span, count } of judge.unjudged) gathered.unjudged(span, count)
  const findings: Judged[] = []
  for (const finding of [...judge.finish(), ...branches]) {
    if (suppressions.get(finding.span.file)?.own.covers(finding)) gathered.suppressed()
    else findings.push(finding)
  }
  const known = new Set(options.rules.map(({ rule }) => rule.id))
  const all = new Set(options.allRules.map((rule) => rule.id))
  for (const { own, migration } of suppressions.values()) findings.push(...own.unused(migration, known, all))
  const declaredVersion = settings.serverVersion ?? history.serverVersion
  const read = { project, history, framework, load, declaredVersion, judged }
  gathered.findings(options.prove ? await options.prove(read, findings) : findings)
  gathered.history(describe(work, name, version))
}

/** What is taken for granted about the server's version: one that nobody named, or one that the facts do not reach. */
function versionAssumed(name: DialectName, version: Version, { latest, oldest }: Dialect): readonly string[] {
  const shown = version.join('.')
  if (version === latest) return [`${name} ${shown} (the latest known; set serverVersion to judge another)`]
  if (compareVersions(version, oldest) < 0)
    return [`${name} ${shown} locks and copies as ${oldest.join('.')} does, the oldest version known`]
  if (compareVersions(version.slice(0, latest.length), latest) > 0)
    return [`${name} ${shown} locks and copies as ${latest.join('.')} does, the latest version known`]
  return []
}

function describe({ history, judged }: Work, dialect: DialectName | undefined, version: Version | undefined): ReportedHistory {
  return {
    directory: history.directory === '' ? '.' : history.directory,
    framework: history.framework,
    dialect,
    serverVersion: version?.join('.'),
    migrations: history.entries.length,
    judged: judged.size,
    reasons: [history.detectedBecause, history.dialectBecause, history.orderBecause],
  }
}
