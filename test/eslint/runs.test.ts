import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

interface Message {
  readonly ruleId: string | null
  readonly message: string
  readonly messageId?: string
  readonly line: number
  readonly column: number
  readonly severity: number
  readonly fatal?: boolean
}

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'surefoot-runs-'))
  mkdirSync(join(home, '.git'))
  link('surefoot', root)
  for (const name of ['@typescript-eslint/parser', '@eslint/js']) link(name, join(root, 'node_modules', name))
  write('package.json', '{ "name": "user", "type": "module", "dependencies": { "typeorm": "1", "pg": "8" } }')
  write('surefoot.json', '{ "projects": [{ "dialect": "postgres", "timeouts": "set-by-runner" }] }')
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

function link(name: string, target: string): void {
  mkdirSync(dirname(join(home, 'node_modules', name)), { recursive: true })
  symlinkSync(target, join(home, 'node_modules', name))
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(home, path)), { recursive: true })
  writeFileSync(join(home, path), text)
}

function eslint(alias: string, ...args: string[]) {
  return eslintWith({}, alias, ...args)
}

function eslintWith(environment: NodeJS.ProcessEnv, alias: string, ...args: string[]) {
  const program = join(root, 'node_modules', alias, 'bin/eslint.js')
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--format', 'json', ...args], {
    cwd: home,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  })
  const results = stdout === '' ? [] : (JSON.parse(stdout) as { filePath: string; messages: Message[]; suppressedMessages?: object[] }[])
  const said = results.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, line, column, message }) => `${filePath.slice(home.length + 1)}:${line}:${column} ${ruleId ?? message}`),
  )
  return { status, said, results, trouble: stderr }
}

const config = (...entries: string[]) => `import surefoot from 'surefoot/eslint'\nexport default [\n  ${entries.join(',\n  ')},\n]\n`
const typescript = "{ files: ['**/*.ts'], languageOptions: { parser } }"
const withParser = (...entries: string[]) => `import parser from '@typescript-eslint/parser'\n${config(typescript, ...entries)}`
const recommended = '...surefoot.configs.recommended'

const migration = (query: string) => `import { MigrationInterface, QueryRunner } from 'typeorm'

export class Orders1700000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
${query}
  }

  async down(): Promise<void> {
    throw new Error('forward only')
  }
}
`

describe.each(['eslint-9-7', 'eslint', 'eslint-10'])('%s', (alias) => {
  it('finds hazards in TypeScript, to the character within a template, and in SQL', () => {
    write('eslint.config.mjs', withParser(recommended))
    write(
      'src/migrations/1700000000001-orders.ts',
      migration('    await queryRunner.query(`\n      CREATE INDEX a\n        ON orders (b)\n    `)'),
    )
    write('db/migrations/001_a.sql', 'CREATE TABLE users (id bigint PRIMARY KEY);\n')
    write('db/migrations/002_b.sql', '-- the name is asked for often\nCREATE INDEX users_id ON users (id);\n')
    const { status, said, results, trouble } = eslint(alias, '.')
    expect(trouble).toBe('')
    expect(said).toEqual([
      'db/migrations/002_b.sql:2:1 surefoot/index-not-concurrent',
      'src/migrations/1700000000001-orders.ts:6:7 surefoot/index-not-concurrent',
    ])
    expect(results.flatMap(({ messages }) => messages.map(({ messageId, severity }) => [messageId, severity]))).toEqual([
      ['blocksWrites', 2],
      ['blocksWrites', 2],
    ])
    expect(status).toBe(1)
  })

  it('reads plain JavaScript with its own parser, and leaves TypeScript alone where nothing else reads it', () => {
    write('package.json', '{ "name": "user", "type": "module", "dependencies": { "sequelize": "6", "pg": "8" } }')
    write('eslint.config.mjs', config(recommended))
    write(
      'migrations/20240101000001-a.cjs',
      "module.exports = {\n  up: (q) => q.addIndex('orders', ['b']),\n  down: (q) => q.removeIndex('orders', ['b'], { concurrently: true }),\n}\n",
    )
    write('src/app.ts', 'export const a: number = 1\n')
    const { said, trouble } = eslint(alias, '.')
    expect([trouble, said]).toEqual(['', ['migrations/20240101000001-a.cjs:2:14 surefoot/index-not-concurrent']])
  })

  it('is silenced by comments with reasons, and tells of those that silence nothing', () => {
    write('eslint.config.mjs', withParser("{ linterOptions: { reportUnusedDisableDirectives: 'error' } }", recommended))
    write(
      'db/migrations/001_a.sql',
      [
        '-- eslint-disable-next-line surefoot/drop-before-contract -- nothing reads it since 2.4',
        'ALTER TABLE a DROP COLUMN b;',
        '-- eslint-disable-next-line surefoot/index-not-concurrent -- in vain',
        'SELECT 1;',
        '/* eslint surefoot/rename-breaking: "off" */',
        'ALTER TABLE a RENAME COLUMN c TO d;',
        '/* eslint-disable surefoot/index-not-concurrent -- small table */',
        'CREATE INDEX e ON a (f);',
        '/* eslint-enable surefoot/index-not-concurrent */',
        'CREATE INDEX g ON a (h);',
        '',
      ].join('\n'),
    )
    write(
      'src/migrations/1700000000001-orders.ts',
      migration(
        "    // eslint-disable-next-line surefoot/index-not-concurrent -- ten rows\n    await queryRunner.query('CREATE INDEX a ON orders (b)')",
      ),
    )
    const { said, results } = eslint(alias, '.')
    expect(said.filter((line) => !line.includes('non-idempotent'))).toEqual([
      expect.stringMatching(/001_a\.sql:3:1 Unused eslint-disable directive/),
      'db/migrations/001_a.sql:10:1 surefoot/index-not-concurrent',
    ])
    expect(results.flatMap(({ suppressedMessages }) => suppressedMessages ?? [])).toHaveLength(3)
    eslint(alias, '--fix', 'db')
    expect(readFileSync(join(home, 'db/migrations/001_a.sql'), 'utf8')).not.toContain('in vain')
  })

  it('takes our own comments away with --fix where they suppress nothing', () => {
    write('eslint.config.mjs', config(recommended))
    write(
      'db/migrations/001_a.sql',
      '-- surefoot-disable-next-line rename-breaking -- gone\nSELECT 1;\nSELECT 2; /* surefoot-disable-line */\n',
    )
    expect(eslint(alias, 'db').said).toEqual([
      'db/migrations/001_a.sql:1:1 surefoot/unused-suppression',
      'db/migrations/001_a.sql:3:11 surefoot/unused-suppression',
    ])
    expect(eslint(alias, '--fix', 'db').said).toEqual([])
    expect(readFileSync(join(home, 'db/migrations/001_a.sql'), 'utf8')).toBe('SELECT 1;\nSELECT 2;\n')
  })

  it('mends with --fix what needs no decision and no other file', () => {
    write('eslint.config.mjs', withParser(recommended))
    write('db/migrations/001_a.sql', '-- why\nCREATE INDEX a ON b (c);\n')
    const away = migration("    await queryRunner.query('SELECT 1')\n    queryRunner.query('ALTER TABLE orders ADD COLUMN note text')")
    write('src/migrations/1700000000001-orders.ts', away)
    expect(
      eslint(alias, '.')
        .results.flatMap(({ messages }) => messages)
        .filter((message) => 'fix' in message),
    ).not.toEqual([])
    eslint(alias, '--fix', '.')
    expect(readFileSync(join(home, 'db/migrations/001_a.sql'), 'utf8')).toBe(
      'DROP INDEX CONCURRENTLY IF EXISTS a;\n-- why\nCREATE INDEX CONCURRENTLY a ON b (c);\n',
    )
    const mended = readFileSync(join(home, 'src/migrations/1700000000001-orders.ts'), 'utf8')
    expect(mended).toContain("    await queryRunner.query('ALTER TABLE orders ADD COLUMN note text')")
    const after = mended
    eslint(alias, '--fix', '.')
    expect(readFileSync(join(home, 'src/migrations/1700000000001-orders.ts'), 'utf8')).toBe(after)
  })

  it('stands beside rules for JavaScript that are switched on for every file', () => {
    write('eslint.config.mjs', `import js from '@eslint/js'\n${config('js.configs.recommended', recommended)}`)
    write('db/migrations/001_a.sql', 'CREATE INDEX a ON b (c);\n')
    const { said, trouble } = eslint(alias, '.')
    expect([trouble, said]).toEqual(['', ['db/migrations/001_a.sql:1:1 surefoot/index-not-concurrent']])
  })

  it('says the same again from its cache', () => {
    write('eslint.config.mjs', config(recommended))
    write('db/migrations/001_a.sql', 'CREATE INDEX a ON b (c);\n')
    const first = eslint(alias, '--cache', 'db')
    expect(existsSync(join(home, '.eslintcache'))).toBe(true)
    expect(eslint(alias, '--cache', 'db').said).toEqual(first.said)
    expect(first.said).toHaveLength(1)
  })

  it('checks the options of its rules', () => {
    const options = (value: string) => `{ files: ['**/*.sql'], rules: { 'surefoot/too-many-changes': ['error', ${value}] } }`
    write('db/migrations/001_a.sql', 'SELECT 1;\n')
    write('eslint.config.mjs', config(recommended, options('{ most: true }')))
    expect(eslint(alias, 'db').trouble).toContain('surefoot/too-many-changes')
  })

  it('says in words what is wrong with the configuration', () => {
    write('eslint.config.mjs', config(recommended))
    write('db/migrations/001_a.sql', 'SELECT 1;\n')
    write('surefoot.json', '{ "profil": "strict" }')
    const { status, trouble } = eslint(alias, 'db')
    expect(status).toBe(2)
    expect(trouble).toContain('surefoot.json: unknown key "profil". Did you mean "profile"?')
  })

  it('judges with rules of one’s own', () => {
    rmSync(join(home, 'surefoot.json'))
    write(
      'surefoot.config.ts',
      `import { defineConfig, defineRule } from 'surefoot'
const prefix = defineRule({
  id: 'table-prefix', title: 'Table with a prefix', severity: 'error', instead: 'Leave the prefix out.',
  messages: { prefixed: '{table} has a prefix.' },
  on: { createTable(create, at) { if (create.table.name.startsWith('tbl_')) at.report(create, 'prefixed', { table: create.table.name }) } },
})
export default defineConfig({ projects: [{ dialect: 'postgres' }], customRules: [prefix] })
`,
    )
    write('eslint.config.mjs', config(recommended))
    write('db/migrations/001_a.sql', 'CREATE TABLE tbl_a (id bigint PRIMARY KEY);\n')
    const { said, trouble } = eslint(alias, 'db')
    expect([trouble, said]).toEqual(['', ['db/migrations/001_a.sql:1:1 surefoot/table-prefix']])
  })
})

describe.each(['eslint', 'eslint-10'])('%s', (alias) => {
  it('sets findings aside in bulk', () => {
    write('eslint.config.mjs', config(recommended))
    write('db/migrations/001_a.sql', 'CREATE INDEX a ON b (c);\n')
    eslint(alias, '--suppress-all', 'db')
    expect(eslint(alias, 'db')).toMatchObject({ status: 0, said: [] })
    write('db/migrations/002_b.sql', 'CREATE INDEX d ON b (e);\n')
    expect(eslint(alias, 'db').said).toEqual(['db/migrations/002_b.sql:1:1 surefoot/index-not-concurrent'])
  })
})

describe('what an earlier process said', () => {
  const outsideCi = () => ({ CI: undefined, SUREFOOT_CACHE: join(home, 'kept') })
  const told = () => eslintWith(outsideCi(), 'eslint', '.').results.flatMap(({ messages }) => messages.map(({ message }) => message))

  /** Puts a word into what is kept: who says it has taken it from there. */
  function mark(word: string): void {
    const [name] = readdirSync(join(home, 'kept')).filter((path) => path.startsWith('lint-'))
    const path = join(home, 'kept', name!)
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"message":"/g, `"message":"${word} `))
  }

  it('is said again while nothing changed, with what mends it, and no longer', () => {
    write('eslint.config.mjs', config(recommended))
    write('db/migrations/001_a.sql', 'CREATE TABLE users (id bigint PRIMARY KEY);\n')
    write('db/migrations/002_b.sql', 'CREATE INDEX CONCURRENTLY IF NOT EXISTS users_id ON users (id);\n')
    write('db/migrations/003_c.sql', 'DROP INDEX users_id;\n')
    const first = told()
    expect(first).not.toEqual([])
    mark('Kept:')
    expect(told()).toEqual(first.map((message) => `Kept: ${message}`))
    write('db/migrations/001_a.sql', 'CREATE TABLE users (id bigint PRIMARY KEY, name text);\n')
    expect(told()).toEqual(first)
    mark('Kept:')
    write('surefoot.json', '{ "projects": [{ "dialect": "postgres" }] }')
    expect(told().join()).not.toContain('Kept:')
    eslintWith(outsideCi(), 'eslint', '--fix', '.')
    expect(readFileSync(join(home, 'db/migrations/003_c.sql'), 'utf8')).toContain('DROP INDEX CONCURRENTLY')
  })

  it('is kept neither in CI nor with rules of one’s own', () => {
    write('eslint.config.mjs', config(recommended))
    write('db/migrations/001_a.sql', 'CREATE TABLE users (id bigint PRIMARY KEY);\n')
    eslintWith({ ...outsideCi(), CI: 'true' }, 'eslint', '.')
    write('surefoot.config.mjs', "export default { projects: [{ dialect: 'postgres' }], customRules: [] }\n")
    eslintWith(outsideCi(), 'eslint', '.')
    expect(existsSync(join(home, 'kept'))).toBe(false)
  })
})

describe('oxlint', () => {
  it('finds the same in programs', () => {
    write(
      '.oxlintrc.json',
      '{ "jsPlugins": ["surefoot/eslint"], "categories": { "correctness": "off" }, "rules": { "surefoot/index-not-concurrent": "error" } }',
    )
    write('src/migrations/1700000000001-orders.ts', migration('    await queryRunner.query(`\n      CREATE INDEX a ON orders (b)`)'))
    write('src/migrations/1700000000002-more.ts', migration("    await queryRunner.query('SELECT 1')").replace('000001', '000002'))
    write(
      'src/migrations/1700000000003-last.ts',
      migration("    await queryRunner.query('CREATE INDEX c ON orders (d)')").replace('000001', '000003'),
    )
    const program = join(root, 'node_modules/oxlint/bin/oxlint')
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--format', 'json', 'src'], { cwd: home, encoding: 'utf8' })
    expect([status, stderr]).toEqual([1, ''])
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: { code: string; filename: string; labels: { span: { line: number; column: number } }[] }[]
    }
    const said = diagnostics.map(({ code, filename, labels }) => `${filename}:${labels[0]?.span.line}:${labels[0]?.span.column} ${code}`)
    expect(said.sort()).toEqual([
      'src/migrations/1700000000001-orders.ts:6:7 surefoot(index-not-concurrent)',
      'src/migrations/1700000000003-last.ts:5:30 surefoot(index-not-concurrent)',
    ])
  })
})
