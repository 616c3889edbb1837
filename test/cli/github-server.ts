import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request that the stand-in for GitHub's API was sent. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly token: string | undefined
  readonly body: string | undefined
}

export interface StoredComment {
  readonly id: number
  body: string
  readonly user: { readonly login: string; readonly type: 'Bot' | 'User' }
}

/** What GitHub's API says of comments (https://docs.github.com/rest/issues/comments), on this machine, for one pull request. */
export interface GitHub {
  readonly url: string
  readonly asked: Asked[]
  readonly comments: StoredComment[]
  /** Answers every request with this status, until it is undefined. */
  refuse: number | undefined
  /** What the next requests are answered, one each, before anything else. */
  readonly busy: { readonly status: number; readonly headers?: Readonly<Record<string, string>> }[]
  /** Answers every new comment with 502. */
  failPost: boolean
  /** Whose the token is; undefined: a job's own, which may not ask. */
  owner: string | undefined
  close(): Promise<void>
}

export async function startGitHub(repository: string, number: number): Promise<GitHub> {
  const server: Server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (part: string) => {
      text += part
    })
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url!, 'http://127.0.0.1')
      const body = text === '' ? undefined : (JSON.parse(text) as { body: string }).body
      github.asked.push({ method: request.method!, path: request.url!, token: request.headers.authorization, body })
      const busy = github.busy.shift()
      if (busy) {
        response.writeHead(busy.status, busy.headers)
        response.end('busy')
        return
      }
      const [status, answer] = answerOf(`${request.method} ${pathname}`, searchParams, body)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answer))
    })
  })
  function answerOf(asked: string, query: URLSearchParams, body: string | undefined): readonly [number, unknown] {
    const { comments, owner, refuse } = github
    if (refuse !== undefined) return [refuse, { message: 'no' }]
    if (github.failPost && asked.startsWith('POST ')) return [502, {}]
    if (asked === 'GET /user') return owner === undefined ? [403, {}] : [200, { login: owner }]
    if (asked === `GET /repos/${repository}/issues/${number}/comments`) {
      const [page, size] = [Number(query.get('page')), Number(query.get('per_page'))]
      return [200, comments.slice((page - 1) * size, page * size)]
    }
    if (asked === `POST /repos/${repository}/issues/${number}/comments`) {
      comments.push({
        id: 1000 + comments.length,
        body: body!,
        user: { login: owner ?? 'github-actions[bot]', type: owner ? 'User' : 'Bot' },
      })
      return [201, comments.at(-1)]
    }
    const edited = comments.find(({ id }) => asked === `PATCH /repos/${repository}/issues/comments/${id}`)
    if (!edited) return [404, {}]
    edited.body = body!
    return [200, edited]
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const github: GitHub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    comments: [],
    refuse: undefined,
    busy: [],
    failPost: false,
    owner: undefined,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
  return github
}
