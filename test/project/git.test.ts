import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { baseSince } from '../../src/project/base.ts'
import { staged } from '../../src/project/git.ts'
import { gitIndexProject } from '../../src/project/git-index.ts'
import { gitRefProject } from '../../src/project/git-ref.ts'

let root: string
const created: string[] = []
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'surefoot-git-'))
  created.push(made)
  return made
}
afterAll(() => {
  for (const path of created) rmSync(path, { recursive: true, force: true })
})
afterEach(() => vi.unstubAllEnvs())

function git(...args: string[]): string {
  return execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'protocol.file.allow=always', ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
function write(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
}
function commit(message: string): void {
  git('add', '-A')
  git('commit', '-q', '--no-verify', '-m', message)
}
function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    expect(error).toBeInstanceOf(UserError)
    return (error as Error).message
  }
  throw new Error('nothing was thrown')
}

beforeEach(() => {
  root = folder()
  git('init', '-q', '-b', 'main')
  write('db/1 init.sql', 'one')
  write('db/ünïcode\n2.sql', 'two')
  write('other/x.sql', 'x')
  commit('first')
})

describe('the index', () => {
  it('gives the staged text, not the one in the working tree', () => {
    write('db/1 init.sql', 'staged')
    git('add', '-A')
    write('db/1 init.sql', 'later')
    write('db/3.sql', 'untracked')
    const project = gitIndexProject(root)
    expect(project.read('db/1 init.sql')).toEqual({ text: 'staged' })
    expect(project.glob(['db/*.sql'])).toEqual(['db/1 init.sql', 'db/ünïcode\n2.sql'])
    expect(project.read('db/ünïcode\n2.sql')).toEqual({ text: 'two' })
    expect(project.read('db/3.sql')).toMatchObject({ because: 'missing' })
  })

  it('is seen from a folder of the repository', () => {
    const project = gitIndexProject(join(root, 'db'))
    expect(project.glob(['*.sql'])).toEqual(['1 init.sql', 'ünïcode\n2.sql'])
    expect(project.read('1 init.sql')).toEqual({ text: 'one' })
  })

  it('reads many files in one go, empty and binary ones among them', () => {
    for (let i = 0; i < 300; i++) write(`many/${i}.sql`, i % 3 === 0 ? '' : `select ${i};\n`)
    write('many/bin.sql', 'a\0b')
    git('add', '-A')
    const project = gitIndexProject(root)
    const texts = project.glob(['many/*.sql']).map((path) => project.read(path))
    expect(texts.filter((result) => 'text' in result)).toHaveLength(300)
    expect(project.read('many/299.sql')).toEqual({ text: 'select 299;\n' })
    expect(project.read('many/bin.sql')).toMatchObject({ because: 'encoding' })
  })

  it('follows a link to a tracked file', () => {
    symlinkSync('1 init.sql', join(root, 'db/latest.sql'))
    git('add', '-A')
    expect(gitIndexProject(root).read('db/latest.sql')).toEqual({ text: 'one' })
  })

  it('says that a file has conflicts', () => {
    git('checkout', '-q', '-b', 'side')
    write('db/1 init.sql', 'side')
    commit('side')
    git('checkout', '-q', 'main')
    write('db/1 init.sql', 'main')
    commit('main')
    try {
      git('merge', 'side')
    } catch {
      // The merge is meant to stop.
    }
    expect(gitIndexProject(root).read('db/1 init.sql')).toMatchObject({ error: expect.stringContaining('merge conflicts') })
  })
})

describe('a ref', () => {
  it('gives the texts of that commit', () => {
    write('db/1 init.sql', 'changed')
    commit('second')
    expect(gitRefProject(root, 'HEAD~1').read('db/1 init.sql')).toEqual({ text: 'one' })
    expect(gitRefProject(join(root, 'db'), 'HEAD').read('1 init.sql')).toEqual({ text: 'changed' })
  })
})

describe('staged', () => {
  it('names added and changed files, also renamed ones, and no deleted ones', () => {
    write('db/3.sql', 'x')
    git('mv', 'other/x.sql', 'other/y z.sql')
    git('rm', '-q', 'db/1 init.sql')
    git('add', '-A')
    write('db/4.sql', 'untracked')
    expect(staged(root)).toEqual(['db/3.sql', 'other/y z.sql'])
    expect(staged(join(root, 'db'))).toEqual(['3.sql'])
  })

  it('works before the first commit', () => {
    root = folder()
    git('init', '-q')
    write('1.sql', '')
    git('add', '-A')
    expect(staged(root)).toEqual(['1.sql'])
  })

  it('works in a hook, where git hands over its directories, from a folder below the top', () => {
    write('db/3.sql', 'x')
    git('add', '-A')
    vi.spyOn(process, 'cwd').mockReturnValue(root)
    vi.stubEnv('GIT_DIR', '.git')
    vi.stubEnv('GIT_INDEX_FILE', '.git/index')
    expect(staged(join(root, 'db'))).toEqual(['3.sql'])
    expect(gitIndexProject(join(root, 'db')).read('3.sql')).toEqual({ text: 'x' })
    vi.restoreAllMocks()
  })
})

const changedSince = (root: string, ref: string) => {
  const { edited, added } = baseSince(root, ref)
  return [...edited, ...added].sort()
}

describe('baseSince', () => {
  it('names what this branch changed since it left the other, committed or not', () => {
    git('checkout', '-q', '-b', 'topic')
    write('db/3.sql', 'committed')
    commit('third')
    write('db/4.sql', 'untracked')
    write('other/x.sql', 'unstaged')
    git('checkout', '-q', 'main')
    git('checkout', '-q', 'topic')
    expect(changedSince(root, 'main')).toEqual(['db/3.sql', 'db/4.sql', 'other/x.sql'])
    expect(changedSince(join(root, 'db'), 'main')).toEqual(['3.sql', '4.sql'])
  })

  it('leaves out what only the other branch changed', () => {
    git('checkout', '-q', '-b', 'topic')
    git('checkout', '-q', 'main')
    write('db/9.sql', 'on main')
    commit('main goes on')
    git('checkout', '-q', 'topic')
    expect(changedSince(root, 'main')).toEqual([])
  })

  it('says what to do about a ref that git does not know', () => {
    expect(messageOf(() => changedSince(root, 'mian'))).toBe('git does not know "mian". Known are main.')
    expect(messageOf(() => changedSince(root, 'origin/main'))).toBe('git does not know "origin/main". Did you mean main?')
    expect(messageOf(() => changedSince(root, 'upstream/x'))).toContain('git fetch upstream x')
    expect(messageOf(() => changedSince(root, '--output=/tmp/x'))).toContain('git does not know')
  })

  it('says that a shallow clone needs fetch-depth: 0', () => {
    git('checkout', '-q', '-b', 'topic')
    for (const i of [1, 2, 3]) {
      write(`db/t${i}.sql`, '')
      commit(`topic ${i}`)
    }
    git('checkout', '-q', 'main')
    write('db/m.sql', '')
    commit('main')
    const clone = folder()
    execFileSync('git', ['clone', '-q', '--depth', '1', '--branch', 'topic', '--no-single-branch', pathToFileURL(root).href, clone], {
      stdio: 'ignore',
    })
    expect(messageOf(() => changedSince(clone, 'origin/main'))).toContain('fetch-depth: 0')
    expect(messageOf(() => changedSince(clone, 'origin/nowhere'))).toContain('fetch-depth: 0')
  })

  it('says when there is no repository, and no commit', () => {
    const plain = folder()
    expect(messageOf(() => changedSince(plain, 'main'))).toContain('is not in a git repository')
    expect(messageOf(() => staged(plain))).toContain('is not in a git repository')
    expect(messageOf(() => gitIndexProject(plain))).toContain('is not in a git repository')
    root = folder()
    git('init', '-q')
    expect(messageOf(() => changedSince(root, 'HEAD'))).toContain('git does not know "HEAD"')
  })

  it('says when two branches share nothing', () => {
    git('checkout', '-q', '--orphan', 'alone')
    commit('alone')
    expect(messageOf(() => changedSince(root, 'main'))).toContain('have no common commit')
  })
})
