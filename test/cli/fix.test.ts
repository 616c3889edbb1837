import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/lint/outcome.ts'
import { checked, commit, folder, git, repository, surefoot, write } from './command.ts'

const config = { 'surefoot.json': '{ "projects": [{ "dialect": "postgres", "timeouts": "set-by-runner" }] }' }
const first = 'CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);\n'
const index = 'CREATE INDEX orders_user ON orders (user_id);\n'
const mended = 'DROP INDEX CONCURRENTLY IF EXISTS orders_user;\nCREATE INDEX CONCURRENTLY orders_user ON orders (user_id);\n'
const files = { ...config, 'migrations/001_orders.sql': first, 'migrations/002_index.sql': index }
const read = (root: string, path = 'migrations/002_index.sql') => readFileSync(join(root, path), 'utf8')

describe('check --fix', () => {
  it('changes the file, says what it changed, and ends as the rest calls for', () => {
    const root = folder(files)
    const ran = surefoot(root, ['check', '--fix', 'migrations/002_index.sql'])
    expect(read(root)).toBe(mended)
    expect(ran.out).toContain('migrations/002_index.sql:1  Build orders_user CONCURRENTLY')
    expect(ran.out).toContain('1 fixed')
    expect(ran.code).toBe(0)
    expect(surefoot(root, ['check', '--fix', 'migrations/002_index.sql']).out).toContain('0 fixed')
    expect(read(root)).toBe(mended)
    expect(readdirSync(join(root, 'migrations'))).toEqual(['001_orders.sql', '002_index.sql'])
  })

  it('prints a diff that git applies, and writes nothing, on a dry run', () => {
    const root = folder(files)
    const ran = surefoot(root, ['check', '--fix', '--dry-run'])
    expect(read(root)).toBe(index)
    expect(ran.code).toBe(0)
    expect(ran.err).toContain('1 fixed')
    expect(ran.err).toContain('Nothing was written.')
    execFileSync('git', ['apply', '-'], { cwd: root, input: ran.out })
    expect(read(root)).toBe(mended)
  })

  it('makes the files that a change needs', () => {
    const root = folder({ ...files, 'migrations/002_index.sql': `BEGIN;\nUPDATE orders SET user_id = 1 WHERE id = 1;\n${index}COMMIT;\n` })
    const ran = surefoot(root, ['check', '--fix', 'migrations/002_index.sql'])
    expect(ran.out).toContain('in a migration of its own')
    expect(read(root, 'migrations/003_build_orders_user.sql')).toBe(mended)
    expect(read(root)).toBe('BEGIN;\nUPDATE orders SET user_id = 1 WHERE id = 1;\nCOMMIT;\n')
  })

  it('keeps mode, byte order mark, line ends and links', () => {
    const root = folder({
      ...files,
      'migrations/002_index.sql': '',
      'elsewhere/2.sql': `\ufeff-- an index\r\n${index.replace('\n', '\r\n')}`,
    })
    execFileSync('rm', [join(root, 'migrations/002_index.sql')])
    symlinkSync('../elsewhere/2.sql', join(root, 'migrations/002_index.sql'))
    chmodSync(join(root, 'elsewhere/2.sql'), 0o640)
    surefoot(root, ['check', '--fix', 'migrations'])
    expect(read(root, 'elsewhere/2.sql')).toBe(
      `\ufeff${mended.replace('DROP', '-- an index\nDROP').replaceAll('\n', '\r\n')}`.replace(
        '-- an index\r\nDROP INDEX CONCURRENTLY IF EXISTS orders_user;\r\n',
        'DROP INDEX CONCURRENTLY IF EXISTS orders_user;\r\n-- an index\r\n',
      ),
    )
    expect(statSync(join(root, 'elsewhere/2.sql')).mode & 0o777).toBe(0o640)
    expect(read(root)).toBe(read(root, 'elsewhere/2.sql'))
  })

  it('leaves a file with broken characters alone, and says why', () => {
    const root = folder({
      ...files,
      'migrations/002_index.sql': Buffer.concat([Buffer.from([0x2d, 0x2d, 0xe9, 0x0a]), Buffer.from(index)]),
    })
    expect(surefoot(root, ['check', '--fix', 'migrations']).out).toContain('is not valid UTF-8')
    expect(readFileSync(join(root, 'migrations/002_index.sql'))[2]).toBe(0xe9)
  })

  it('tells the formats what it did', () => {
    const outcome: Outcome = checked(folder(files), ['--fix', 'migrations'])
    expect(outcome.fixed).toEqual([
      {
        rule: 'index-not-concurrent',
        migration: '002_index',
        file: 'migrations/002_index.sql',
        line: 1,
        title: 'Build orders_user CONCURRENTLY',
      },
    ])
    expect(outcome.unfixed).toEqual([])
    expect(outcome.findings).toEqual([])
  })

  it('works from a folder below the configuration', () => {
    const root = folder(files)
    const ran = surefoot(join(root, 'migrations'), ['check', '--fix', '--dry-run', '002_index.sql'])
    expect(ran.out).toContain('--- a/002_index.sql')
  })
})

describe('what is deployed', () => {
  it('is not guessed', () => {
    const root = folder(files)
    const ran = surefoot(root, ['check', '--fix'])
    expect(ran.code).toBe(2)
    expect(ran.err).toContain('nothing says which ones')
    expect(read(root)).toBe(index)
  })

  it('stays as it is up to the baseline, unless --force', () => {
    const root = folder({
      ...files,
      'surefoot.json': '{ "projects": [{ "dialect": "postgres", "timeouts": "set-by-runner", "baseline": "002_index" }] }',
      'migrations/003_more.sql': 'CREATE INDEX orders_id ON orders (id, user_id);\n',
    })
    surefoot(root, ['check', '--fix'])
    expect(read(root)).toBe(index)
    expect(read(root, 'migrations/003_more.sql')).toContain('CONCURRENTLY')
    surefoot(root, ['check', '--fix', '--force'])
    expect(read(root)).toBe(mended)
  })

  it('is what the base has, with --since', () => {
    const root = repository(files)
    git(root, 'switch', '--quiet', '--create', 'topic')
    write(root, {
      'migrations/002_index.sql': `-- why\n${index}`,
      'migrations/003_more.sql': 'CREATE INDEX orders_id ON orders (id, user_id);\n',
    })
    commit(root)
    const ran = surefoot(root, ['check', '--fix', '--since', 'main'])
    expect(ran.out).toContain('main has migrations/002_index.sql')
    expect(read(root)).toBe(`-- why\n${index}`)
    expect(read(root, 'migrations/003_more.sql')).toContain('CONCURRENTLY')
    surefoot(root, ['check', '--fix', '--since', 'main', '--force'])
    expect(read(root)).toContain('CONCURRENTLY')
  })

  it('does not matter to what is staged, which is mended on disk and only where that is the same', () => {
    const root = repository({ ...config, 'migrations/001_orders.sql': first })
    write(root, { 'migrations/002_index.sql': index, 'migrations/003_more.sql': 'CREATE INDEX orders_id ON orders (id, user_id);\n' })
    git(root, 'add', '--all')
    writeFileSync(join(root, 'migrations/003_more.sql'), '-- not staged\n')
    const ran = surefoot(root, ['check', '--fix', '--staged'])
    expect(read(root)).toBe(mended)
    expect(read(root, 'migrations/003_more.sql')).toBe('-- not staged\n')
    expect(ran.out).toContain('migrations/003_more.sql is not staged as it is on disk')
    expect(git(root, 'show', ':migrations/002_index.sql')).toBe(index)
    expect(ran.err).toBe('surefoot: The index still has the texts from before: git add migrations/002_index.sql\n')
  })
})

describe('what makes no sense', () => {
  const root = folder(files)
  const mistake = (...args: string[]) => {
    const ran = surefoot(root, ['check', ...args], { input: index })
    expect(ran.code).toBe(2)
    return ran.err
  }
  it('is said', () => {
    expect(mistake('--dry-run')).toContain('--fix')
    expect(mistake('--fix', '--prove')).toContain('rehearse')
    expect(mistake('--fix', '--stdin', '--stdin-filename', 'migrations/002_index.sql')).toContain('--dry-run')
    expect(mistake('--fix', '--dry-run', '--format', 'json')).toContain('give the format a file')
    expect(existsSync(join(root, 'migrations/003_build_orders_user.sql'))).toBe(false)
  })
  it('but a text from standard input can be looked at', () => {
    const ran = surefoot(root, ['check', '--fix', '--dry-run', '--stdin', '--stdin-filename', 'migrations/002_index.sql'], {
      input: `-- new\n${index}`,
    })
    expect(ran.out).toContain('+DROP INDEX CONCURRENTLY IF EXISTS orders_user;')
    expect(read(root)).toBe(index)
  })
})

describe('--with-fixes', () => {
  it('says in JSON and SARIF how a finding can be mended', () => {
    const root = folder(files)
    const ran = surefoot(root, ['check', '--with-fixes', '--format', 'json', '--format', 'sarif=out.sarif'])
    const [finding] = (JSON.parse(ran.out) as Outcome).findings
    expect(finding!.fix).toEqual({
      title: 'Build orders_user CONCURRENTLY',
      keeps: 'meaning',
      edits: [
        {
          file: 'migrations/002_index.sql',
          line: 1,
          column: 1,
          endLine: 1,
          endColumn: 1,
          text: 'DROP INDEX CONCURRENTLY IF EXISTS orders_user;\n',
        },
        { file: 'migrations/002_index.sql', line: 1, column: 13, endLine: 1, endColumn: 13, text: ' CONCURRENTLY' },
      ],
      creates: [],
    })
    const { runs } = JSON.parse(read(root, 'out.sarif')) as {
      runs: { results: { fixes: { artifactChanges: { replacements: unknown[] }[] }[] }[] }[]
    }
    expect(runs[0]!.results[0]!.fixes[0]!.artifactChanges[0]!.replacements).toHaveLength(2)
    expect(read(root)).toBe(index)
    expect(checked(root).findings[0]).not.toHaveProperty('fix')
  })
})
