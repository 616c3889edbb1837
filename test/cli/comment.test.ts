import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/lint/outcome.ts'
import { command, commit, folder, git, repository, running, surefoot, write } from './command.ts'
import { type GitHub, startGitHub } from './github-server.ts'

const top = resolve(import.meta.dirname, '../..')
const name = 'acme/shop'

/** The event of a pull request, as GitHub writes it, with the members that are read and a few that are not. */
function event(base: string, from = name) {
  return {
    action: 'synchronize',
    number: 7,
    pull_request: {
      number: 7,
      title: '$(touch owned) `touch owned` "; touch owned; "',
      base: { ref: 'main', sha: base, repo: { full_name: name } },
      head: { ref: 'x; touch owned', sha: 'a'.repeat(40), repo: { full_name: from, fork: from !== name } },
    },
    repository: { full_name: name },
  }
}

let github: GitHub
beforeAll(async () => {
  github = await startGitHub(name, 7)
})
afterAll(() => github.close())
beforeEach(() => {
  github.asked.length = 0
  github.comments.length = 0
  github.refuse = undefined
  github.owner = undefined
  github.failPost = false
  github.busy.length = 0
})

/** A repository whose branch adds a migration with an error, and the commit that it was branched from. */
function branch() {
  const root = repository({
    'migrations/001_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n',
    'surefoot.json': '{ "projects": [{ "dialect": "postgres" }] }',
  })
  const base = git(root, 'rev-parse', 'HEAD').trim()
  write(root, { 'migrations/002_index.sql': 'CREATE INDEX orders_note ON orders (note);\n' })
  commit(root)
  return { root, base }
}

function job(root: string, base: string, from?: string): NodeJS.ProcessEnv {
  const temp = folder({ 'event.json': JSON.stringify(event(base, from)), output: '', 'summary.md': '' })
  return {
    GITHUB_REPOSITORY: name,
    GITHUB_API_URL: github.url,
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_EVENT_PATH: join(temp, 'event.json'),
    GITHUB_OUTPUT: join(temp, 'output'),
    GITHUB_STEP_SUMMARY: join(temp, 'summary.md'),
    GITHUB_WORKSPACE: root,
    RUNNER_TEMP: temp,
    GITHUB_TOKEN: 'secret',
    GH_TOKEN: undefined,
  }
}

describe('surefoot comment', () => {
  const { root, base } = branch()
  surefoot(root, ['check', '--since', base, '--detail', '--format', 'json=outcome.json'])
  const comment = (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}, from?: string) =>
    running(root, [command, 'comment', 'outcome.json', ...args], { ...job(root, base, from), ...env })

  it('--dry-run prints the comment and asks nobody', async () => {
    const ran = await comment(['--dry-run'], { GITHUB_TOKEN: undefined })
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toMatch(/^<!-- surefoot -->\n### Surefoot: not safe as it is: 1 error/)
    expect(ran.out).toContain(`(https://github.example/acme/shop/blob/${'a'.repeat(40)}/migrations/002_index.sql#L1)`)
    expect(ran.out).toContain('1 │ CREATE INDEX orders_note ON orders (note);')
    expect(github.asked).toEqual([])
  })

  it('--dry-run needs no pull request', async () => {
    const ran = surefoot(root, ['comment', 'outcome.json', '--dry-run', '--key', 'api'], {
      env: { GITHUB_REPOSITORY: undefined, GITHUB_EVENT_PATH: undefined },
    })
    expect(ran.code).toBe(0)
    expect(ran.out).toMatch(/^<!-- surefoot api -->\n/)
  })

  it('is posted once and then renewed, past other people’s comments', async () => {
    github.comments.push(
      ...Array.from({ length: 130 }, (_, id) => ({ id, body: 'Nice.', user: { login: 'ann', type: 'User' as const } })),
      { id: 500, body: '<!-- surefoot -->\nfor fun', user: { login: 'mallory', type: 'User' } },
    )
    expect(await comment()).toMatchObject({ code: 0, out: 'Posted on acme/shop#7.\n', err: '' })
    github.comments.at(-1)!.body = '<!-- surefoot -->\r\nold'
    expect(await comment()).toMatchObject({ code: 0, out: 'Renewed the comment on acme/shop#7.\n' })
    expect(github.comments).toHaveLength(132)
    expect(github.comments.at(-1)!.body).toContain('index-not-concurrent')
    expect(github.comments.find(({ id }) => id === 500)?.body).toBe('<!-- surefoot -->\nfor fun')
    expect(new Set(github.asked.map(({ token }) => token))).toEqual(new Set(['Bearer secret']))
  })

  it('of a person’s own token renews that person’s comment', async () => {
    github.owner = 'ann'
    await comment()
    expect(await comment()).toMatchObject({ out: 'Renewed the comment on acme/shop#7.\n' })
    expect(github.comments).toHaveLength(1)
  })

  it('of another key is another one', async () => {
    await comment(['--key', 'api'])
    await comment(['--key', 'web'])
    await comment(['--key', 'api'])
    expect(github.comments.map(({ body }) => body.split('\n')[0])).toEqual(['<!-- surefoot api -->', '<!-- surefoot web -->'])
  })

  it('is not begun when there is nothing to say, but renewed', async () => {
    const quiet = folder({ 'migrations/001_a.sql': 'CREATE TABLE a (id int);\n' })
    git(quiet, 'init', '--quiet')
    commit(quiet)
    surefoot(quiet, ['check', '--since', 'HEAD', '--detail', '--format', 'json=outcome.json'])
    const again = () => running(quiet, [command, 'comment', 'outcome.json'], job(quiet, base))
    expect(await again()).toMatchObject({ code: 0, out: 'Nothing to say on acme/shop#7: no migration changed.\n' })
    await comment()
    expect(await again()).toMatchObject({ out: 'Renewed the comment on acme/shop#7.\n' })
    expect(github.comments[0]!.body).toContain('### Surefoot: no findings')
  })

  it('is not tried from a fork', async () => {
    const ran = await comment([], {}, 'mallory/shop')
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toContain('comes from a fork')
    expect(github.asked).toEqual([])
  })

  it.each([
    ['no token', { GITHUB_TOKEN: undefined }, 'GITHUB_TOKEN is not set'],
    ['no repository', { GITHUB_REPOSITORY: undefined }, 'names no repository'],
    ['a repository that is a path', { GITHUB_REPOSITORY: '../../user' }, 'names no repository'],
    ['no event', { GITHUB_EVENT_PATH: undefined }, 'does not run for a pull request'],
    ['an event that is none', { GITHUB_EVENT_PATH: command }, 'cannot be read'],
    ['nobody who answers', { GITHUB_API_URL: 'http://127.0.0.1:9' }, 'cannot be reached'],
  ])('a mistake: %s', async (_, env, said) => {
    const ran = await comment([], env)
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toContain(said)
    expect(ran.err).not.toContain('secret')
  })

  it('says what to do when GitHub refuses', async () => {
    github.refuse = 403
    const ran = await comment()
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toMatch(/^surefoot: GitHub answered 403 to GET .*pull-requests: write\.\n$/)
  })

  it('waits for a platform that is out of breath, and asks again', async () => {
    github.busy.push({ status: 502 }, { status: 429, headers: { 'retry-after': '1' } })
    expect(await comment()).toMatchObject({ code: 0, out: 'Posted on acme/shop#7.\n' })
    expect(github.asked.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'POST'])
    github.busy.push({ status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' } })
    expect(await comment()).toMatchObject({ code: 0, out: 'Renewed the comment on acme/shop#7.\n' })
  })

  it('does not wait for longer than a minute, and sends no comment twice', async () => {
    github.busy.push({ status: 429, headers: { 'retry-after': '3600' } })
    expect(await comment()).toMatchObject({ code: 2, err: expect.stringContaining('answered 429') })
    github.busy.push({ status: 503 }, { status: 503 }, { status: 503 })
    expect(await comment()).toMatchObject({ code: 2, err: expect.stringContaining('answered 503') })
    expect(github.busy).toEqual([])
    github.asked.length = 0
    github.failPost = true
    expect(await comment()).toMatchObject({ code: 2, err: expect.stringContaining('answered 502 to POST') })
    expect(github.asked.map(({ method }) => method)).toEqual(['GET', 'POST'])
  })

  it.each([
    ['no file', []],
    ['a file that is not there', ['nothing.json']],
    ['a file that is no outcome', ['surefoot.json']],
    ['a flag that there is not', ['outcome.json', '--force']],
  ])('a mistake: %s', (_, args) => expect(surefoot(root, ['comment', ...args])).toMatchObject({ code: 2, out: '' }))
})

describe('the action’s script', () => {
  const script = join(top, 'scripts/action/check.mjs')
  const act = async (root: string, env: NodeJS.ProcessEnv) => {
    const ran = await running(root, [script], env)
    const output = Object.fromEntries(
      readFileSync(env.GITHUB_OUTPUT!, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('=', 2) as [string, string]),
    )
    return { ...ran, output, summary: readFileSync(env.GITHUB_STEP_SUMMARY!, 'utf8') }
  }

  it('judges what the pull request changes: annotations, reports, summary, comment', async () => {
    const { root, base } = branch()
    const ran = await act(root, { ...job(root, base), INPUT_COMMENT: 'true' })
    expect(ran).toMatchObject({ code: 0, err: '', output: { code: '1', fork: 'false' } })
    expect(ran.out).toContain('::error file=migrations/002_index.sql,line=1')
    expect(ran.out).not.toContain('001_orders.sql')
    expect(ran.summary).toContain('index-not-concurrent')
    for (const report of ['sarif', 'json', 'html']) expect(existsSync(ran.output[report]!)).toBe(true)
    expect(github.comments.map(({ body }) => body)).toEqual([expect.stringContaining('index-not-concurrent')])
    expect(existsSync(join(root, 'owned'))).toBe(false)
  })

  it('degrades for a fork, and goes on when the comment is refused', async () => {
    const { root, base } = branch()
    const fork = await act(root, { ...job(root, base, 'mallory/shop'), INPUT_COMMENT: 'true' })
    expect(fork).toMatchObject({ code: 0, output: { code: '1', fork: 'true' } })
    expect(github.asked).toEqual([])
    github.refuse = 403
    const refused = await act(root, { ...job(root, base), INPUT_COMMENT: 'true' })
    expect(refused).toMatchObject({ code: 0, output: { code: '1' } })
    expect(refused.out).toContain('::warning title=surefoot::The comment was not written')
  })

  it('passes further flags without a shell, and says when they are wrong', async () => {
    const { root, base } = branch()
    const off = await act(root, { ...job(root, base), INPUT_ARGS: '--rule index-not-concurrent=off "--rule" missing-lock-timeout=off' })
    expect(off.output.code).toBe('0')
    const wrong = await act(root, { ...job(root, base), INPUT_ARGS: '--format xml; touch owned', INPUT_COMMENT: 'true' })
    expect(wrong.output).toEqual({ code: '2', fork: 'false' })
    expect(existsSync(join(root, 'owned'))).toBe(false)
    expect(github.asked).toEqual([])
  })

  it('runs what the findings need when it is asked to prove them', async () => {
    const { root, base } = branch()
    const ran = await act(root, { ...job(root, base), INPUT_PROVE: 'true' })
    expect(ran.output.code).toBe('1')
    const { rehearsals, findings } = JSON.parse(readFileSync(ran.output.json!, 'utf8')) as Outcome
    expect(rehearsals).toHaveLength(1)
    expect(findings.find(({ rule }) => rule === 'index-not-concurrent')!.verdict).toMatchObject({ verdict: 'confirmed' })
    expect(ran.summary).toContain('confirmed')
  }, 120_000)

  /** A checkout as GitHub makes it for a pull request: the request merged into its base, which has got another migration since the event. */
  function merged() {
    const { root, base } = branch()
    const head = git(root, 'rev-parse', 'HEAD').trim()
    git(root, 'checkout', '--quiet', '-b', 'trunk', base)
    write(root, { 'migrations/003_other.sql': 'CREATE INDEX orders_id ON orders (id);\n' })
    commit(root)
    const trunk = git(root, 'rev-parse', 'HEAD').trim()
    git(root, 'merge', '--quiet', '--no-ff', '-m', 'merge', head)
    return { root, base, head, trunk }
  }
  const withEvent = (env: NodeJS.ProcessEnv, event: unknown) => {
    writeFileSync(env.GITHUB_EVENT_PATH!, JSON.stringify(event))
    return env
  }

  it('counts from the base as it is merged, not as it was when the event was written', async () => {
    const { root, base, head } = merged()
    const made = event(base)
    const request = { ...made.pull_request, head: { ...made.pull_request.head, sha: head } }
    const ran = await act(root, withEvent(job(root, base), { ...made, pull_request: request }))
    expect(ran.out).toContain('002_index.sql')
    expect(ran.out).not.toContain('003_other.sql')
    const other = await act(root, job(root, base))
    expect(other.out).toContain('003_other.sql')
  })

  it.each([
    ['a push to a new branch', '0'.repeat(40), 'refs/heads/feature'],
    ['a branch that was rewritten', 'f'.repeat(40), 'refs/heads/feature'],
  ])('counts from the default branch: %s', async (_, before, ref) => {
    const { root, trunk } = merged()
    git(root, 'update-ref', 'refs/remotes/origin/main', trunk)
    const pushed = { before, after: 'a'.repeat(40), ref, repository: { full_name: name, default_branch: 'main' } }
    const ran = await act(root, withEvent(job(root, trunk), pushed))
    expect(ran.output.code).toBe('1')
    expect(ran.out).toContain('002_index.sql')
    expect(ran.out).not.toContain('003_other.sql')
  })

  it('counts from the state before a push, and judges everything of the first', async () => {
    const { root, head } = merged()
    const pushed = (before: string) => ({ before, ref: 'refs/heads/main', repository: { default_branch: 'main' } })
    expect((await act(root, withEvent(job(root, head), pushed(head)))).out).not.toContain('002_index.sql')
    expect((await act(root, withEvent(job(root, head), pushed('0'.repeat(40))))).out).toContain('002_index.sql')
    expect((await act(root, withEvent(job(root, head), pushed('f'.repeat(40))))).output.code).toBe('2')
  })

  it('refuses a fork where its code would run beside secrets', async () => {
    const { root, base } = branch()
    const ran = await act(root, { ...job(root, base, 'mallory/shop'), GITHUB_EVENT_NAME: 'pull_request_target' })
    expect(ran.output).toEqual({ code: '2' })
    expect(ran.out).toContain('::error title=surefoot::On pull_request_target')
  })

  it.skipIf(process.getuid?.() !== 0)('reads a checkout of another user, as it is in a container', async () => {
    const { root, base } = branch()
    chownSync(root, 65534, 65534)
    chownSync(join(root, '.git'), 65534, 65534)
    expect(() => git(root, 'status')).toThrow(/dubious ownership/)
    expect((await act(root, job(root, base))).output.code).toBe('1')
  })

  it('keeps quoted parts of a flag together', async () => {
    const { root, base } = branch()
    const ran = await act(root, { ...job(root, base), INPUT_ARGS: `--rule="index-not-concurrent=off" --rule=missing-lock-timeout='off'` })
    expect(ran.output.code).toBe('0')
  })

  it('judges everything where no base is known', async () => {
    const { root } = branch()
    const env = job(root, '0'.repeat(40))
    const ran = await act(root, { ...env, GITHUB_EVENT_PATH: undefined, INPUT_COMMENT: 'true' })
    expect(ran.output).toMatchObject({ code: '1', fork: 'false' })
    expect(ran.summary).toContain('001_orders')
    expect(github.asked).toEqual([])
  })
})

describe('action.yml', () => {
  const text = readFileSync(join(top, 'action.yml'), 'utf8')

  it('puts no expression into a script', () => {
    const scripts = text.split('\n').filter((line) => /^\s*run:/.test(line))
    expect(scripts.length).toBeGreaterThan(0)
    for (const line of scripts) expect(line).not.toContain('${{')
    expect(text).not.toMatch(/run:\s*[|>]/)
  })

  it('names scripts that are there, and declares every input that it reads', () => {
    for (const [, path] of text.matchAll(/\$GITHUB_ACTION_PATH\/([\w./-]+)/g)) expect(existsSync(join(top, path!))).toBe(true)
    const [head] = text.split('\noutputs:')
    for (const [, input] of text.matchAll(/inputs\.([\w-]+)/g)) expect(head).toContain(`\n  ${input}:\n`)
  })
})
