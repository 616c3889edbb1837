import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { rules } from '../../rules/registry.ts'
import type { Outcome, ReportedRehearsal } from '../../src/lint/outcome.ts'
import { check, type ReadHistory } from '../../src/pipeline/check.ts'
import { withParser } from '../../src/pipeline/engines.ts'
import { diskProject } from '../../src/project/disk.ts'
import type { Example } from '../../src/rule/define.ts'
import type { Engine } from '../../src/sandbox/engine.ts'
import { Rehearsal } from '../../src/sandbox/rehearse.ts'
import { filesOf, formOf, settingsFor } from '../../test/run-example.ts'
import { assumedSchema } from './assumed.ts'
import type { Bench } from './benches.ts'

const root = resolve(import.meta.dirname, '../..')

export interface Tried {
  readonly outcome: Outcome
  readonly rehearsal: ReportedRehearsal | undefined
}

/** Engines that stay open from one example to the next. */
export class Bank {
  readonly #bench: Bench
  readonly #engines = new Map<string, Promise<Engine>>()

  constructor(bench: Bench) {
    this.#bench = bench
  }

  /** Rehearses one example as the newest migration of a project on disk, judged by every rule. */
  async try(example: Example): Promise<Tried> {
    const folder = mkdtempSync(join(tmpdir(), 'surefoot-trial-'))
    const { files, judged } = filesOf(example)
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    writeFileSync(join(folder, 'package.json'), '{ "name": "trial", "private": true }\n')
    symlinkSync(realpathSync(join(root, 'node_modules')), join(folder, 'node_modules'))
    const rehearsal = new Rehearsal({
      root: folder,
      rows: 1000,
      engine: this.#bench.engine,
      allowRemote: false,
      env: [],
      baseSchema: undefined,
      before: assumed,
      engines: this.#engines,
      limits: { milliseconds: 20_000, mebibytes: 512 },
      which: 'judged',
      battery: true,
    })
    try {
      const { outcome } = await check({
        project: diskProject(folder),
        projects: [
          {
            framework: formOf(example).framework,
            dialect: example.on,
            serverVersion: this.#bench.version,
            runner: example.runner ?? {},
            boundByRunner: false,
          },
        ],
        rules: settingsFor(rules, 'style'),
        allRules: rules,
        profile: 'style',
        down: 'rollback',
        only: (path) => judged.includes(path),
        together: false,
        version: 'trial',
        prove: rehearsal.prove,
      })
      return { outcome, rehearsal: rehearsal.rehearsals[0] }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  async close(): Promise<void> {
    for (const engine of this.#engines.values()) await (await engine.catch(() => undefined))?.close()
  }
}

/** The schema that an example takes for granted. */
async function assumed({ framework, history, project, load }: ReadHistory): Promise<string> {
  const migrations = []
  for (const entry of history.entries) migrations.push(await withParser(load.dialect, () => framework.load(entry, project, load)))
  return assumedSchema(migrations, load.dialect.name)
}
