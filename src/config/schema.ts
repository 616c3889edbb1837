import * as v from 'valibot'
import { UserError } from '../errors.ts'
import { profiles } from '../rule/finding.ts'
import { isOwnRule, type OwnRule } from '../rule/own.ts'
import type { Config } from './define-config.ts'
import { nearestName } from './nearest.ts'

const severity = v.picklist(['error', 'warning', 'info'])
const names = v.array(v.pipe(v.string(), v.nonEmpty()))

const runner = v.strictObject({
  transaction: v.optional(v.picklist(['all', 'each', 'none'])),
  cls: v.optional(v.boolean()),
})

const project = v.strictObject({
  framework: v.optional(v.picklist(['sequelize', 'typeorm', 'prisma', 'raw-sql'])),
  dialect: v.optional(v.picklist(['postgres', 'mysql', 'mariadb', 'sqlite'])),
  serverVersion: v.optional(v.pipe(v.string(), v.regex(/^\D{0,12}\d+(?:\.\d+){0,2}/, 'a version such as "16" or "8.0.36"'))),
  paths: v.optional(names),
  ignore: v.optional(names),
  baseline: v.optional(v.string()),
  runner: v.optional(runner),
  timeouts: v.optional(v.picklist(['set-by-runner'])),
  statistics: v.optional(v.pipe(v.string(), v.nonEmpty())),
})

const aRule = 'a rule as defineRule gives it, with id, title, severity, instead, messages and on'

const config = v.strictObject({
  $schema: v.optional(v.string()),
  projects: v.optional(v.array(project)),
  rules: v.optional(
    v.record(
      v.string(),
      v.union([v.picklist(['off', 'error', 'warning', 'info']), v.strictTuple([severity, v.record(v.string(), v.unknown())])]),
    ),
  ),
  profile: v.optional(v.picklist(profiles)),
  customRules: v.optional(v.array(v.custom<OwnRule>(isOwnRule, aRule))),
  unknown: v.optional(v.picklist(['allow', 'warn', 'block'])),
})

/** Checks what a configuration file gave. A UserError names the file, the place and what is expected there. */
export function checkConfig(value: unknown, file: string): Config {
  // To valibot a list is an object without the keys.
  if (Array.isArray(value)) throw new UserError(`${file}: the configuration must be an object, not ${showValue(value)}.`)
  const result = v.safeParse(config, value)
  if (result.success) {
    const { $schema: _, ...rest } = result.output
    return rest as Config
  }
  throw new UserError(
    result.issues
      .slice(0, 5)
      .map((issue) => `${file}: ${sentenceOf(issue)}`)
      .join('\n'),
  )
}

interface Issue {
  readonly type: string
  readonly message: string
  readonly expected: string | null
  readonly input: unknown
  readonly path?: readonly { readonly key: unknown; readonly type: string }[] | undefined
}

function sentenceOf(issue: Issue): string {
  const keys = (issue.path ?? []).map(({ key }) => key)
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    const key = String(keys.at(-1))
    const known = keysAt(keys.slice(0, -1))
    const near = nearestName(key, known)
    const place = keys.length > 1 ? ` in ${showPath(keys.slice(0, -1))}` : ''
    return `unknown key "${key}"${place}. ${near === undefined ? `Known are ${known.join(', ')}.` : `Did you mean "${near}"?`}`
  }
  const place = keys.length === 0 ? 'the configuration' : showPath(keys)
  return `${place} must be ${expectationOf(issue, keys)}, not ${showValue(issue.input)}.`
}

/** The keys that are known at a place of the configuration. */
function keysAt(path: readonly unknown[]): readonly string[] {
  if (path.length === 0) return Object.keys(config.entries).filter((key) => key !== '$schema')
  return path.at(-1) === 'runner' ? Object.keys(runner.entries) : Object.keys(project.entries)
}

function expectationOf(issue: Issue, keys: readonly unknown[]): string {
  if (keys[0] === 'rules' && keys.length > 1) return '"off", "error", "warning", "info" or ["error", { …options }]'
  if (issue.type === 'regex' || issue.type === 'custom') return issue.message
  if (issue.type === 'non_empty') return 'a text that is not empty'
  const words: Readonly<Record<string, string>> = {
    Object: 'an object',
    Array: 'a list',
    string: 'a text',
    boolean: 'true or false',
  }
  const expected = issue.expected ?? 'something else'
  return words[expected] ?? expected.replace(/^\(|\)$/g, '').replaceAll(' | ', ', ')
}

/** `projects[0].runner` */
function showPath(keys: readonly unknown[]): string {
  return keys.map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at === 0 ? '' : '.'}${String(key)}`)).join('')
}

function showValue(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'function') return 'a function'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
