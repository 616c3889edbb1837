// The step of action.yml that judges: it reads inputs and the event from the environment only, so that no text of a pull request becomes code,
// runs the command, and tells the next steps how it went. Plain JavaScript: it runs before anything is built.
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const environment = process.env
const input = (name) => (environment[`INPUT_${name}`] ?? '').trim()
const isOn = (name) => !['', 'false', '0', 'no'].includes(input(name).toLowerCase())

/** What the job runs for: `pull_request`, `push`, … as GitHub wrote it into a file. */
function eventOf(path) {
  if (!path || !existsSync(path)) return {}
  return JSON.parse(readFileSync(path, 'utf8')) ?? {}
}

/** A commit by its name in the checkout; undefined: it is not there. */
function commitOf(name) {
  const asked = spawnSync('git', ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`], {
    cwd: folder,
    env: readable,
  })
  return asked.status === 0 ? asked.stdout.toString().trim() : undefined
}

function hashOf(value) {
  return typeof value === 'string' && /^[0-9a-f]{40,64}$/.test(value) && !/^0+$/.test(value) ? value : undefined
}

/** The commit that changes are counted from: an input, the base of a pull request or merge group, the state before a push. */
function sinceOf(event) {
  if (input('SINCE') !== '') return input('SINCE')
  const { pull_request: request, merge_group: group, before, ref, repository } = event
  if (request) {
    // The checkout merges the request into its base as that is now; the base that the event names may be older, and what others merged
    // since would count as changed here.
    const head = hashOf(request.head?.sha)
    const merged = head !== undefined && commitOf('HEAD^2') === head ? commitOf('HEAD^1') : undefined
    return merged ?? hashOf(request.base?.sha)
  }
  if (group) return hashOf(group.base_sha)
  if (typeof before !== 'string') return undefined
  const known = hashOf(before)
  if (known !== undefined && commitOf(known) !== undefined) return known
  // A new branch has no state before, and that of one that was rewritten is gone: both are compared with the branch that they are to go into.
  const home = repository?.default_branch
  const trunk = typeof home === 'string' && ref !== `refs/heads/${home}` ? `refs/remotes/origin/${home}` : undefined
  return trunk !== undefined && commitOf(trunk) !== undefined ? trunk : known
}

/** Arguments as a person would write them in a shell, without a shell: split at blanks, quotes keep them together. */
function wordsOf(text) {
  const words = text.match(/(?:[^\s"']|"[^"]*"|'[^']*'|["'])+/g) ?? []
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single))
}

/** git refuses a checkout of another user, as it is in a container: here it is the one that the job was given. */
function withReadableCheckout(variables) {
  const count = Number(variables.GIT_CONFIG_COUNT ?? 0)
  return {
    ...variables,
    GIT_CONFIG_COUNT: String(count + 1),
    [`GIT_CONFIG_KEY_${count}`]: 'safe.directory',
    [`GIT_CONFIG_VALUE_${count}`]: '*',
  }
}

function set(name, value) {
  if (environment.GITHUB_OUTPUT) appendFileSync(environment.GITHUB_OUTPUT, `${name}=${value}\n`)
}

const readable = withReadableCheckout(environment)
const folder = resolve(input('WORKING_DIRECTORY') || '.')
const own = join(folder, 'node_modules/surefoot/dist/surefoot.js')
const program = existsSync(own) ? own : resolve(import.meta.dirname, '../../dist/surefoot.js')
/** The token is for the comment alone: what judges, and what it runs, does not see it. */
function run(args, { token }) {
  const { GITHUB_TOKEN, ...rest } = readable
  const env = token ? { ...rest, GITHUB_TOKEN } : rest
  return spawnSync(process.execPath, [program, ...args], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'], env })
}

const event = eventOf(environment.GITHUB_EVENT_PATH)
const request = event.pull_request
const fork = request !== undefined && request.head?.repo?.full_name !== environment.GITHUB_REPOSITORY
if (fork && environment.GITHUB_EVENT_NAME === 'pull_request_target') {
  // Its jobs have the secrets of the repository, and the fork's configuration and migrations would run beside them.
  console.log(
    '::error title=surefoot::On pull_request_target a fork would run its code with the secrets of this repository. Use on: pull_request.',
  )
  set('code', 2)
  process.exit(0)
}
const key = input('KEY')
const reports = join(resolve(environment.RUNNER_TEMP ?? '.'), `surefoot${key.replace(/[^\w.-]/g, '-')}`)
mkdirSync(reports, { recursive: true })
const [sarif, json, summary, page] = ['surefoot.sarif', 'surefoot.json', 'surefoot.md', 'surefoot.html'].map((name) => join(reports, name))

const since = sinceOf(event)
const args = [
  'check',
  ...(since === undefined ? [] : ['--since', since]),
  '--detail',
  ...['--format', 'github', '--format', `sarif=${sarif}`, '--format', `json=${json}`],
  ...['--format', `markdown=${summary}`, '--format', `html=${page}`],
  ...(isOn('PROVE') ? ['--prove'] : []),
  ...wordsOf(input('ARGS')),
]
const code = run(args, { token: false }).status ?? 3
set('code', code)
set('fork', fork)

// A mistake in the call, or a bug of ours, leaves no reports.
if (code <= 1) {
  set('sarif', sarif)
  set('json', json)
  set('html', page)
  if (environment.GITHUB_STEP_SUMMARY) appendFileSync(environment.GITHUB_STEP_SUMMARY, readFileSync(summary, 'utf8'))
  if (isOn('COMMENT') && request !== undefined) {
    const commented = run(['comment', json, ...(key === '' ? [] : ['--key', key])], { token: true })
    if (commented.status !== 0) console.log('::warning title=surefoot::The comment was not written; the log above says why.')
  }
}
