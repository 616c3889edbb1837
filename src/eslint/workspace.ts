import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { projectSettings, rulesWith, shelfOf, statisticsOf, suppressionsOf } from '../cli/settings.ts'
import { findConfig, type LoadedConfig } from '../config/load.ts'
import { loadConfigNow } from '../config/load-now.ts'
import { checkRuleNames, resolveSettings, type Settings } from '../config/settings.ts'
import type { CheckOptions, ProjectSettings } from '../pipeline/check.ts'
import type { Candidate, Run } from '../pipeline/compare-runs.ts'
import { Memory } from '../pipeline/memory.ts'
import { now, today } from '../pipeline/now.ts'
import { provenPlans, runOver } from '../pipeline/run-plans.ts'
import { atOnce, type Steps } from '../pipeline/steps.ts'
import type { Plan } from '../plan/plan.ts'
import { overlayProject } from '../project/overlay.ts'
import type { Project } from '../project/project.ts'
import { type WatchedProject, watchedProject } from '../project/watched.ts'
import type { Rule } from '../rule/define.ts'
import { digest } from '../source/digest.ts'
import { version } from '../version.ts'
import { KeptProblems } from './kept-problems.ts'
import type { Problems } from './problem.ts'

/** Of all time that passes, at most this part goes into asking the disk what changed. */
const partForWatching = 1 / 20

/** What the configuration of a folder says, read. */
export interface Configured {
  readonly settings: Settings
  readonly rules: readonly Rule[]
  readonly projects: readonly ProjectSettings[]
  /** Are all rules Surefoot's own? What others do is not known by their names. */
  readonly isKnown: boolean
}

/** How one file is judged. */
export type FileRun = Pick<CheckOptions, 'rules' | 'profile' | 'down'>

/** One root of migrations, kept while the editor or the run lasts: files as they are on disk, what was read of them, the configuration. */
export class Workspace {
  readonly root: string
  readonly #watched: WatchedProject
  readonly #files: Project
  readonly #kept: KeptProblems | undefined
  #memory: Memory
  #configured: Configured | undefined
  #configStamp = ''
  #checkedUntil = 0

  constructor(root: string) {
    this.root = root
    this.#watched = watchedProject(root)
    const { shelf } = shelfOf(root)
    this.#kept = shelf && new KeptProblems(shelf, `lint-${digest(root).slice(0, 20)}`, this.#watched)
    this.#files = this.#kept?.project ?? this.#watched
    this.#memory = new Memory(this.#files)
  }

  /** The configuration as it is on disk now. Throws a UserError when it is wrong. */
  get configured(): Configured {
    this.#refresh()
    this.#configured ??= read(this.root)
    return this.#configured
  }

  /** What is to be said of one file: what an earlier process said of it as it is saved, while that holds; else what `judge` says, which is kept. */
  problemsOf(path: string, text: string, { rules, profile, down }: FileRun, judge: () => Problems): Problems {
    const { settings, projects, isKnown } = this.configured
    const kept = this.#kept
    if (!kept || !isKnown || !this.#isSaved(path, text)) return judge()
    const chosen = rules.map(({ rule, severity, options }) => [rule.id, severity, options])
    const key = digest(JSON.stringify([path, today(), settings, projects, profile, down, chosen]))
    const known = kept.of(key)
    if (known) return known
    const problems = judge()
    kept.add(key, problems)
    return problems
  }

  /** At the end of the process. */
  keep(): void {
    this.#kept?.keep()
  }

  /** What a run says of one file, whose text may be another one than on disk, and what may be done about it. `path` is relative to the root. */
  runOf(path: string, text: string, run: FileRun): Run {
    return atOnce(this.#judged(path, text, run))
  }

  /** The plans that change nothing but this file, and hold; `now` is the run over it, and at most `most` are tried. */
  plansFor(path: string, text: string, run: FileRun, now: Run, most: number): readonly Candidate[] {
    const judge = (texts: ReadonlyMap<string, string>) => this.#judged(path, texts.get(path) ?? text, run)
    const isWanted = ({ edits, creates }: Plan) => creates.length === 0 && edits.every(({ file }) => file === path)
    return atOnce(provenPlans(overlayProject(this.#files, { [path]: text }), now, judge, isWanted, most))
  }

  *#judged(path: string, text: string, run: FileRun): Steps<Run> {
    const { settings, projects, rules: allRules } = this.configured
    const suppressed = suppressionsOf(settings, this.#files)
    const options = { ...run, ...suppressed, projects, allRules, only: (other: string) => other === path, together: false, version }
    const isSaved = this.#isSaved(path, text)
    if (!isSaved && (!('text' in this.#files.read(path)) || !this.#memory.canEdit(path)))
      return yield* runOver({ ...options, project: overlayProject(this.#files, { [path]: text }) })
    const memory = this.#memory
    memory.project.edit(isSaved ? {} : { [path]: text })
    const found = yield* runOver({ ...options, project: this.#files, memory, ...shelfOf(this.root) })
    // Others turned out to read this file: what was kept of them belongs to a text that nobody saved.
    if (!isSaved && !memory.canEdit(path)) this.#memory = new Memory(this.#files)
    return found
  }

  #isSaved(path: string, text: string): boolean {
    const saved = this.#files.read(path)
    return 'text' in saved && saved.text === text
  }

  #refresh(): void {
    const started = now()
    if (started < this.#checkedUntil) return
    const stamp = stampOf(this.root)
    if (stamp !== this.#configStamp) this.#configured = undefined
    this.#configStamp = stamp
    const { files, structure } = this.#watched.changes()
    if (structure || files.size > 0) this.#kept?.end()
    if (structure || [...files].some((path) => !this.#memory.canEdit(path))) this.#memory = new Memory(this.#files)
    else if (files.size > 0) this.#memory.forget(files)
    const ended = now()
    this.#checkedUntil = ended + (ended - started) / partForWatching
  }
}

function read(root: string): Configured {
  const loaded = configOf(root)
  const settings = resolveSettings({}, loaded?.config)
  const rules = rulesWith(loaded?.config)
  checkRuleNames(
    Object.keys(settings.rules),
    rules.map(({ id }) => id),
    loaded?.file ?? 'configuration',
  )
  return {
    settings,
    rules,
    projects: settings.projects.map((project) => ({ ...projectSettings(project), ...statisticsOf(project, root) })),
    isKnown: loaded?.config.customRules === undefined,
  }
}

/** Configurations that were loaded when the plugin was, by their folder: a module that is run may wait for something only then. */
const atStart = new Map<string, LoadedConfig>()

/** Uses a configuration that could be waited for. */
export function knowConfig(loaded: LoadedConfig): void {
  atStart.set(loaded.directory, loaded)
}

function configOf(root: string): LoadedConfig | undefined {
  const known = atStart.get(root)
  if (known && !known.file.endsWith('.json')) return known
  return loadConfigNow(root)
}

/** Time and size of what decides the configuration. */
function stampOf(root: string): string {
  const file = findConfig(root)
  return [file, join(root, 'surefoot.stats.json')]
    .map((path) => {
      const stats = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false })
      return stats === undefined ? '' : `${path} ${stats.mtimeMs} ${stats.size}`
    })
    .join('\n')
}

const workspaces = new Map<string, Workspace>()

function keepAll(): void {
  for (const workspace of workspaces.values()) workspace.keep()
}

/** The workspace of a file, and the file's path in it. */
export function workspaceOf(filename: string): { readonly workspace: Workspace; readonly path: string } {
  const root = rootOf(dirname(resolve(filename)))
  let workspace = workspaces.get(root)
  if (!workspace) {
    if (workspaces.size === 0) process.once('exit', keepAll)
    workspace = new Workspace(root)
    workspaces.set(root, workspace)
  }
  return { workspace, path: relative(root, resolve(filename)).replaceAll(sep, '/') }
}

/** The folder that a file's migrations are looked for in: that of the nearest configuration, else of the nearest package, else the repository's top. */
function rootOf(folder: string): string {
  const config = findConfig(folder)
  if (config !== undefined) return dirname(config)
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git')) || isPackage(join(at, 'package.json'))) return at
    if (dirname(at) === at) return folder
  }
}

/** A `package.json` that only says how the files beside it are loaded is none of a project. */
function isPackage(file: string): boolean {
  if (!existsSync(file)) return false
  try {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    return ['name', 'dependencies', 'devDependencies'].some((key) => key in manifest)
  } catch {
    return true
  }
}
