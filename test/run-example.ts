import { parseVersion } from '../src/dialects/dialect.ts'
import type { FrameworkName } from '../src/frameworks/framework.ts'
import type { Outcome } from '../src/lint/outcome.ts'
import type { RuleSetting } from '../src/lint/site.ts'
import { check, type ProjectSettings } from '../src/pipeline/check.ts'
import type { Base } from '../src/project/base.ts'
import { memoryProject } from '../src/project/memory.ts'
import type { Example, Rule } from '../src/rule/define.ts'
import { type Profile, reaches } from '../src/rule/finding.ts'

/** The rules that a profile judges with, with their own severities. */
export function settingsFor(
  rules: readonly Rule[],
  profile: Profile,
  options: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
): RuleSetting[] {
  return rules
    .filter((rule) => reaches(profile, rule.profile))
    .map((rule) => ({ rule, severity: undefined, options: options[rule.id] ?? {} }))
}

/**
 * How a case is judged: by every rule of the safety profile, and by those that it names, with all that they have to say; `strictly`: by
 * every rule of the strict profile. Throws on a name that no rule has.
 */
export function caseSettings(
  rules: readonly Rule[],
  named: readonly string[],
  strictly: boolean,
): { readonly rules: readonly RuleSetting[]; readonly profile: Profile } {
  const unknown = named.find((id) => !rules.some((rule) => rule.id === id))
  if (unknown !== undefined) throw new Error(`there is no rule ${unknown}`)
  const profile = strictly ? 'strict' : 'safety'
  return {
    profile,
    rules: rules
      .filter((rule) => reaches(profile, rule.profile) || named.includes(rule.id))
      .map((rule) => ({ rule, severity: named.includes(rule.id) ? rule.severity : undefined, options: {} })),
  }
}

interface Form {
  readonly framework: FrameworkName
  readonly extension: string
  readonly code: string
}

/** Which form an example is written in. */
export function formOf(example: Example): Form {
  if (example.sql !== undefined) return { framework: 'raw-sql', extension: 'sql', code: example.sql }
  if (example.sequelize !== undefined) return { framework: 'sequelize', extension: 'js', code: example.sequelize }
  if (example.typeorm !== undefined) return { framework: 'typeorm', extension: 'ts', code: example.typeorm }
  if (example.knex !== undefined) return { framework: 'knex', extension: 'js', code: example.knex }
  if (example.prisma !== undefined) return { framework: 'prisma', extension: 'sql', code: example.prisma }
  if (example.file !== undefined && example.framework !== undefined)
    return {
      framework: example.framework,
      extension: example.framework === 'typeorm' ? 'ts' : ['sequelize', 'knex'].includes(example.framework) ? 'js' : 'sql',
      code: example.file,
    }
  throw new Error('an example needs one of sql, sequelize, typeorm, knex, prisma, or file with framework')
}

function moduleOf(framework: FrameworkName, name: string, up: string, down: string | undefined): string {
  const back = down ?? "throw new Error('This migration is forward only.')"
  if (framework === 'sequelize')
    return `module.exports = {\n  async up(queryInterface, Sequelize) {\n${up}\n  },\n  async down(queryInterface, Sequelize) {\n${back}\n  },\n}\n`
  if (framework === 'knex') return `exports.up = async (knex) => {\n${up}\n}\n\nexports.down = async (knex) => {\n${back}\n}\n`
  return `import { MigrationInterface, QueryRunner, Table, TableCheck, TableColumn, TableForeignKey, TableIndex, TableUnique } from 'typeorm'\n\nexport class ${name} implements MigrationInterface {\n  public async up(queryRunner: QueryRunner): Promise<void> {\n${up}\n  }\n\n  public async down(queryRunner: QueryRunner): Promise<void> {\n${back}\n  }\n}\n`
}

/** The files of a project in which the example is the last migration. */
export function filesOf(example: Example): { readonly files: Record<string, string>; readonly judged: readonly string[] } {
  const { framework, extension, code } = formOf(example)
  const files: Record<string, string> = { ...example.files }
  const judged: string[] = []
  const bodies = [...(example.history ?? []), code]
  bodies.forEach((body, i) => {
    const last = i === bodies.length - 1
    const number = String(i + 1).padStart(3, '0')
    const down = last ? example.down : undefined
    if (framework === 'prisma') {
      files[`prisma/migrations/2024010100${number}_step/migration.sql`] = body
      if (last) judged.push(`prisma/migrations/2024010100${number}_step/migration.sql`)
      return
    }
    if (framework === 'raw-sql' || framework === 'drizzle') {
      const base = `migrations/${number}_step`
      if (example.down === undefined) files[`${base}.sql`] = body
      else {
        files[`${base}.up.sql`] = body
        files[`${base}.down.sql`] = down ?? '-- forward only'
      }
      if (last) judged.push(example.down === undefined ? `${base}.sql` : `${base}.up.sql`)
      return
    }
    const path = framework === 'typeorm' ? `src/migrations/1700000000${number}-step.ts` : `migrations/2024010100${number}-step.${extension}`
    files[path] = last && example.file !== undefined ? body : moduleOf(framework, `Step1700000000${number}`, body, down)
    if (last) judged.push(path)
  })
  if (framework === 'prisma') {
    const provider = example.on === 'postgres' ? 'postgresql' : example.on === 'mariadb' ? 'mysql' : example.on
    files['prisma/schema.prisma'] ??= `datasource db {\n  provider = "${provider}"\n  url      = env("DATABASE_URL")\n}\n`
  }
  return { files, judged }
}

/** What these files do to those of a base. */
function baseOf(files: Readonly<Record<string, string>>, before: Readonly<Record<string, string>>): Base {
  const paths = Object.keys(files)
  return {
    project: memoryProject(before),
    edited: new Set(paths.filter((path) => before[path] !== undefined && before[path] !== files[path])),
    added: new Set(paths.filter((path) => before[path] === undefined)),
    deleted: Object.keys(before).filter((path) => files[path] === undefined),
  }
}

/** The example's project as a configuration would have it. */
export function settingsOf(example: Example): ProjectSettings {
  const version = example.version === undefined ? undefined : parseVersion(example.version)
  return {
    framework: formOf(example).framework,
    dialect: example.on,
    ...(version ? { serverVersion: version } : {}),
    runner: example.runner ?? {},
    boundByRunner: false,
  }
}

/** Judges an example as the command would judge it as the newest migration of its project. */
export async function runExample(
  example: Example,
  rules: readonly RuleSetting[],
  allRules: readonly Rule[],
  profile: Profile,
  detail = false,
): Promise<Outcome> {
  const { files, judged } = filesOf(example)
  const base = example.base && baseOf(files, { ...example.files, ...example.base })
  const wanted = base ? new Set([...base.edited, ...base.added]) : new Set(judged)
  const { outcome } = await check({
    project: memoryProject(files),
    projects: [settingsOf(example)],
    rules,
    allRules,
    profile,
    down: example.judgeDown ? 'full' : 'rollback',
    only: (path) => wanted.has(path),
    ...(base ? { base } : {}),
    together: base !== undefined,
    detail,
    version: 'test',
  })
  return outcome
}
