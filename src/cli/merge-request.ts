import { UserError } from '../errors.ts'
import { ask, type Environment, type Platform, type Posted, pagesOf, type Review } from './review.ts'

/** https://docs.gitlab.com/api/rest/authentication: a job's own token may not write notes. */
const gitlab: Platform = {
  name: 'GitLab',
  headers: (token) => ({ 'private-token': token }),
  denied: 'GITLAB_TOKEN must be an access token of the project with the scope api and at least the role Reporter.',
  address: 'CI_API_V4_URL',
}

/** Does a job of GitLab run this? https://docs.gitlab.com/ci/variables/predefined_variables */
export function isGitlab(environment: Environment): boolean {
  return environment.GITLAB_CI === 'true'
}

/** Reads which merge request a job runs for from the environment that GitLab sets. Throws a UserError where there is none. */
export function mergeRequestOf(environment: Environment): Review {
  const project = environment.CI_MERGE_REQUEST_PROJECT_ID ?? ''
  const number = environment.CI_MERGE_REQUEST_IID ?? ''
  if (!/^\d+$/.test(project) || !/^\d+$/.test(number))
    throw new UserError(
      'This job does not run for a merge request: CI_MERGE_REQUEST_IID names none. Run it on $CI_PIPELINE_SOURCE == "merge_request_event".',
    )
  const api = (environment.CI_API_V4_URL ?? 'https://gitlab.com/api/v4').replace(/\/+$/, '')
  const notes = `${api}/projects/${project}/merge_requests/${number}/notes`
  const token = environment.GITLAB_TOKEN === '' ? undefined : environment.GITLAB_TOKEN
  const isFromFork = (environment.CI_MERGE_REQUEST_SOURCE_PROJECT_ID ?? project) !== project
  const source = environment.CI_MERGE_REQUEST_SOURCE_PROJECT_URL ?? environment.CI_PROJECT_URL ?? ''
  const commit = [environment.CI_MERGE_REQUEST_SOURCE_BRANCH_SHA, environment.CI_COMMIT_SHA].find((sha) =>
    /^[0-9a-f]{7,64}$/.test(sha ?? ''),
  )
  return {
    name: `${environment.CI_MERGE_REQUEST_PROJECT_PATH ?? project}!${number}`,
    // A pipeline that a member starts in the parent project has its variables.
    fork: isFromFork && token === undefined,
    token,
    tokenHelp:
      'GITLAB_TOKEN is not set. Make a project access token with the scope api, and a masked CI/CD variable of it that is not protected, as branches of merge requests are not.',
    link: (file, line) => `${source}/-/blob/${commit ?? 'HEAD'}/${file.split('/').map(encodeURIComponent).join('/')}#L${line}`,
    post: (own, body, create) => post(api, notes, own, body, create),
  }
}

/** https://docs.gitlab.com/api/notes/#merge-requests */
interface Note {
  readonly id: number
  readonly body: string
  readonly author?: { readonly id?: number } | null
}

async function post(api: string, notes: string, token: string, body: string, create: boolean): Promise<Posted> {
  const [marker] = body.split('\n')
  for await (const found of pagesOf<Note>(gitlab, `${notes}?sort=asc`, token)) {
    const marked = found.filter(({ body: text }) => text.split(/\r?\n/)[0] === marker)
    const me = marked.length === 0 ? undefined : await ask<{ readonly id?: number }>(gitlab, 'GET', `${api}/user`, token)
    const own = marked.find(({ author }) => me?.id !== undefined && author?.id === me.id)
    if (own) {
      await ask(gitlab, 'PUT', `${notes}/${own.id}`, token, { body })
      return 'renewed'
    }
  }
  if (!create) return 'nothing'
  await ask(gitlab, 'POST', notes, token, { body })
  return 'posted'
}
