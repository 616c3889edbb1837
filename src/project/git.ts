import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { UserError } from '../errors.ts'

const maxOutput = 1024 * 1024 * 1024

/** What git said when it failed. */
interface Failure {
  readonly status: number | undefined
  readonly message: string
  readonly missing: boolean
}

type Answer = { readonly output: Buffer } | { readonly failure: Failure }

/** Runs git in a directory, without a shell. Never throws; `input` goes to its standard input. */
export function git(directory: string, args: readonly string[], input?: string): Answer {
  try {
    const output = execFileSync('git', ['-c', 'core.fsmonitor=false', '-c', 'core.quotepath=false', ...args], {
      cwd: directory,
      env: gitEnvironment(),
      maxBuffer: maxOutput,
      stdio: ['pipe', 'pipe', 'pipe'],
      input: input ?? '',
    })
    return { output }
  } catch (error) {
    return { failure: failureOf(error) }
  }
}

function failureOf(error: unknown): Failure {
  const { status, code, stderr } = error as { status?: number | null; code?: string; stderr?: Buffer }
  const said = stderr?.toString('utf8').trim() ?? ''
  const message = said === '' ? (error instanceof Error ? error.message : String(error)) : said.replace(/^fatal: /, '')
  return { status: status ?? undefined, message, missing: code === 'ENOENT' }
}

/**
 * In a hook git passes its directories relative to the top of the work tree, where the hook starts; our git runs in the project's root,
 * which may lie below.
 */
function gitEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' }
  const here = process.cwd()
  if (environment.GIT_DIR !== undefined) {
    environment.GIT_DIR = resolve(here, environment.GIT_DIR)
    environment.GIT_WORK_TREE = resolve(here, environment.GIT_WORK_TREE ?? '.')
  }
  if (environment.GIT_INDEX_FILE !== undefined) environment.GIT_INDEX_FILE = resolve(here, environment.GIT_INDEX_FILE)
  return environment
}

/** The output of a git command that must work in a repository; a UserError says what is the matter when it does not. */
export function gitOutput(root: string, args: readonly string[]): Buffer {
  const answer = git(root, args)
  if ('output' in answer) return answer.output
  // Outside a repository some commands complain of their options instead.
  const place = git(root, ['rev-parse', '--git-dir'])
  throw explain(root, 'failure' in place ? place.failure : answer.failure)
}

function explain(root: string, failure: Failure): UserError {
  if (failure.missing) return new UserError('git was not found. Install git, or run without --since and --staged.')
  if (/not a git repository/i.test(failure.message))
    return new UserError(`${root} is not in a git repository. Run Surefoot inside one, or without --since and --staged.`)
  if (/dubious ownership/i.test(failure.message))
    return new UserError(
      `git refuses to read ${root}, which belongs to another user. Run: git config --global --add safe.directory ${root}`,
    )
  return new UserError(`git failed in ${root}: ${failure.message.split('\n')[0]}`)
}

/** The parts of `-z` output. */
export function splitNul(output: Buffer): readonly string[] {
  return output
    .toString('utf8')
    .split('\0')
    .filter((part) => part !== '')
}

/** Files below the root that the index holds otherwise than HEAD, relative to the root; deleted ones are left out. */
export function staged(root: string): readonly string[] {
  return splitNul(gitOutput(root, ['diff', '--cached', '--name-only', '-z', '--relative', '--no-renames', '--diff-filter=d'])).toSorted()
}

/** The commit that HEAD and `ref` both come from. A UserError tells what to do when the ref is unknown or that commit is not in this clone. */
export function mergeBase(root: string, ref: string): string {
  const commit = commitOf(root, ref)
  const answer = git(root, ['merge-base', commit, 'HEAD'])
  if ('output' in answer) return answer.output.toString('utf8').trim()
  if (/not a valid object name HEAD/i.test(answer.failure.message))
    throw new UserError('HEAD has no commit yet, so nothing can be compared with it. Commit first, or use --staged.')
  if (isShallow(root))
    throw new UserError(
      `This is a shallow clone, and the commit that HEAD and ${ref} share is not in it. Fetch the whole history: fetch-depth: 0 in actions/checkout, or git fetch --unshallow.`,
    )
  throw new UserError(`HEAD and ${ref} have no common commit. Pass --since a branch that this one was made from.`)
}

/** The commit that a ref names; a UserError with a hint when there is none. */
export function commitOf(root: string, ref: string): string {
  const answer = git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])
  if ('output' in answer) return answer.output.toString('utf8').trim()
  gitOutput(root, ['rev-parse', '--git-dir'])
  throw new UserError(`git does not know "${ref}". ${hintFor(root, ref)}`)
}

function hintFor(root: string, ref: string): string {
  if (isShallow(root))
    return 'This is a shallow clone: fetch the whole history with fetch-depth: 0 in actions/checkout, or git fetch --unshallow.'
  const remote = /^([\w.-]+)\/(.+)$/.exec(ref)
  const answer = git(root, ['for-each-ref', '--format=%(refname:short)', 'refs/heads', 'refs/remotes', 'refs/tags'])
  const known = 'output' in answer ? answer.output.toString('utf8').split('\n').filter(Boolean) : []
  const similar = known.find((name) => name === `origin/${ref}` || (remote && name === remote[2]) || name.endsWith(`/${ref}`))
  if (similar !== undefined) return `Did you mean ${similar}?`
  if (remote) return `Fetch it first: git fetch ${remote[1]} ${remote[2]}.`
  return known.length === 0
    ? 'The repository has no branch yet.'
    : `Known are ${known.slice(0, 5).join(', ')}${known.length > 5 ? ', …' : ''}.`
}

function isShallow(root: string): boolean {
  const answer = git(root, ['rev-parse', '--is-shallow-repository'])
  return 'output' in answer && answer.output.toString('utf8').trim() === 'true'
}
