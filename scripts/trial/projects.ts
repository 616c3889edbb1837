import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { projectSettings } from '../../src/cli/settings.ts'
import { checkConfig } from '../../src/config/schema.ts'
import { resolveSettings } from '../../src/config/settings.ts'
import { check, type ProjectSettings } from '../../src/pipeline/check.ts'
import { diskProject } from '../../src/project/disk.ts'
import type { Bench } from './benches.ts'

const home = resolve(import.meta.dirname, '../../fixtures/projects')

/** A project of `fixtures/projects` on an engine that it may be run on. */
export interface FixtureProject {
  /** Its folder: `sequelize/cli-postgres`. */
  readonly name: string
  readonly folder: string
  /** As its configuration has it, on this engine's version. */
  readonly settings: readonly ProjectSettings[]
}

/** The projects with a history for this engine. What was written for an engine that it stands in for is read as its own. */
export async function projectsFor(bench: Bench): Promise<readonly FixtureProject[]> {
  const found: FixtureProject[] = []
  for (const name of names()) {
    const folder = join(home, name)
    const settings = configured(folder)
    const dialects = await dialectsOf(folder, settings)
    const own = bench.dialects.find((dialect) => dialects.has(dialect))
    if (own === undefined) continue
    const [meant] = bench.dialects
    const as = own === meant ? {} : { dialect: meant }
    found.push({ name, folder, settings: settings.map((each) => ({ ...each, ...as, serverVersion: bench.version })) })
  }
  return found
}

/** The projects that are passed over on every engine: written for none that a dialect of ours speaks to. */
export async function projectsForNone(): Promise<readonly string[]> {
  const found: string[] = []
  for (const name of names()) {
    const folder = join(home, name)
    if ((await dialectsOf(folder, configured(folder))).size === 0) found.push(name)
  }
  return found
}

/** All of them, in their order. */
function names(): readonly string[] {
  return readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('expected.json'))
    .map((path) => dirname(path).replaceAll('\\', '/'))
    .sort()
}

function configured(folder: string): readonly ProjectSettings[] {
  const file = join(folder, 'surefoot.json')
  const config = existsSync(file) ? checkConfig(JSON.parse(readFileSync(file, 'utf8')) as object, file) : undefined
  return resolveSettings({ profile: 'style' }, config).projects.map(projectSettings)
}

/** The engines that its histories are written for. */
async function dialectsOf(folder: string, projects: readonly ProjectSettings[]): Promise<ReadonlySet<string>> {
  const dialects = new Set<string>()
  await check({
    project: diskProject(folder),
    projects,
    rules: [],
    allRules: [],
    profile: 'style',
    down: 'rollback',
    together: false,
    version: 'trial',
    prove: async (read, findings) => {
      dialects.add(read.load.dialect.name)
      return findings
    },
  })
  return dialects
}
