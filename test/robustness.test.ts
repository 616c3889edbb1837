import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rules } from '../rules/registry.ts'
import { ruleSettings } from '../src/cli/settings.ts'
import { defaults } from '../src/config/defaults.ts'
import type { Outcome, Place } from '../src/lint/outcome.ts'
import { check, type ProjectSettings } from '../src/pipeline/check.ts'
import { decode } from '../src/project/decode.ts'
import { memoryProject } from '../src/project/memory.ts'
import type { Project, ReadResult } from '../src/project/project.ts'
import { stylish } from '../src/report/stylish.ts'
import { context } from './report/outcomes.ts'

const home = join(import.meta.dirname, '../fixtures/projects')

/** The text files of a fixture project, by path. */
function filesOf(name: string): Record<string, string> {
  const files: Record<string, string> = {}
  for (const entry of readdirSync(join(home, name), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name === 'expected.json') continue
    const path = join(entry.parentPath, entry.name)
    files[path.slice(join(home, name).length + 1).replaceAll('\\', '/')] = readFileSync(path, 'utf8')
  }
  return files
}

const settings = ruleSettings({ ...defaults, profile: 'strict' }, rules)

async function run(project: Project, own: Partial<ProjectSettings> = {}): Promise<Outcome> {
  const { outcome } = await check({
    project,
    projects: [{ runner: {}, boundByRunner: false, ...own }],
    rules: settings,
    allRules: rules,
    profile: 'strict',
    down: 'full',
    together: false,
    version: '0.0.0',
  })
  return outcome
}

/** What holds for every outcome, whatever was read. */
function hold(outcome: Outcome, project: Project): void {
  for (const finding of outcome.findings) {
    inside(finding, project)
    for (const related of finding.related ?? []) inside(related, project)
    expect(finding.message).not.toMatch(/(?<!\$)\{\w+\}|\[object/)
  }
  for (const { file, line, detail } of outcome.opaque) {
    expect(line).toBeGreaterThan(0)
    expect(detail).not.toBe('')
    expect(project.exists(file)).toBe(true)
  }
  const order = outcome.findings.map(({ file, line, rule }) => [file, line, rule] as const)
  expect(order).toEqual(order.toSorted((a, b) => compare(a[0], b[0]) || a[1] - b[1] || compare(a[2], b[2])))
  expect(stylish(outcome, context({ verbose: true, read: textOf(project) }))).toMatch(/\d m?s\n/)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function inside({ file, line, column, endLine, endColumn }: Place, project: Project): void {
  const text = textOf(project)(file)
  expect(text, file).toBeDefined()
  const rows = text!.split(/\r\n|\n|\r/)
  expect(line).toBeGreaterThan(0)
  expect(endLine).toBeLessThanOrEqual(rows.length)
  expect(column).toBeGreaterThan(0)
  // A place may end behind the line's end: on its line break.
  expect(column).toBeLessThanOrEqual(rows[line - 1]!.length + 2)
  expect(endColumn).toBeLessThanOrEqual(rows[endLine - 1]!.length + 2)
  expect(endLine > line || (endLine === line && endColumn >= column)).toBe(true)
}

function textOf(project: Project): (file: string) => string | undefined {
  return (file) => {
    const result = project.read(file)
    return 'text' in result ? result.text : undefined
  }
}

/** A project in memory of which one file is these bytes, decoded as from the disk. */
function withBytes(files: Readonly<Record<string, string>>, path: string, bytes: Buffer): Project {
  const rest = memoryProject({ ...files, [path]: '' })
  const result: ReadResult = decode(bytes, path)
  return { ...rest, read: (wanted) => (wanted === path ? result : rest.read(wanted)) }
}

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
  fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(text)),
  fc
    .array(
      fc.constantFrom(
        "'",
        '"',
        '`',
        '$$',
        '$x$',
        '(',
        ')',
        '{',
        '}',
        '[',
        ']',
        ';',
        '--',
        '/*',
        '*/',
        '#',
        '\\',
        '\n',
        '\r',
        'BEGIN',
        'END',
        'CREATE TABLE',
        'ALTER TABLE',
        'DO',
        ' t ',
        '${',
        '=>',
        'up',
        'await',
        '\u0000',
        '\uFEFF',
        '😀',
      ),
      { maxLength: 60 },
    )
    .map((parts) => Buffer.from(parts.join(' '))),
)

const kinds: readonly (readonly [name: string, path: string, own: Partial<ProjectSettings>])[] = [
  ['PostgreSQL', 'migrations/001_a.sql', { dialect: 'postgres' }],
  ['MySQL', 'migrations/001_a.sql', { dialect: 'mysql' }],
  ['MariaDB', 'migrations/001_a.sql', { dialect: 'mariadb' }],
  ['SQLite', 'migrations/001_a.sql', { dialect: 'sqlite' }],
  ['Prisma', 'prisma/migrations/1_a/migration.sql', { framework: 'prisma', dialect: 'postgres' }],
  ['Sequelize', 'migrations/1-a.js', { framework: 'sequelize', dialect: 'postgres' }],
  ['TypeORM', 'src/migrations/1700000000000-A.ts', { framework: 'typeorm', dialect: 'mysql' }],
  ['nothing in particular', 'migrations/001_a.sql', {}],
]

describe('no bytes crash a run or make it hang', () => {
  it.each(kinds)('%s', async (_, path, own) => {
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        const project = withBytes({}, path, content)
        hold(await run(project, own), project)
      }),
      { numRuns: 150 },
    )
  })
})

const mutated = [
  'sequelize/cli-postgres',
  'sequelize/cli-mysql',
  'sequelize/umzug-sqlite',
  'sequelize/guide-checkpoint',
  'typeorm/cli-postgres',
  'typeorm/builder-postgres',
  'typeorm/nest-mariadb',
  'prisma/shop',
  'raw-sql/goose',
  'raw-sql/diesel',
]

/** A text with a piece cut out, doubled, moved or replaced. */
const change = fc.record({
  file: fc.nat(),
  at: fc.nat(),
  length: fc.nat({ max: 40 }),
  how: fc.constantFrom('cut', 'double', 'insert', 'end'),
  piece: fc.constantFrom(
    "'",
    '`',
    '(',
    ')',
    '{',
    '}',
    '$$',
    ';',
    '\u0000',
    '/*',
    '\n',
    'await ',
    'null',
    '...',
    '${x}',
    'DROP TABLE a;',
    '😀',
  ),
})

function apply(text: string, { at, length, how, piece }: { at: number; length: number; how: string; piece: string }): string {
  const from = at % (text.length + 1)
  const part = text.slice(from, from + length)
  if (how === 'end') return text.slice(0, from)
  return (
    text.slice(0, from) +
    (how === 'cut' ? '' : how === 'double' ? part + part : piece) +
    text.slice(how === 'insert' ? from : from + length)
  )
}

describe('no change of a real project crashes a run or makes it hang', () => {
  it.each(mutated)('%s', async (name) => {
    const files = filesOf(name)
    const paths = Object.keys(files)
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const next = { ...files }
        for (const one of changes) {
          const path = paths[one.file % paths.length]!
          next[path] = apply(next[path]!, one)
        }
        const project = memoryProject(next)
        hold(await run(project), project)
      }),
      { numRuns: 80 },
    )
  })
})

describe('a script of a great many steps', () => {
  it('ends, says where it was no longer judged, and hides nothing of its neighbours', async () => {
    const steps = Array.from({ length: 20_000 }, (_, i) => `ALTER TABLE t ADD COLUMN c${i} int;`)
    const project = memoryProject({
      'migrations/001_wide.sql': `CREATE TABLE t (id int);\n${steps.join('\n')}\n`,
      'migrations/002_next.sql': 'ALTER TABLE u RENAME COLUMN a TO b;\n',
    })
    const outcome = await run(project, { dialect: 'postgres' })
    expect(outcome.findings.map(({ file, rule }) => `${file} ${rule}`)).toContain('migrations/002_next.sql rename-breaking')
    expect(outcome.opaque.map(({ because, detail }) => `${because}: ${detail}`)).toEqual([
      expect.stringMatching(/^budget: .*its last \d+ operations were read and not judged/),
    ])
    hold(outcome, project)
  })
})
