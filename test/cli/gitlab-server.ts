import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request that the stand-in for GitLab's API was sent. */
interface Asked {
  readonly method: string
  readonly path: string
  readonly token: string | undefined
}

/** A note as the API gives it, with the members that are read and a few that are not. */
interface Note {
  readonly id: number
  readonly type: null
  body: string
  readonly author: { readonly id: number; readonly username: string; readonly state: 'active' }
  readonly system: boolean
  readonly noteable_type: 'MergeRequest'
}

/** What GitLab's API says of notes (https://docs.gitlab.com/api/notes), on this machine, for one merge request. */
export interface GitLab {
  readonly url: string
  readonly asked: Asked[]
  readonly notes: Note[]
  /** Notes that the token may not see: GitLab leaves them out of the page that they would be on. */
  hidden: ReadonlySet<number>
  /** Answers every request with this status, until it is undefined. */
  refuse: number | undefined
  add(author: number, ...bodies: readonly string[]): void
  close(): Promise<void>
}

/** The user whose the token is. */
export const bot = 42

export async function startGitLab(project: number, number: number): Promise<GitLab> {
  const all = `/api/v4/projects/${project}/merge_requests/${number}/notes`
  const server: Server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (part: string) => {
      text += part
    })
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url!, 'http://127.0.0.1')
      gitlab.asked.push({ method: request.method!, path: request.url!, token: request.headers['private-token'] as string | undefined })
      const body = text === '' ? undefined : (JSON.parse(text) as { body: string }).body
      const [status, answer] = answerOf(`${request.method} ${pathname}`, searchParams, body)
      const next = Number(searchParams.get('page')) * Number(searchParams.get('per_page')) < gitlab.notes.length
      const link = next ? `<${gitlab.url}/next>; rel="next", ` : ''
      response.writeHead(status, { 'content-type': 'application/json', link: `${link}<${gitlab.url}/first>; rel="first"` })
      response.end(JSON.stringify(answer))
    })
  })
  function answerOf(asked: string, query: URLSearchParams, body: string | undefined): readonly [number, unknown] {
    const { notes, hidden, refuse } = gitlab
    if (refuse !== undefined) return [refuse, { message: `${refuse} Forbidden` }]
    if (asked === 'GET /api/v4/user') return [200, { id: bot, username: `project_${project}_bot` }]
    if (asked === `GET ${all}`) {
      const [page, size] = [Number(query.get('page')), Number(query.get('per_page'))]
      return [200, notes.slice((page - 1) * size, page * size).filter(({ id }) => !hidden.has(id))]
    }
    if (asked === `POST ${all}`) {
      gitlab.add(bot, body!)
      return [201, notes.at(-1)]
    }
    const edited = notes.find(({ id }) => asked === `PUT ${all}/${id}`)
    if (!edited || edited.author.id !== bot) return [404, { message: '404 Not found' }]
    edited.body = body!
    return [200, edited]
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const gitlab: GitLab = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`,
    asked: [],
    notes: [],
    hidden: new Set(),
    refuse: undefined,
    add(author, ...bodies) {
      for (const body of bodies)
        gitlab.notes.push({
          id: 1000 + gitlab.notes.length,
          type: null,
          body,
          author: { id: author, username: `user${author}`, state: 'active' },
          system: false,
          noteable_type: 'MergeRequest',
        })
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
  return gitlab
}
