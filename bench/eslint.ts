import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hundredLines } from './inputs/hundred.ts'
import { sequelizeWriter, stamp, typeormWriter } from './inputs/orm.ts'
import { postgresWriter } from './inputs/postgres.ts'
import { padded, random } from './inputs/random.ts'
import { type Command, measure } from './measure.ts'

/** What the plugin costs in ESLint, in ms. */
export interface EslintFigures {
  /** Whole processes that lint one file, beyond ESLint without a rule over an empty one. */
  readonly first: readonly { readonly name: string; readonly milliseconds: number }[]
  /** Medians of an edited text of the newest migration, linted in a process that goes on; `dense`: where each of its hundred lines is a statement. */
  readonly next: readonly { readonly name: string; readonly milliseconds: number; readonly dense: number }[]
}

const history = 300
const seed = 20_240_601

interface Kind {
  readonly name: string
  readonly manifest: object
  path(position: number): string
  text(position: number): string
  /** The migration that is linted, of a hundred lines. */
  newest(position: number): string
  /** One of as many lines, each a statement. */
  dense(position: number): string
}

function kinds(): readonly Kind[] {
  const sql = postgresWriter(random(seed))
  const typeorm = typeormWriter(random(seed))
  const sequelize = sequelizeWriter(random(seed))
  const migration = (position: number, up: string) =>
    `export class Change${stamp(position)} {\n  async up(queryRunner) {\n${up}\n  }\n  async down() {\n    throw new Error('forward only')\n  }\n}\n`
  const calls = Array.from({ length: 96 }, (_, i) => `    await queryInterface.addColumn('t${i}', 'c', { type: 'TEXT' })`).join('\n')
  const queries = Array.from({ length: 92 }, (_, i) => `    await queryRunner.query('ALTER TABLE t${i} ADD COLUMN c text')`).join('\n')
  return [
    {
      name: 'SQL',
      manifest: { name: 'bench' },
      path: (position) => `migrations/${padded(position, 5)}_change.sql`,
      text: () => sql(),
      newest: () => hundredLines.sql,
      dense: () => Array.from({ length: 100 }, (_, i) => `ALTER TABLE t${i} ADD COLUMN c text;\n`).join(''),
    },
    {
      name: 'TypeORM',
      manifest: { name: 'bench', dependencies: { typeorm: '*', pg: '*' } },
      path: (position) => `migrations/${stamp(position)}-Change${position}.ts`,
      text: (position) => typeorm(position),
      newest: (position) => hundredLines.typeorm(`Change${stamp(position)}`),
      dense: (position) => migration(position, queries),
    },
    {
      name: 'Sequelize',
      manifest: { name: 'bench', dependencies: { sequelize: '*', pg: '*' } },
      path: (position) => `migrations/2020${padded(position, 10)}-change.js`,
      text: (position) => sequelize(position),
      newest: () => hundredLines.sequelize,
      dense: () => `module.exports = {\n  async up(queryInterface) {\n${calls}\n  },\n}\n`,
    },
  ]
}

/** Writes the projects below `work`, runs ESLint over them and gives the figures. Needs a built `dist`. */
export function measureEslint(root: string, work: string, runs: number): EslintFigures {
  const eslint = join(root, 'node_modules/eslint/bin/eslint.js')
  const first: { name: string; milliseconds: number }[] = []
  const next: { name: string; milliseconds: number; dense: number }[] = []
  for (const kind of kinds()) {
    for (const before of [0, history]) {
      const folder = join(work, `eslint-${kind.name}-${before}`)
      const path = writeProject(root, folder, kind, before)
      const lint = (config: string, file: string): Command => ({
        name: config,
        program: process.execPath,
        args: [eslint, '--config', config, file],
        cwd: folder,
      })
      const [bare, own] = measure([lint('bare.config.mjs', 'bare.js'), lint('eslint.config.mjs', path)], runs)
      first.push({ name: `${kind.name}, ${before} migrations before it`, milliseconds: own!.milliseconds - bare!.milliseconds })
      if (before === 0) continue
      const milliseconds = edited(folder, path)
      writeFileSync(join(folder, path), kind.dense(before + 1))
      next.push({ name: `${kind.name}, ${before} migrations before it`, milliseconds, dense: edited(folder, path) })
    }
  }
  return { first, next }
}

function writeProject(root: string, folder: string, kind: Kind, before: number): string {
  rmSync(folder, { recursive: true, force: true })
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  mkdirSync(join(folder, '.git'), { recursive: true })
  mkdirSync(join(folder, 'node_modules'))
  for (const [name, target] of [
    ['surefoot', root],
    ['eslint', join(root, 'node_modules/eslint')],
  ])
    symlinkSync(target!, join(folder, 'node_modules', name!))
  write('package.json', JSON.stringify(kind.manifest))
  write('surefoot.json', '{ "projects": [{ "dialect": "postgres" }] }')
  write('bare.config.mjs', 'export default []\n')
  write('bare.js', 'export {}\n')
  const typescript = "{ files: ['**/*.ts'] }"
  write('eslint.config.mjs', `import surefoot from 'surefoot/eslint'\nexport default [${typescript}, ...surefoot.configs.recommended]\n`)
  for (let position = 1; position <= before; position++) write(kind.path(position), kind.text(position))
  const path = kind.path(before + 1)
  write(path, kind.newest(before + 1))
  return path
}

const editing = `import { readFileSync } from 'node:fs'
import { Linter } from 'eslint'
import config from './eslint.config.mjs'
const [path] = process.argv.slice(2)
const linter = new Linter({ cwd: process.cwd() })
const text = readFileSync(path, 'utf8')
const times = []
for (let edit = 0; edit < 60; edit++) {
  const started = performance.now()
  linter.verify(text + '\\n'.repeat(edit), config, { filename: process.cwd() + '/' + path })
  if (edit >= 10) times.push(performance.now() - started)
}
console.log(times.sort((a, b) => a - b)[times.length >> 1])
`

/** The median of fifty edits, after ten that warm up. */
function edited(folder: string, path: string): number {
  const file = join(folder, 'editing.mjs')
  writeFileSync(file, editing)
  const { stdout, stderr, status } = spawnSync(process.execPath, [file, path], { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`linting ${path} again and again failed: ${stderr}`)
  return Number(stdout)
}
