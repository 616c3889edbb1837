import { UserError } from '../errors.ts'

/** A change that people review, on the platform that the job runs on: a pull request of GitHub, a merge request of GitLab. */
export interface Review {
  /** As the platform writes it: `acme/shop#7`, `acme/shop!7`. */
  readonly name: string
  /** It comes from a fork, whose job has no token that may write. */
  readonly fork: boolean
  readonly token: string | undefined
  /** What to do where the token is missing. */
  readonly tokenHelp: string
  /** The address of a file's line as the change has it. */
  link(file: string, line: number): string
  /**
   * Posts a comment, or writes it over the one whose first line is the same marker and which the token's owner wrote: somebody else's comment is
   * left alone, whatever it begins with. Without `create` only an existing one is renewed. Throws a UserError that says what was answered.
   */
  post(token: string, body: string, create: boolean): Promise<Posted>
}

export type Posted = 'posted' | 'renewed' | 'nothing'
export type Environment = Readonly<Record<string, string | undefined>>

/** A platform's API, as far as questions to it differ. */
export interface Platform {
  readonly name: string
  headers(token: string): Readonly<Record<string, string>>
  /** What to do when it does not let the token in. */
  readonly denied: string
  /** The variable that its address comes from. */
  readonly address: string
}

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT'

/** So many pages of a hundred comments are looked through for our own. */
const pages = 30
/** How long to wait before each further try, in milliseconds. */
const waits = [500, 2_000]
/** A platform that asks for more patience than this, in milliseconds, gets none. */
const longestWait = 60_000

export async function ask<T>(platform: Platform, method: Method, url: string, token: string, body?: unknown): Promise<T> {
  return read(platform, method, url, await answerTo(platform, method, url, token, body))
}

/** A list, page by page. GitLab leaves out what the token may not see, so that a page may be short with others behind it. */
export async function* pagesOf<T>(platform: Platform, url: string, token: string): AsyncGenerator<readonly T[]> {
  for (let page = 1; page <= pages; page++) {
    const at = `${url}${url.includes('?') ? '&' : '?'}per_page=100&page=${page}`
    const response = await answerTo(platform, 'GET', at, token, undefined)
    const found = await read<readonly T[]>(platform, 'GET', at, response)
    yield found
    const links = response.headers.get('link')
    if (links === null ? found.length < 100 : !/rel="?next"?/.test(links)) return
  }
}

/** What the platforms answer is documented; a proxy's page is not JSON. */
async function read<T>({ name, address }: Platform, method: Method, url: string, response: Response): Promise<T> {
  try {
    return (await response.json()) as T
  } catch {
    throw new UserError(`What answered ${method} ${url} is not ${name}: its answer is no JSON. Look at ${address} and at the proxy.`)
  }
}

/** Asks, and asks again where the platform is out of breath. What may have been done already (POST) is not sent twice. */
async function answerTo(platform: Platform, method: Method, url: string, token: string, body: unknown): Promise<Response> {
  for (let turn = 0; ; turn++) {
    const heard = await tried(platform, method, url, token, body)
    const pause = turn < waits.length ? pauseAfter(heard, method, waits[turn]!) : undefined
    if (pause === undefined) return settled(platform, method, url, heard)
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

async function tried({ headers }: Platform, method: Method, url: string, token: string, body: unknown): Promise<Response | Error> {
  try {
    return await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', 'user-agent': 'surefoot', ...headers(token) },
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/**
 * How long to wait before asking again, in milliseconds; undefined: there is no use in it. A limit is told by 429, and by GitHub also by 403 with
 * these headers: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 */
function pauseAfter(heard: Response | Error, method: Method, usual: number): number | undefined {
  if (heard instanceof Error) return method === 'POST' ? undefined : usual
  if (heard.ok) return undefined
  const seconds = Number(heard.headers.get('retry-after') ?? Number.NaN)
  const isSpent = heard.headers.get('x-ratelimit-remaining') === '0'
  if (heard.status === 429 || (heard.status === 403 && (isSpent || seconds > 0))) {
    const reset = isSpent ? Number(heard.headers.get('x-ratelimit-reset') ?? Number.NaN) * 1_000 - Date.now() : Number.NaN
    const asked = Number.isNaN(seconds) ? reset : seconds * 1_000
    const pause = Number.isNaN(asked) ? usual : Math.max(asked, usual)
    return pause <= longestWait ? pause : undefined
  }
  return heard.status >= 500 && method !== 'POST' ? usual : undefined
}

function settled({ name, denied }: Platform, method: Method, url: string, heard: Response | Error): Response {
  if (heard instanceof Error) {
    const cause = heard.cause instanceof Error ? heard.cause.message : String(heard)
    throw new UserError(`${name} cannot be reached (${method} ${url}): ${cause}. Run the job again.`)
  }
  if (heard.ok) return heard
  const isDenied = heard.status === 401 || heard.status === 403 || heard.status === 404
  throw new UserError(`${name} answered ${heard.status} to ${method} ${url}. ${isDenied ? denied : 'Run the job again.'}`)
}
