import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { environment } from '../cli/command.ts'

// The way of somebody who meets Surefoot for the first time, from an empty folder: each step stands on the one before it, and every program is
// the one that npm installs.

const root = resolve(import.meta.dirname, '../..')
// git tells its hooks where it is; a test that runs within a hook of ours must not hand that on.
const env = Object.fromEntries(
  Object.entries({ ...environment, CI: 'true' }).filter(([name]) => !name.startsWith('GIT_') || name === 'GIT_CONFIG_GLOBAL'),
)

let home: string
beforeAll(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'surefoot-new-user-')))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

interface Ran {
  readonly code: number | null
  readonly said: string
}

function run(program: string, ...args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: home, env, encoding: 'utf8', timeout: 600_000 })
  return { code: status, said: stdout + stderr }
}

function done(program: string, ...args: readonly string[]): string {
  const { code, said } = run(program, ...args)
  expect(code, said).toBe(0)
  return said
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(home, path)), { recursive: true })
  writeFileSync(join(home, path), text)
}

const commit = () => run('git', 'commit', '-q', '-m', 'a change')

/** What ESLint reports, as `file rule`. */
function linted(): readonly string[] {
  const { stdout, stderr } = spawnSync('npx', ['--no-install', 'eslint', '--format', 'json', '.'], { cwd: home, env, encoding: 'utf8' })
  if (stdout === '') throw new Error(`ESLint printed nothing; it said: ${stderr}`)
  const results = JSON.parse(stdout) as { filePath: string; messages: { ruleId: string | null }[] }[]
  return results.flatMap(({ filePath, messages }) => messages.map(({ ruleId }) => `${filePath.slice(home.length + 1)} ${ruleId}`))
}

const sql = 'db/migrations/002_index.sql'
const program = 'src/migrations/1700000000002-Index.ts'

/** A migration of TypeORM, of a statement each way. */
function migration(name: string, up: string, down: string): string {
  return `import { MigrationInterface, QueryRunner } from 'typeorm'

export class ${name} implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(\`${up}\`)
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(\`${down}\`)
  }
}
`
}

describe.sequential('a new user', () => {
  it('installs the package beside what the project has', () => {
    write(
      'package.json',
      '{ "name": "shop", "private": true, "type": "module", "dependencies": { "typeorm": "^0.3.0", "pg": "^8.0.0" } }\n',
    )
    write('.gitignore', 'node_modules\n')
    write('db/migrations/001_orders.sql', 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);\n')
    write(
      'src/data-source.ts',
      "import { DataSource } from 'typeorm'\n\nexport default new DataSource({ type: 'postgres', migrationsTransactionMode: 'each', migrations: ['src/migrations/*.ts'] })\n",
    )
    write(
      'src/migrations/1700000000001-Users.ts',
      migration('Users1700000000001', 'CREATE TABLE users (id bigint PRIMARY KEY, email text)', 'DROP TABLE users'),
    )
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', home], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [{ filename }] = JSON.parse(packed) as [{ filename: string }]
    // What the project itself runs on is large, and nothing of it is asked.
    const manifest = readFileSync(join(home, 'package.json'), 'utf8')
    write('package.json', '{ "name": "shop", "private": true, "type": "module" }\n')
    const quietly = ['--silent', '--no-audit', '--no-fund', '--prefer-offline', '--save-dev']
    done('npm', 'install', ...quietly, `./${filename}`, 'eslint@^9', '@typescript-eslint/parser@^8', 'typescript@~5.9')
    const installed = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as object
    write('package.json', `${JSON.stringify({ ...installed, ...(JSON.parse(manifest) as object) }, undefined, 2)}\n`)
    rmSync(join(home, filename))
    done('git', 'init', '-q', '-b', 'main')
    done('git', 'config', 'user.name', 'Test')
    done('git', 'config', 'user.email', 'test@example.com')
  }, 600_000)

  it('has configuration, hook and workflow written', () => {
    const said = done('npx', '--no-install', 'surefoot', 'init')
    expect(said).toContain('db/migrations: raw-sql, postgres, 1 migration')
    expect(said).toContain('src/migrations: typeorm, postgres, 1 migration')
    for (const path of ['surefoot.json', '.git/hooks/pre-commit', '.github/workflows/surefoot.yml'])
      expect(existsSync(join(home, path)), path).toBe(true)
    done('git', 'add', '-A')
    const { code, said: hook } = commit()
    expect(code, hook).toBe(0)
  }, 120_000)

  it('has a flagged commit stopped, in SQL and in TypeScript', () => {
    write(sql, 'CREATE INDEX orders_customer ON orders (customer_id);\n')
    write(program, migration('Index1700000000002', 'CREATE INDEX users_email ON users (email)', 'DROP INDEX users_email'))
    done('git', 'add', '-A')
    const { code, said } = commit()
    expect(code).toBe(1)
    expect(said).toContain('Building index orders_customer blocks writes to orders')
    expect(said).toContain('Building index users_email blocks writes to users')
  }, 120_000)

  it('sees the same in ESLint, with the configuration of the README', () => {
    const readme = readFileSync(join(home, 'node_modules/surefoot/README.md'), 'utf8')
    const example = /<!-- run: eslint\.config\.mjs -->\n```js\n([\s\S]*?)\n```/.exec(readme)
    write('eslint.config.mjs', `${example![1]}\n`)
    expect(linted()).toEqual(expect.arrayContaining([`${sql} surefoot/index-not-concurrent`, `${program} surefoot/index-not-concurrent`]))
  }, 120_000)

  it('has the one mended by ESLint and the other by the command, and may commit', () => {
    run('npx', '--no-install', 'eslint', '--fix', 'db')
    expect(readFileSync(join(home, sql), 'utf8')).toContain('CREATE INDEX CONCURRENTLY orders_customer ON orders (customer_id);')
    done('git', 'add', '-A')
    const { said } = run('npx', '--no-install', 'surefoot', 'check', '--staged', '--fix')
    expect(said).toMatch(/^Fixed: \d+ findings?$/m)
    const text = readFileSync(join(home, program), 'utf8')
    expect(text).toContain('  transaction = false as const\n')
    expect(text).toContain('await queryRunner.query(`CREATE INDEX CONCURRENTLY users_email ON users (email)`)')
    expect(linted().filter((line) => line.includes('index-not-concurrent'))).toEqual([])
    done('git', 'add', '-A')
    const { code, said: hook } = commit()
    expect(code, hook).toBe(0)
  }, 120_000)

  it('gets SARIF and the comment of a pull request', () => {
    done('git', 'checkout', '-q', '-b', 'feature', 'HEAD~1')
    write(sql, 'CREATE INDEX orders_customer ON orders (customer_id);\n')
    done('git', 'add', '-A')
    done('git', 'commit', '-q', '--no-verify', '-m', 'past the hook')
    const formats = ['--format', 'sarif=surefoot.sarif', '--format', 'json=surefoot-report.json', '--format', 'github']
    const { code, said } = run('npx', '--no-install', 'surefoot', 'check', '--since', 'main', '--detail', ...formats)
    expect(code, said).toBe(1)
    expect(said).toContain(`::error file=${sql},line=1`)
    const sarif = JSON.parse(readFileSync(join(home, 'surefoot.sarif'), 'utf8')) as { runs: { results: { ruleId: string }[] }[] }
    expect(sarif.runs[0]!.results.map(({ ruleId }) => ruleId)).toContain('index-not-concurrent')
    const comment = done('npx', '--no-install', 'surefoot', 'comment', 'surefoot-report.json', '--dry-run')
    expect(comment).toContain('index-not-concurrent')
    expect(comment).toContain(sql)
  }, 120_000)
})
