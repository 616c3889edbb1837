import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checked, commit, type Files, folder, git, lines, repository, shop, surefoot, write } from './command.ts'

const config: Files = { 'surefoot.json': '{ "projects": [{ "dialect": "postgres", "timeouts": "set-by-runner" }] }' }
const more = 'migrations/003_note.sql'

function branched(): string {
  const root = repository({ ...config, ...shop })
  git(root, 'checkout', '--quiet', '-b', 'feature')
  return root
}

describe('--since', () => {
  it('judges what changed since the merge base, with the whole history read', () => {
    const root = branched()
    write(root, { [more]: 'CREATE INDEX orders_id ON orders (id);\n' })
    commit(root)
    const outcome = checked(root, ['--since', 'main'])
    expect(lines(outcome)).toEqual([`${more}:1 index-not-concurrent`])
    expect(outcome.summary).toMatchObject({ migrations: 1, migrationsRead: 3 })
  })

  it('counts files that are not committed, and not even added', () => {
    const root = branched()
    write(root, { [more]: 'CREATE INDEX orders_id ON orders (id);\n' })
    expect(lines(checked(root, ['--since', 'main']))).toEqual([`${more}:1 index-not-concurrent`])
  })

  it('leaves out what the other branch did meanwhile', () => {
    const root = branched()
    write(root, { [more]: 'CREATE INDEX orders_id ON orders (id);\n' })
    commit(root)
    git(root, 'checkout', '--quiet', 'main')
    write(root, { 'migrations/004_main.sql': 'DROP TABLE orders;\n' })
    commit(root)
    git(root, 'checkout', '--quiet', 'feature')
    expect(lines(checked(root, ['--since', 'main']))).toEqual([`${more}:1 index-not-concurrent`])
  })

  it('takes what ships together as one batch: a table born in it is empty', () => {
    const root = branched()
    write(root, { [more]: 'CREATE TABLE carts (id int PRIMARY KEY, n int);\n', 'migrations/004_i.sql': 'CREATE INDEX c ON carts (n);\n' })
    expect(lines(checked(root, ['--since', 'main']))).toEqual([])
    expect(lines(checked(root))).toContain('migrations/004_i.sql:1 index-not-concurrent')
  })

  it('is clean when nothing changed', () => {
    const root = branched()
    expect(checked(root, ['--since', 'main'])).toMatchObject({ code: 0, findings: [] })
    const ran = surefoot(root, ['check', '--since', 'main'])
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toMatch(/Nothing to judge/)
  })

  it('is clean when what changed is no migration', () => {
    const root = branched()
    write(root, { 'readme.md': '# x\n' })
    expect(checked(root, ['--since', 'main'])).toMatchObject({ code: 0, findings: [] })
  })

  it('says which deployed migrations were edited or deleted, also when nothing else changed', () => {
    const edited = branched()
    write(edited, { 'migrations/002_index.sql': 'DROP INDEX CONCURRENTLY IF EXISTS other;\n' })
    expect(lines(checked(edited, ['--since', 'main']))).toContain('migrations/002_index.sql:1 edited-migration')
    const deleted = branched()
    rmSync(join(deleted, 'migrations/002_index.sql'))
    expect(lines(checked(deleted, ['--since', 'main']))).toEqual(['migrations/001_orders.sql:1 edited-migration'])
    expect(checked(deleted, ['--since', 'main', '--rule', 'edited-migration=off'])).toMatchObject({ findings: [], errors: [] })
  })

  it('says so of one that "baseline" calls deployed, which is not judged', () => {
    const root = branched()
    write(root, {
      'surefoot.json': '{ "projects": [{ "dialect": "postgres", "timeouts": "set-by-runner", "baseline": "002_index" }] }',
      'migrations/001_orders.sql': 'DROP TABLE orders;\n',
    })
    expect(lines(checked(root, ['--since', 'main']))).toEqual(['migrations/001_orders.sql:1 edited-migration'])
  })

  it('leaves a migration that only the branch has alone, and one that main has edited meanwhile', () => {
    const root = branched()
    write(root, { [more]: 'SELECT 1;\n' })
    commit(root)
    write(root, { [more]: 'SELECT 2;\n' })
    expect(lines(checked(root, ['--since', 'main']))).toEqual([])
    git(root, 'stash', '--quiet')
    git(root, 'checkout', '--quiet', 'main')
    write(root, { 'migrations/001_orders.sql': 'SELECT 3;\n' })
    commit(root)
    git(root, 'checkout', '--quiet', 'feature')
    expect(lines(checked(root, ['--since', 'main']))).toEqual([])
  })

  it('an unknown ref is a mistake, with a hint', () => {
    const ran = surefoot(branched(), ['check', '--since', 'origin/mian'])
    expect(ran.code).toBe(2)
    expect(ran.err).toMatch(/origin\/mian/)
    expect(ran.err).not.toMatch(/\n\s+at /)
  })

  it('a ref that looks like an option is only an unknown ref', () => {
    expect(surefoot(branched(), ['check', '--since=--output=x'])).toMatchObject({ code: 2 })
  })

  it('a shallow clone is told about fetch-depth: 0', () => {
    const root = branched()
    write(root, { [more]: 'SELECT 1;\n' })
    commit(root)
    git(root, 'checkout', '--quiet', 'main')
    write(root, { 'readme.md': '# x\n' })
    commit(root)
    const clone = folder({})
    git(clone, 'clone', '--quiet', '--depth', '1', '--no-single-branch', `file://${root}`, 'copy')
    const copy = join(clone, 'copy')
    git(copy, 'checkout', '--quiet', 'feature')
    const ran = surefoot(copy, ['check', '--since', 'origin/main'])
    expect(ran.code).toBe(2)
    expect(ran.err).toContain('fetch-depth: 0')
  })

  it('outside a repository it is a mistake', () => {
    const ran = surefoot(folder({ ...config, ...shop }), ['check', '--since', 'main'])
    expect(ran.code).toBe(2)
    expect(ran.err).toMatch(/git repository/)
  })
})

describe('--staged', () => {
  it('judges the text of the index, not of the working tree', () => {
    const root = repository({ ...config, ...shop })
    write(root, { [more]: 'CREATE INDEX orders_id ON orders (id);\n' })
    git(root, 'add', more)
    write(root, { [more]: 'SELECT 1;\n', 'migrations/004_not_added.sql': 'DROP TABLE orders;\n' })
    const outcome = checked(root, ['--staged'])
    expect(lines(outcome)).toEqual([`${more}:1 index-not-concurrent`])
    expect(outcome.summary.migrationsRead).toBe(3)
    expect(surefoot(root, ['check', '--staged']).out).toContain('CREATE INDEX orders_id')
  })

  it('knows deployed migrations by the main branch of the remote, and by nothing else', () => {
    const edit = { 'migrations/002_index.sql': 'DROP INDEX CONCURRENTLY IF EXISTS other;\n' }
    const alone = repository({ ...config, ...shop })
    write(alone, edit)
    git(alone, 'add', '--all')
    expect(lines(checked(alone, ['--staged']))).toEqual([])
    const clone = folder({})
    git(clone, 'clone', '--quiet', repository({ ...config, ...shop }), 'copy')
    const copy = join(clone, 'copy')
    write(copy, { ...edit, [more]: 'SELECT 1;\n' })
    git(copy, 'add', '--all')
    expect(lines(checked(copy, ['--staged']))).toEqual(['migrations/002_index.sql:1 edited-migration'])
    commit(copy)
    write(copy, { [more]: 'SELECT 2;\n' })
    git(copy, 'add', '--all')
    expect(lines(checked(copy, ['--staged']))).toEqual([])
  })

  it('nothing staged is clean', () => {
    const root = repository({ ...config, ...shop })
    write(root, { [more]: 'DROP TABLE orders;\n' })
    expect(checked(root, ['--staged'])).toMatchObject({ code: 0, findings: [] })
    expect(surefoot(root, ['check', '--staged'])).toMatchObject({ code: 0, err: '' })
  })

  it('a deleted file is not judged, a renamed one is', () => {
    const root = repository({ ...config, ...shop, [more]: 'CREATE INDEX orders_id ON orders (id);\n' })
    rmSync(join(root, 'migrations/002_index.sql'))
    renameSync(join(root, more), join(root, 'migrations/005_note.sql'))
    git(root, 'add', '--all')
    expect(lines(checked(root, ['--staged']))).toEqual(['migrations/005_note.sql:1 index-not-concurrent'])
  })

  it('names with spaces, quotes and letters of all kinds are read', () => {
    const root = repository({ ...config, ...shop })
    const names = ['migrations/003_größe und maß.sql', "migrations/004_it's.sql", 'migrations/005_日本.sql', 'migrations/006_"q".sql']
    for (const name of names) write(root, { [name]: 'CREATE INDEX i ON orders (id);\n' })
    git(root, 'add', '--all')
    expect(lines(checked(root, ['--staged']))).toEqual(names.map((name) => `${name}:1 index-not-concurrent`))
  })

  it('works from a folder below the top, and in a hook', () => {
    const root = repository({ ...config, ...shop, 'app/x.txt': '' })
    write(root, { [more]: 'CREATE INDEX orders_id ON orders (id);\n' })
    git(root, 'add', '--all')
    expect(lines(checked(join(root, 'app'), ['--staged']))).toEqual([`../${more}:1 index-not-concurrent`])
    const hook = surefoot(root, ['check', '--staged', '--format', 'json'], { env: { GIT_DIR: '.git', GIT_INDEX_FILE: '.git/index' } })
    expect(hook.code).toBe(1)
  })

  it('before the first commit all that is staged is new', () => {
    const root = folder({ ...config, ...shop })
    git(root, 'init', '--quiet')
    git(root, 'add', '--all')
    expect(checked(root, ['--staged']).summary).toMatchObject({ migrations: 2 })
  })

  it('excludes --since', () => {
    expect(surefoot(repository(shop), ['check', '--staged', '--since', 'main'])).toMatchObject({ code: 2 })
  })
})
