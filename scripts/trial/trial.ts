import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { rules } from '../../rules/registry.ts'
import type { Outcome, ReportedRehearsal } from '../../src/lint/outcome.ts'
import { type CheckOptions, check, type ProjectSettings, type ReadHistory } from '../../src/pipeline/check.ts'
import { withParser } from '../../src/pipeline/engines.ts'
import { diskProject } from '../../src/project/disk.ts'
import type { Example } from '../../src/rule/define.ts'
import type { Engine } from '../../src/sandbox/engine.ts'
import { Rehearsal, type RehearseOptions } from '../../src/sandbox/rehearse.ts'
import { tracedText } from '../../src/source/traced.ts'
import { filesOf, formOf, settingsFor } from '../../test/run-example.ts'
import { assumedSchema } from './assumed.ts'
import type { Bench } from './benches.ts'
import { groundOf } from './grounds.ts'
import type { FixtureProject } from './projects.ts'

const root = resolve(import.meta.dirname, '../..')

export interface Tried {
  readonly outcome: Outcome
  readonly rehearsal: ReportedRehearsal | undefined
  /** It could not be run because a migration of the same trial fails before it, of which the trial says what there is to say. */
  readonly stoppedBefore?: boolean
}

/** Engines that stay open from one example to the next. */
export class Bank {
  readonly #bench: Bench
  readonly #engines = new Map<string, Promise<Engine>>()
  /** Holds the packages that every example's project finds, for as long as an engine may look for its own. */
  readonly #folder = mkdtempSync(join(tmpdir(), 'surefoot-trial-'))
  #count = 0

  constructor(bench: Bench) {
    this.#bench = bench
    symlinkSync(realpathSync(join(root, 'node_modules')), join(this.#folder, 'node_modules'))
  }

  /** Rehearses one example as the newest migration of a project on disk, judged by every rule. */
  async try(example: Example, name: string): Promise<Tried> {
    const { files, judged } = filesOf(example)
    const write = (folder: string) => {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        writeFileSync(join(folder, path), text)
      }
      writeFileSync(join(folder, 'package.json'), '{ "name": "trial", "private": true }\n')
    }
    const own: ProjectSettings = {
      framework: formOf(example).framework,
      dialect: this.#bench.dialects[0],
      serverVersion: this.#bench.version,
      runner: example.runner ?? {},
      boundByRunner: false,
    }
    const { outcome, rehearsals } = await this.#rehearse(write, [own], {
      only: (path) => judged.includes(path),
      before: (read) => assumed(read, groundOf(name, this.#bench.name, this.#bench.dialects[0])),
    })
    return { outcome, rehearsal: rehearsals[0] }
  }

  /** Rehearses every migration of a project that is for this engine, in a copy of its folder. */
  async tryAll({ folder, settings }: FixtureProject): Promise<readonly (Tried & { readonly migration: string })[]> {
    const copy = (to: string) => cpSync(folder, to, { recursive: true })
    const { outcome, rehearsals } = await this.#rehearse(copy, settings, {})
    const failing = rehearsals.filter(({ observations }) => observations.some(({ kind }) => kind === 'up-fails' || kind === 'ended'))
    return rehearsals.map((rehearsal) => {
      const { migration, notRun } = rehearsal
      const findings = outcome.findings.filter((each) => each.migration === migration)
      const stoppedBefore = failing.some((each) => notRun?.startsWith(`the history does not apply: ${each.migration} fails: `))
      return { migration, outcome: { ...outcome, findings }, rehearsal, stoppedBefore }
    })
  }

  async #rehearse(
    write: (folder: string) => void,
    projects: readonly ProjectSettings[],
    { only, before }: Pick<CheckOptions, 'only'> & Pick<RehearseOptions, 'before'>,
  ): Promise<{ readonly outcome: Outcome; readonly rehearsals: readonly ReportedRehearsal[] }> {
    const bench = this.#bench
    const folder = join(this.#folder, String(++this.#count))
    write(folder)
    const rehearsal = new Rehearsal({
      root: folder,
      rows: 1000,
      engine: bench.engine,
      allowRemote: false,
      env: [],
      baseSchema: undefined,
      ...(before ? { before } : {}),
      engines: this.#engines,
      limits: { milliseconds: 45_000, mebibytes: 512 },
      which: 'judged',
      battery: true,
    })
    try {
      const { outcome } = await check({
        project: diskProject(folder),
        projects,
        rules: settingsFor(rules, 'style'),
        allRules: rules,
        profile: 'style',
        down: 'rollback',
        ...(only ? { only } : {}),
        together: false,
        version: 'trial',
        // A project may have histories for other engines too.
        prove: async (read, findings) => (read.load.dialect.name === bench.dialects[0] ? rehearsal.prove(read, findings) : findings),
      })
      return { outcome, rehearsals: rehearsal.rehearsals }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  /** How many are open: one for each set of extensions. */
  get engines(): number {
    return this.#engines.size
  }

  /** Ends the engines. What embedded ones took of memory they do not give back before; the next example has new ones. */
  async rest(): Promise<void> {
    const engines = [...this.#engines.values()]
    this.#engines.clear()
    for (const engine of engines) await (await engine.catch(() => undefined))?.close()
  }

  async close(): Promise<void> {
    await this.rest()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** What a run says against the rules: a finding that was not so, something that happened and that no rule had said, or that nothing could be run at all. */
export function contradiction({ outcome, rehearsal, stoppedBefore }: Tried): string | undefined {
  if (rehearsal === undefined) return `it was not rehearsed: ${outcome.errors.map(({ message }) => message).join('; ')}`
  if (rehearsal.notRun !== undefined) return stoppedBefore ? undefined : `it could not be run: ${rehearsal.notRun}`
  const refuted = outcome.findings.find(({ verdict }) => verdict?.verdict === 'refuted')
  if (refuted) return `${refuted.rule} is refuted: ${refuted.verdict!.because}`
  // What a failure leaves behind needs no word where the failure has one.
  const foretold = rehearsal.observations.some(({ kind, said }) => kind === 'up-fails' && said)
  const unsaid = rehearsal.observations.find(
    ({ kind, said, query }) => !said && query === undefined && !(foretold && kind === 'half-applied'),
  )
  return unsaid && `no rule says it: ${unsaid.message}`
}

/** The schema that an example takes for granted. */
async function assumed({ framework, history, project, load }: ReadHistory, ground: string): Promise<string> {
  const migrations = []
  for (const entry of history.entries) migrations.push(await withParser(load.dialect, () => framework.load(entry, project, load)))
  await load.dialect.ready()
  const statements = load.dialect.parse(tracedText(ground, 'ground'), { version: load.version })
  const given = statements.flatMap(({ sql, operations }) => (sql === undefined ? [] : [{ sql, operations }]))
  return assumedSchema(migrations, given, load.dialect.name)
}
