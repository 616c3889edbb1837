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

/** So many pages of a hundred comments are looked through for our own. */
export const pages = 30

export async function ask<T>(
  { name, headers, denied, address }: Platform,
  method: 'GET' | 'POST' | 'PATCH' | 'PUT',
  url: string,
  token: string,
  body?: unknown,
): Promise<T> {
  let response: Response
  try {
    response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', 'user-agent': 'surefoot', ...headers(token) },
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    throw new UserError(`${name} cannot be reached (${method} ${url}): ${cause}. Run the job again.`)
  }
  if (!response.ok) {
    const isDenied = response.status === 401 || response.status === 403 || response.status === 404
    throw new UserError(`${name} answered ${response.status} to ${method} ${url}. ${isDenied ? denied : 'Run the job again.'}`)
  }
  // What the platforms answer is documented; a proxy's page is not JSON.
  try {
    return (await response.json()) as T
  } catch {
    throw new UserError(`What answered ${method} ${url} is not ${name}: its answer is no JSON. Look at ${address} and at the proxy.`)
  }
}
