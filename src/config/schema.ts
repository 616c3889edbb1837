import * as v from 'valibot'
import { UserError } from '../errors.ts'
import { profiles } from '../rule/finding.ts'
import { isOwnRule, type OwnRule } from '../rule/own.ts'
import { nearestName } from '../source/nearest.ts'
import type { Config } from './define-config.ts'

const severity = v.picklist(['error', 'warning', 'info'])
const names = v.array(v.pipe(v.string(), v.nonEmpty()))

/** A member that may be left out, with what it says. */
function member<const S extends v.GenericSchema>(schema: S, says: string) {
  return v.optional(v.pipe(schema, v.description(says)))
}

const runner = v.strictObject({
  transaction: member(
    v.picklist(['all', 'each', 'none']),
    'all: one transaction around all pending migrations; each: one around each; none.',
  ),
  cls: member(v.boolean(), 'Sequelize: continuation-local storage hands the transaction to every call.'),
})

const suppressions = v.strictObject({
  requireReason: member(v.boolean(), 'A comment that gives no reason suppresses nothing.'),
})

const project = v.strictObject({
  framework: member(
    v.picklist(['sequelize', 'typeorm', 'prisma', 'knex', 'drizzle', 'raw-sql']),
    'What runs the migrations; found by looking when left out.',
  ),
  dialect: member(v.picklist(['postgres', 'mysql', 'mariadb', 'sqlite']), 'The engine that they run on; found by looking when left out.'),
  serverVersion: member(
    v.pipe(v.string(), v.regex(/^\D{0,12}\d+(?:\.\d+){0,2}/, 'a version such as "16" or "8.0.36"')),
    'The server that the migrations run on: "16", "8.0.36".',
  ),
  paths: member(names, 'Files, folders and globs, relative to this file.'),
  ignore: member(names, 'Files, folders and globs that are passed over, relative to this file.'),
  baseline: member(v.string(), 'The last migration that is deployed: it and all before it are history and are not judged.'),
  runner: member(runner, 'What the runner does that files do not tell.'),
  timeouts: member(v.picklist(['set-by-runner']), 'The runner or the role sets lock_timeout.'),
  statistics: member(
    v.pipe(v.string(), v.nonEmpty()),
    'What surefoot stats wrote, relative to this file; surefoot.stats.json when left out.',
  ),
})

const aRule = 'a rule as defineRule gives it, with id, title, severity, instead, messages and on'

/** What a configuration may say; schema/config.schema.json is made of it. */
export const config = v.strictObject({
  $schema: member(v.string(), 'Where this schema is, for editors.'),
  projects: member(v.array(project), 'Folders of migrations; found by looking when left out.'),
  rules: member(
    v.record(
      v.string(),
      v.union([v.picklist(['off', 'error', 'warning', 'info']), v.strictTuple([severity, v.record(v.string(), v.unknown())])]),
    ),
    'Rules by name: off, a severity, or a severity with the rule’s options.',
  ),
  profile: member(
    v.picklist(profiles),
    'safety: what takes production down or loses data; strict: also compatibility and robustness; style: also conventions.',
  ),
  customRules: v.optional(v.array(v.custom<OwnRule>(isOwnRule, aRule))),
  unknown: member(v.picklist(['allow', 'warn', 'block']), 'What statements that could not be read do to the outcome.'),
  baselineFile: member(
    v.union([v.literal(false), v.pipe(v.string(), v.nonEmpty())]),
    'What surefoot baseline wrote, relative to this file; surefoot.baseline.json when left out; false: there is none.',
  ),
  suppressions: member(suppressions, 'What comments must say to suppress a finding.'),
})

/** Checks what a configuration file gave. A UserError names the file, the place and what is expected there. */
export function checkConfig(value: unknown, file: string): Config {
  const list = listForKeys(config, value, [])
  if (list) throw new UserError(`${file}: ${placeOf(list.keys)} must be an object, not ${showValue(list.value)}.`)
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
  return `${placeOf(keys)} must be ${expectationOf(issue, keys)}, not ${showValue(issue.input)}.`
}

/** The keys that are known at a place of the configuration. */
function keysAt(path: readonly unknown[]): readonly string[] {
  if (path.length === 0) return Object.keys(config.entries).filter((key) => key !== '$schema')
  const [first] = path
  if (first === 'suppressions') return Object.keys(suppressions.entries)
  return path.at(-1) === 'runner' ? Object.keys(runner.entries) : Object.keys(project.entries)
}

function expectationOf(issue: Issue, keys: readonly unknown[]): string {
  if (keys[0] === 'baselineFile') return 'the path of a file, or false'
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

/** As much of a valibot schema as says where keys belong. */
interface Node {
  readonly type: string
  readonly wrapped?: Node
  readonly item?: Node
  readonly entries?: Readonly<Record<string, Node>>
}

/** The first list where keys belong: to valibot a list is an object without any. */
function listForKeys(
  node: Node,
  value: unknown,
  keys: readonly (string | number)[],
): { readonly keys: typeof keys; readonly value: unknown } | undefined {
  if (node.wrapped) return listForKeys(node.wrapped, value, keys)
  const isList = Array.isArray(value)
  if (isList && (node.type === 'strict_object' || node.type === 'record')) return { keys, value }
  if (isList && node.item) return value.flatMap((item, at) => listForKeys(node.item!, item, [...keys, at]) ?? [])[0]
  if (!node.entries || typeof value !== 'object' || value === null) return undefined
  const given = value as Readonly<Record<string, unknown>>
  return Object.entries(node.entries).flatMap(([key, entry]) => listForKeys(entry, given[key], [...keys, key]) ?? [])[0]
}

function placeOf(keys: readonly unknown[]): string {
  return keys.length === 0 ? 'the configuration' : showPath(keys)
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
