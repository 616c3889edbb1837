import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rules } from '../rules/registry.ts'
import { check } from '../src/pipeline/check.ts'
import { diskProject } from '../src/project/disk.ts'
import { version } from '../src/version.ts'
import { type Compared, saidBy } from '../test/squawk-pairs.ts'

/** Public projects with long Prisma histories on PostgreSQL. */
const repositories = ['langfuse/langfuse', 'triggerdotdev/trigger.dev', 'documenso/documenso', 'umami-software/umami']

/**
 * What squawk and Surefoot (profile `style`) say on `wanted` Prisma migrations out of checkouts in `folder`, evenly over their histories. squawk is
 * given each file, Surefoot the whole history.
 */
export async function comparePrisma(command: string, folder: string, wanted: number): Promise<readonly Compared[]> {
  const all: { readonly title: string; readonly sql: string; readonly ours: Set<string> }[] = []
  for (const name of repositories) {
    const root = [join(folder, name.split('/')[1]!), join(folder, name.replace('/', '+'))].find((path) => existsSync(path))
    if (root === undefined) {
      console.error(`${name}: no checkout in ${folder}, skipped`)
      continue
    }
    const { outcome } = await check({
      project: diskProject(root),
      projects: [{ runner: {}, boundByRunner: false }],
      rules: rules.map((rule) => ({ rule, severity: undefined, options: {} })),
      allRules: rules,
      profile: 'style',
      down: 'rollback',
      together: false,
      version,
      detail: true,
    })
    const ours = new Map<string, Set<string>>()
    for (const { file, rule } of outcome.findings) ours.set(file, (ours.get(file) ?? new Set()).add(rule))
    for (const file of (outcome.migrations ?? []).map((migration) => migration.file).filter((path) => path.endsWith('/migration.sql')))
      all.push({ title: `${name} ${file}`, sql: readFileSync(join(root, file), 'utf8'), ours: ours.get(file) ?? new Set() })
  }
  const drawn = drawnFrom(all, wanted)
  const said = saidBy(
    command,
    drawn.map(({ sql }) => [sql]),
  )
  return drawn.map(({ title, ours }, index) => ({ title, ours, squawk: said.get(index) ?? new Set() }))
}

/** Every so-manieth of the list, so that all ages and projects are there. */
function drawnFrom<T>(all: readonly T[], wanted: number): readonly T[] {
  if (all.length <= wanted) return all
  return Array.from({ length: wanted }, (_, i) => all[Math.floor((i * all.length) / wanted)]!)
}
