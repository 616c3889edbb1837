import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { rules } from '../../rules/registry.ts'
import { UserError } from '../errors.ts'
import type { Outcome } from '../lint/outcome.ts'
import { diskProject } from '../project/disk.ts'
import { markdown, marker } from '../report/markdown.ts'
import type { CommandResult } from './check.ts'
import { exits } from './exit.ts'
import { isGitlab, mergeRequestOf } from './merge-request.ts'
import { pullRequestOf } from './pull-request.ts'
import { contextOf } from './render.ts'
import type { Review } from './review.ts'

const options = { 'dry-run': { type: 'boolean' }, key: { type: 'string' }, cwd: { type: 'string' } } as const

/**
 * `surefoot comment <outcome.json>`: what `check --detail --format json=…` wrote, as a comment of the pull or merge request that the job runs for,
 * written over the one that is there. With `--dry-run` it is printed, and nothing is asked of anybody. The token and the request come from the
 * environment of GitHub Actions or GitLab.
 */
export async function commentCommand(args: readonly string[], environment: NodeJS.ProcessEnv = process.env): Promise<CommandResult> {
  const { values, positionals } = flagsOf(args)
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0)
    throw new UserError('comment takes one file: what surefoot check --detail --format json=surefoot-report.json wrote.')
  const cwd = resolve(values.cwd ?? '.')
  const outcome = outcomeOf(resolve(cwd, file))
  const requestOf = isGitlab(environment) ? mergeRequestOf : pullRequestOf
  const request = values['dry-run'] ? maybe(() => requestOf(environment)) : requestOf(environment)
  const place = { project: diskProject(cwd), root: cwd, cwd, rules }
  const { inRepository, ...context } = contextOf(place, false)
  const link = request && ((path: string, line: number) => request.link(inRepository(path), line))
  const text = markdown(outcome, { ...context, inRepository, ...(link ? { link } : {}) })
  const body = text.replace(marker(), marker(values.key))
  if (values['dry-run']) return { out: body, code: exits.clean }
  return { out: `${await say(request!, body, outcome)}\n`, code: exits.clean }
}

async function say({ name, fork, token, tokenHelp, post }: Review, body: string, outcome: Outcome): Promise<string> {
  if (fork) return `Not posted: ${name} comes from a fork, whose jobs may not write. What the job prints and its reports say the same.`
  if (token === undefined || token === '') throw new UserError(tokenHelp)
  const { findings, errors, opaque, summary } = outcome
  const worthy = summary.migrations > 0 || findings.length + errors.length + opaque.length > 0
  const done = await post(token, body, worthy)
  if (done === 'nothing') return `Nothing to say on ${name}: no migration changed.`
  return done === 'posted' ? `Posted on ${name}.` : `Renewed the comment on ${name}.`
}

function flagsOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    const text = error instanceof Error ? error.message.split('.')[0]! : String(error)
    throw new UserError(`${text}. comment takes --dry-run, --key and --cwd.`)
  }
}

function maybe<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

function outcomeOf(path: string): Outcome {
  let read: unknown
  try {
    read = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new UserError(`${path} cannot be read: ${why}. Write it with surefoot check --detail --format json=${path}.`)
  }
  if (!isOutcome(read)) throw new UserError(`${path} is no outcome. Write it with surefoot check --detail --format json=${path}.`)
  return read
}

/** Is it what the `json` format prints? Its own version wrote it: what is looked at is whether it is another file altogether. */
function isOutcome(read: unknown): read is Outcome {
  if (typeof read !== 'object' || read === null || !('summary' in read) || !('version' in read)) return false
  const lists = ['findings', 'opaque', 'errors'] as const
  return (
    lists.every((name) => name in read && Array.isArray((read as Readonly<Record<string, unknown>>)[name])) &&
    typeof read.summary === 'object'
  )
}
