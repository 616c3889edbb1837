import { readFileSync } from 'node:fs'
import { UserError } from '../errors.ts'
import { ask, type Environment, type Platform, type Posted, pagesOf, type Review } from './review.ts'

const github: Platform = {
  name: 'GitHub',
  headers: (token) => ({
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${token}`,
    'x-github-api-version': '2022-11-28',
  }),
  denied: 'Give the job permissions: pull-requests: write.',
  address: 'GITHUB_API_URL',
}

/** What of an event file is read; all of it may be absent: https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request */
interface Event {
  readonly pull_request?: {
    readonly number?: unknown
    readonly head?: { readonly sha?: unknown; readonly repo?: { readonly full_name?: unknown } | null }
  }
}

/**
 * Reads which pull request a job runs for from the environment that GitHub Actions sets and the event's file that it names. Throws a UserError
 * where there is none.
 */
export function pullRequestOf(environment: Environment): Review {
  const repository = environment.GITHUB_REPOSITORY ?? ''
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw new UserError('GITHUB_REPOSITORY names no repository. Run this in a job of GitHub Actions, or pass --dry-run to see the comment.')
  const { pull_request: request } = eventOf(environment.GITHUB_EVENT_PATH)
  const number = request?.number
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1)
    throw new UserError('This job does not run for a pull request: the file in GITHUB_EVENT_PATH names none. Run it on: pull_request.')
  const server = environment.GITHUB_SERVER_URL ?? 'https://github.com'
  const sha = typeof request?.head?.sha === 'string' && /^[0-9a-f]{7,64}$/.test(request.head.sha) ? request.head.sha : 'HEAD'
  const api = (environment.GITHUB_API_URL ?? 'https://api.github.com').replace(/\/+$/, '')
  return {
    name: `${repository}#${number}`,
    fork: request?.head?.repo?.full_name !== repository,
    token: environment.GITHUB_TOKEN ?? environment.GH_TOKEN,
    tokenHelp: 'GITHUB_TOKEN is not set. Pass it to the step: env: GITHUB_TOKEN: ${{ github.token }}.',
    post: (token, body, create) => post({ api, repository, number }, token, body, create),
    link: (file, line) => `${server}/${repository}/blob/${sha}/${file.split('/').map(encodeURIComponent).join('/')}#L${line}`,
  }
}

function eventOf(path: string | undefined): Event {
  if (path === undefined || path === '') return {}
  try {
    const event: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof event === 'object' && event !== null ? event : {}
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new UserError(
      `The event in GITHUB_EVENT_PATH (${path}) cannot be read: ${why}. GitHub Actions writes it; leave the variable alone.`,
    )
  }
}

interface Comment {
  readonly id: number
  readonly body?: string | null
  readonly user?: { readonly login?: string; readonly type?: string } | null
}

async function post(
  { api, repository, number }: { readonly api: string; readonly repository: string; readonly number: number },
  token: string,
  body: string,
  create: boolean,
): Promise<Posted> {
  const [marker] = body.split('\n')
  for await (const comments of pagesOf<Comment>(github, `${api}/repos/${repository}/issues/${number}/comments`, token)) {
    const own = await ownOf(
      comments.filter(({ body: text }) => text?.split(/\r?\n/)[0] === marker),
      api,
      token,
    )
    if (own) {
      await ask(github, 'PATCH', `${api}/repos/${repository}/issues/comments/${own.id}`, token, { body })
      return 'renewed'
    }
  }
  if (!create) return 'nothing'
  await ask(github, 'POST', `${api}/repos/${repository}/issues/${number}/comments`, token, { body })
  return 'posted'
}

async function ownOf(marked: readonly Comment[], api: string, token: string): Promise<Comment | undefined> {
  const byApp = marked.find(({ user }) => user?.type === 'Bot')
  if (byApp || marked.length === 0) return byApp
  // A job's own token is an app's and may not ask who it is: then none of these is ours.
  const me = await ask<{ readonly login?: string }>(github, 'GET', `${api}/user`, token).catch((): { readonly login?: string } => ({}))
  return marked.find(({ user }) => user?.login !== undefined && user.login === me.login)
}
