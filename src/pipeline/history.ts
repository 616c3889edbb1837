import { compareVersions, type Dialect, type Version } from '../dialects/dialect.ts'
import type { DiscoverOptions, Entry, Framework, History, LoadOptions, ProjectFacts } from '../frameworks/framework.ts'
import type { DialectName } from '../ir/names.ts'
import type { Baseline } from '../lint/baseline.ts'
import { describeMigration } from '../lint/describe/migration.ts'
import type { Judged } from '../lint/judged.ts'
import type { ReportedHistory } from '../lint/outcome.ts'
import { Judge, type JudgeOptions } from '../lint/run.ts'
import type { Scene } from '../lint/site.ts'
import { sizesIn } from '../lint/size.ts'
import type { Course } from '../lint/walk.ts'
import { emptySchema } from '../schema/edit.ts'
import { build } from '../version.ts'
import { judgeBranches } from './branches.ts'
import { changesOf, touches } from './changes.ts'
import type { CheckOptions, ProjectSettings } from './check.ts'
import { readied, readWith, takeDialect } from './engines.ts'
import type { Gathering } from './gather.ts'
import type { KeptHistory, Memory } from './memory.ts'
import { Readings } from './readings.ts'
import type { Forgetful } from './remember.ts'
import { Sieve } from './sieve.ts'
import type { Steps } from './steps.ts'

/** One history, and what of it is to be judged. */
export interface Work {
  readonly history: History
  readonly framework: Framework
  readonly settings: ProjectSettings
  readonly judged: ReadonlySet<number>
  /** How the history was looked for: the base's is looked for in the same way. */
  readonly discover: DiscoverOptions
}

/** Replays one history and judges what of it is to be judged; what it finds goes to `gathered`. */
export function* judgeHistory(
  work: Work,
  options: CheckOptions,
  baseline: Baseline | undefined,
  project: Forgetful,
  gathered: Gathering,
  tick: () => void,
): Steps<void> {
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
  const dialect = yield* takeDialect(name)
  yield* readied(framework)
  const version = settings.serverVersion ?? history.serverVersion ?? dialect.latest
  gathered.assume(...versionAssumed(name, version, dialect))
  if (history.dialectAssumed && settings.dialect === undefined)
    gathered.assume(`${name}, since ${history.dialectBecause} (--dialect says otherwise)`)
  if (history.namesAssumed && history.namesBecause !== undefined) gathered.assume(history.namesBecause)
  const load: LoadOptions = { dialect, version, runner: settings.runner, history }
  const memory = options.memory
  const kept = memory?.of(JSON.stringify([history, name, version, settings.runner, settings.boundByRunner]), history.entries)
  const readings = kept?.readings ?? noted(memory, undefined, open)
  if (kept) kept.readings = readings
  const declarations: { declared: KeptHistory['declared'] } = kept ?? { declared: undefined }
  function open(): Readings | undefined {
    const { framework, directory, serverVersion, settings: read } = history
    const from = JSON.stringify([build, process.versions.v8, serverVersion, read, version, settings.runner])
    const { shelf } = options
    return shelf && history.entries.length >= shelf.least
      ? new Readings(shelf, project, JSON.stringify([framework, directory, name]), from)
      : undefined
  }
  let facts: ProjectFacts | undefined
  const { statistics } = settings
  const course: Course = {
    dialect,
    version,
    framework,
    load,
    boundByRunner: settings.boundByRunner,
    sameBatch: (born) => options.together && judged.has(born),
    ...(statistics && familyOf(statistics.engine) === familyOf(name) ? { sizeOf: sizesIn(statistics.tables, emptySchema(dialect)) } : {}),
  }
  const asked: JudgeOptions = {
    rules: options.rules,
    profile: options.profile,
    down: options.down,
    declared: () => {
      declarations.declared ??= { value: noted(memory, undefined, () => framework.declared(project, history)) }
      return declarations.declared.value
    },
    facts: () => {
      facts ??= framework.facts?.(project, history) ?? { synchronize: [], runsAtStart: [], pushes: [] }
      return facts
    },
    changes: () => changes,
  }
  // A text that nobody saved is not what the next process will read.
  const loaded = (entry: Entry, edited: boolean) =>
    readings && !edited ? readings.migration(entry, (files) => framework.load(entry, files, load)) : framework.load(entry, project, load)
  const scenes = new Map<string, Scene>()
  const whenJudged = (scene: Scene) => {
    gathered.replayed(scene)
    if (options.detail) gathered.described(describeMigration(scene))
    if (options.planning) scenes.set(scene.migration.id, scene)
  }
  const judge = new Judge(course, { ...asked, judged: whenJudged })
  const compared = { history, framework, project, load, discover: work.discover }
  const changes = base && judge.asksAtEnd ? yield* readWith(dialect, () => changesOf(compared, base)) : undefined
  const branches: Judged[] = []
  const last = judge.asksAtEnd ? history.entries.length - 1 : Math.max(...judged)
  const seen = new Set<string>()
  /** No file before this place has been edited: what is kept of the replay holds. */
  let straight = true
  const sieve = new Sieve(options, baseline, project, gathered)
  for (let position = 0; position <= last; position++) {
    const entry = history.entries[position]!
    const isJudged = judged.has(position)
    const edited = memory?.differs(entry) === true
    const known = edited ? undefined : kept?.migrations[position]
    const after = !isJudged && straight ? kept?.checkpoints[position + 1] : undefined
    if (known && after) {
      judge.resume(after)
      tick()
      gathered.read(known, false)
      continue
    }
    const migration = yield* readWith(dialect, () => {
      const migration = known ?? noted(memory, entry, () => loaded(entry, edited))
      if (migration.unreadable !== undefined) return migration
      if (isJudged) judge.judge(migration, position)
      else judge.pass(migration, position)
      return migration
    })
    straight &&= !edited
    if (kept && !edited) kept.migrations[position] = migration
    if (kept && straight) kept.checkpoints[position + 1] = judge.checkpoint
    tick()
    gathered.read(migration, isJudged)
    if (migration.unreadable !== undefined) {
      if (isJudged) gathered.error({ file: entry.path, message: migration.unreadable })
    } else if (isJudged) {
      branches.push(...(yield* judgeBranches({ entry, position, migration, framework, load, project }, asked)))
      for (const file of migration.files) {
        if (seen.has(file)) continue
        seen.add(file)
        const result = project.read(file)
        if (!('text' in result)) continue
        if (result.flaw) gathered.unread(file, result.flaw.offset, 'encoding', result.flaw.message)
        sieve.read(file, result.text, migration.id)
      }
    }
    project.forget?.()
  }
  readings?.keep()
  for (const { span, count } of judge.unjudged) gathered.unjudged(span, count)
  const settle = (finding: Judged) => sieve.settle(finding)
  const each = judge.finish(settle)
  const others = [...branches.flatMap((finding) => settle(finding) ?? []), ...sieve.unused()]
  const findings = [...judge.told(each), ...others]
  const declaredVersion = settings.serverVersion ?? history.serverVersion
  const read = { project, history, framework, load, declaredVersion, judged, ...(options.base ? { base: options.base } : {}) }
  let said: readonly Judged[] = findings
  const { prove } = options
  if (prove)
    yield async () => {
      said = await prove(read, findings)
    }
  options.planning?.history({ work, load, project, scenes, findings: [...each, ...others], final: judge.checkpoint.schema })
  gathered.findings(said)
  gathered.history(describe(work, name, version))
}

/** Does work that reads files, and notes for the memory which of them are not the entry's own. */
function noted<T>(memory: Memory | undefined, entry: Entry | undefined, work: () => T): T {
  return memory ? memory.noting(entry, work) : work()
}

/** MariaDB is often declared as the MySQL that it is to its drivers. */
function familyOf(name: DialectName): DialectName {
  return name === 'mariadb' ? 'mysql' : name
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
    reasons: [
      history.detectedBecause,
      history.dialectBecause,
      history.orderBecause,
      ...(history.namesBecause ? [history.namesBecause] : []),
    ],
  }
}
