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

/** The commit that changes are counted from: an input, the base of a pull request or merge group, the state before a push. */
function sinceOf(event) {
  if (input('SINCE') !== '') return input('SINCE')
  const before = event.pull_request?.base?.sha ?? event.merge_group?.base_sha ?? event.before
  return typeof before === 'string' && /^[0-9a-f]{40,64}$/.test(before) && !/^0+$/.test(before) ? before : undefined
}

/** Arguments as a person would write them in a shell, without a shell: split at blanks, quotes keep them together. */
function wordsOf(text) {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare)
}

function set(name, value) {
  if (environment.GITHUB_OUTPUT) appendFileSync(environment.GITHUB_OUTPUT, `${name}=${value}\n`)
}

const folder = resolve(input('WORKING_DIRECTORY') || '.')
const own = join(folder, 'node_modules/surefoot/dist/surefoot.js')
const program = existsSync(own) ? own : resolve(import.meta.dirname, '../../dist/surefoot.js')
/** The token is for the comment alone: what judges, and what it runs, does not see it. */
function run(args, { token }) {
  const { GITHUB_TOKEN, ...rest } = environment
  const env = token ? { ...rest, GITHUB_TOKEN } : rest
  return spawnSync(process.execPath, [program, ...args], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'], env })
}

const event = eventOf(environment.GITHUB_EVENT_PATH)
const request = event.pull_request
const fork = request !== undefined && request.head?.repo?.full_name !== environment.GITHUB_REPOSITORY
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
