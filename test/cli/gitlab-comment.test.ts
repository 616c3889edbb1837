import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { command, folder, running, surefoot } from './command.ts'
import { bot, type GitLab, startGitLab } from './gitlab-server.ts'

let gitlab: GitLab
beforeAll(async () => {
  gitlab = await startGitLab(11, 7)
})
afterAll(() => gitlab.close())
beforeEach(() => {
  gitlab.asked.length = 0
  gitlab.notes.length = 0
  gitlab.refuse = undefined
  gitlab.hidden = new Set()
})

const commit = 'b'.repeat(40)

/** What GitLab sets in the job of a merge request's pipeline: https://docs.gitlab.com/ci/variables/predefined_variables */
const job = (): NodeJS.ProcessEnv => ({
  GITHUB_REPOSITORY: undefined,
  GITHUB_TOKEN: undefined,
  GITLAB_CI: 'true',
  CI_API_V4_URL: gitlab.url,
  CI_COMMIT_SHA: commit,
  CI_JOB_TOKEN: 'of-the-job',
  CI_PROJECT_URL: 'https://gitlab.example/acme/shop',
  CI_MERGE_REQUEST_IID: '7',
  CI_MERGE_REQUEST_PROJECT_ID: '11',
  CI_MERGE_REQUEST_PROJECT_PATH: 'acme/shop',
  CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '11',
  CI_MERGE_REQUEST_SOURCE_PROJECT_URL: 'https://gitlab.example/acme/shop',
  GITLAB_TOKEN: 'secret',
})

describe('surefoot comment in a job of GitLab', () => {
  const root = folder({
    'migrations/001_a.sql': 'CREATE INDEX orders_note ON orders (note);\n',
    'surefoot.json': '{ "projects": [{ "dialect": "postgres" }] }',
  })
  surefoot(root, ['check', '--detail', '--format', 'json=outcome.json'])
  const comment = (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
    running(root, [command, 'comment', 'outcome.json', ...args], { ...job(), ...env })

  it('--dry-run prints the note and asks nobody', async () => {
    const ran = await comment(['--dry-run'], { GITLAB_TOKEN: undefined })
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toContain(`(https://gitlab.example/acme/shop/-/blob/${commit}/migrations/001_a.sql#L1)`)
    expect(gitlab.asked).toEqual([])
  })

  it('is posted once and then renewed, past other people’s notes', async () => {
    gitlab.add(1, ...Array.from({ length: 130 }, () => 'Nice.'), '<!-- surefoot -->\nfor fun')
    expect(await comment()).toMatchObject({ code: 0, out: 'Posted on acme/shop!7.\n', err: '' })
    gitlab.notes.at(-1)!.body = '<!-- surefoot -->\r\nold'
    expect(await comment()).toMatchObject({ code: 0, out: 'Renewed the comment on acme/shop!7.\n' })
    expect(gitlab.notes.filter(({ author }) => author.id === bot).map(({ body }) => body)).toEqual([
      expect.stringContaining('index-not-concurrent'),
    ])
    expect(gitlab.notes[130]!.body).toBe('<!-- surefoot -->\nfor fun')
    expect(new Set(gitlab.asked.map(({ token }) => token))).toEqual(new Set(['secret']))
  })

  it('is found behind a page from which notes are left out', async () => {
    gitlab.add(1, ...Array.from({ length: 100 }, () => 'Between ourselves.'))
    gitlab.hidden = new Set(gitlab.notes.slice(3).map(({ id }) => id))
    await comment()
    expect(await comment()).toMatchObject({ out: 'Renewed the comment on acme/shop!7.\n' })
    expect(gitlab.notes).toHaveLength(101)
  })

  it('of another key is another one', async () => {
    await comment(['--key', 'api'])
    await comment(['--key', 'web'])
    await comment(['--key', 'api'])
    expect(gitlab.notes.map(({ body }) => body.split('\n')[0])).toEqual(['<!-- surefoot api -->', '<!-- surefoot web -->'])
  })

  it('is not tried from a fork, unless its pipeline runs in the parent project', async () => {
    const fork = { CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '12' }
    const ran = await comment([], { ...fork, GITLAB_TOKEN: undefined })
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toContain('comes from a fork')
    expect(gitlab.asked).toEqual([])
    expect(await comment([], fork)).toMatchObject({ code: 0, out: 'Posted on acme/shop!7.\n' })
  })

  it.each([
    ['no token', { GITLAB_TOKEN: '' }, 'GITLAB_TOKEN is not set'],
    ['no merge request', { CI_MERGE_REQUEST_IID: undefined }, 'does not run for a merge request'],
    ['a project that is a path', { CI_MERGE_REQUEST_PROJECT_ID: '../user' }, 'does not run for a merge request'],
    ['nobody who answers', { CI_API_V4_URL: 'http://127.0.0.1:9' }, 'GitLab cannot be reached'],
  ])('a mistake: %s', async (_, env, said) => {
    const ran = await comment([], env)
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toContain(said)
    expect(ran.err).not.toContain('secret')
  })

  it('says what to do when GitLab refuses', async () => {
    gitlab.refuse = 403
    const ran = await comment()
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toMatch(/^surefoot: GitLab answered 403 to GET .*scope api and at least the role Reporter\.\n$/)
  })
})
