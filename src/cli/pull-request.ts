import { readFileSync } from 'node:fs'
import { UserError } from '../errors.ts'

/** The pull request that a job of GitHub Actions runs for. */
export interface PullRequest {
  /** `https://api.github.com`, or that of an Enterprise server. */
  readonly api: string
  /** `owner/name`. */
  readonly repository: string
  readonly number: number
  /** It comes from a fork: the job's token may only read. */
  readonly fork: boolean
  /** The address of a file's line as the pull request has it. */
  link(file: string, line: number): string
}

type Environment = Readonly<Record<string, string | undefined>>

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
export function pullRequestOf(environment: Environment): PullRequest {
  const repository = environment.GITHUB_REPOSITORY ?? ''
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw new UserError('GITHUB_REPOSITORY names no repository. Run this in a job of GitHub Actions, or pass --dry-run to see the comment.')
  const { pull_request: request } = eventOf(environment.GITHUB_EVENT_PATH)
  const number = request?.number
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1)
    throw new UserError('This job does not run for a pull request: the file in GITHUB_EVENT_PATH names none. Run it on: pull_request.')
  const server = environment.GITHUB_SERVER_URL ?? 'https://github.com'
  const sha = typeof request?.head?.sha === 'string' && /^[0-9a-f]{7,64}$/.test(request.head.sha) ? request.head.sha : 'HEAD'
  return {
    api: (environment.GITHUB_API_URL ?? 'https://api.github.com').replace(/\/+$/, ''),
    repository,
    number,
    fork: request?.head?.repo?.full_name !== repository,
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

/** So many pages of a hundred comments are looked through for our own. */
const pages = 30

/**
 * Posts a comment, or writes it over the one whose first line is the same marker and which an app or the token's owner wrote: somebody else's
 * comment is left alone, whatever it begins with. Without `create` only an existing one is renewed. Throws a UserError that says what GitHub answered.
 */
export async function post(request: PullRequest, token: string, body: string, create: boolean): Promise<'posted' | 'renewed' | 'nothing'> {
  const { api, repository, number } = request
  const [marker] = body.split('\n')
  for (let page = 1; page <= pages; page++) {
    const comments = await ask<readonly Comment[]>(
      'GET',
      `${api}/repos/${repository}/issues/${number}/comments?per_page=100&page=${page}`,
      token,
    )
    const own = await ownOf(
      comments.filter(({ body: text }) => text?.split(/\r?\n/)[0] === marker),
      api,
      token,
    )
    if (own) {
      await ask('PATCH', `${api}/repos/${repository}/issues/comments/${own.id}`, token, { body })
      return 'renewed'
    }
    if (comments.length < 100) break
  }
  if (!create) return 'nothing'
  await ask('POST', `${api}/repos/${repository}/issues/${number}/comments`, token, { body })
  return 'posted'
}

async function ownOf(marked: readonly Comment[], api: string, token: string): Promise<Comment | undefined> {
  const byApp = marked.find(({ user }) => user?.type === 'Bot')
  if (byApp || marked.length === 0) return byApp
  // A job's own token is an app's and may not ask who it is: then none of these is ours.
  const me = await ask<{ readonly login?: string }>('GET', `${api}/user`, token).catch((): { readonly login?: string } => ({}))
  return marked.find(({ user }) => user?.login !== undefined && user.login === me.login)
}

async function ask<T>(method: 'GET' | 'POST' | 'PATCH', url: string, token: string, body?: unknown): Promise<T> {
  let response: Response
  try {
    response = await fetch(url, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'user-agent': 'surefoot',
        'x-github-api-version': '2022-11-28',
      },
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    throw new UserError(`GitHub cannot be reached (${method} ${url}): ${cause}. Run the job again.`)
  }
  if (!response.ok) {
    const why =
      response.status === 403 || response.status === 404 ? 'Give the job permissions: pull-requests: write.' : 'Run the job again.'
    throw new UserError(`GitHub answered ${response.status} to ${method} ${url}. ${why}`)
  }
  // What GitHub answers is documented; a proxy's page is not JSON.
  try {
    return (await response.json()) as T
  } catch {
    throw new UserError(`What answered ${method} ${url} is not GitHub: its answer is no JSON. Look at GITHUB_API_URL and at the proxy.`)
  }
}
