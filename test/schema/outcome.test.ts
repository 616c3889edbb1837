import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { rules } from '../../rules/registry.ts'
import { ruleSettings } from '../../src/cli/settings.ts'
import { defaults } from '../../src/config/defaults.ts'
import type { Outcome } from '../../src/lint/outcome.ts'
import { check } from '../../src/pipeline/check.ts'
import { diskProject } from '../../src/project/disk.ts'
import { memoryProject } from '../../src/project/memory.ts'
import type { Project } from '../../src/project/project.ts'
import { json } from '../../src/report/json.ts'

const root = join(import.meta.dirname, '../..')
const schema = JSON.parse(readFileSync(join(root, 'schema/outcome.schema.json'), 'utf8')) as object
const validate = new Ajv({ allErrors: true }).compile(schema)

async function printed(project: Project, detail = false): Promise<Outcome> {
  const { outcome } = await check({
    project,
    projects: [{ runner: {}, boundByRunner: false }],
    rules: ruleSettings({ ...defaults, profile: 'strict' }, rules),
    allRules: rules,
    profile: 'strict',
    down: 'full',
    together: false,
    detail,
    version: '0.0.0',
  })
  return JSON.parse([...json(outcome)].join('')) as Outcome
}

function mistakes(outcome: Outcome): unknown {
  return validate(outcome) ? [] : validate.errors
}

const projects = join(root, 'fixtures/projects')
const fixtures = readdirSync(projects).flatMap((framework) =>
  framework === 'demo' ? [framework] : readdirSync(join(projects, framework)).map((name) => `${framework}/${name}`),
)

describe('what --format json prints is what its schema says', () => {
  it.each(fixtures)('for fixtures/projects/%s', async (name) => {
    const outcome = await printed(diskProject(join(projects, name)), true)
    expect(mistakes(outcome)).toEqual([])
    expect(outcome.migrations).toHaveLength(outcome.summary.migrations)
  })

  it('for a project whose engine is not known', async () => {
    const outcome = await printed(memoryProject({ 'migrations/001_a.sql': 'CREATE TABLE a (id int);\n' }))
    expect(mistakes(outcome)).toEqual([])
    expect(outcome.errors).toHaveLength(1)
    expect(outcome.summary.histories[0]).not.toHaveProperty('dialect')
  })

  it('for nothing at all', async () => expect(mistakes(await printed(memoryProject({})))).toEqual([]))

  it('for what cannot be read', async () => {
    const outcome = await printed(
      memoryProject({
        'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n}\n',
        'prisma/migrations/1_a/migration.sql': 'SELEC 1;\nCREATE INDEX a ON b (c);\n-- surefoot-disable-next-line nothing\n',
        'migrations/001_a.sql': '\u0000\u0001',
      }),
    )
    expect(mistakes(outcome)).toEqual([])
    expect(outcome.opaque.length).toBeGreaterThan(0)
  })

  it('the schema refuses what the contract does not know', () => {
    expect(validate({ version: '1', findings: [{}], opaque: [], errors: [], summary: {} })).toBe(false)
    expect(validate({ version: '1', findings: [], opaque: [], errors: [], more: 1 })).toBe(false)
  })
})
