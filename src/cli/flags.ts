import { parseArgs } from 'node:util'
import { parseVersion, type Version } from '../dialects/dialect.ts'
import { UserError } from '../errors.ts'
import type { FrameworkName } from '../frameworks/framework.ts'
import type { DialectName } from '../ir/names.ts'
import { profiles, type Severity } from '../rule/finding.ts'

const dialects = ['postgres', 'mysql', 'mariadb', 'sqlite'] as const
const frameworkNames = ['sequelize', 'typeorm', 'prisma', 'knex', 'drizzle', 'raw-sql'] as const
/** The formats there are, as `--format` names them. */
export const formats = ['stylish', 'json', 'jsonl', 'sarif', 'github', 'gitlab', 'junit', 'checkstyle', 'markdown', 'html'] as const
export type FormatName = (typeof formats)[number]

/** One report that is asked for, and the file that it goes into; undefined: standard output. */
export interface Output {
  readonly format: FormatName
  readonly file: string | undefined
}
const severities = ['off', 'info', 'warning', 'error'] as const

/** The flags of `check`, read and checked; absent ones are undefined. */
export interface CheckFlags {
  readonly paths: readonly string[]
  readonly dialect: DialectName | undefined
  readonly serverVersion: Version | undefined
  readonly framework: FrameworkName | undefined
  readonly since: string | undefined
  readonly staged: boolean
  readonly stdin: boolean
  readonly stdinFilename: string | undefined
  /** At least one; at most one of them to standard output. */
  readonly outputs: readonly Output[]
  /** Describe what each migration does. */
  readonly detail: boolean
  readonly profile: (typeof profiles)[number] | undefined
  readonly down: 'rollback' | 'full'
  readonly rules: Readonly<Record<string, Severity | 'off'>>
  readonly unknown: 'allow' | 'warn' | 'block' | undefined
  readonly maxWarnings: number | undefined
  readonly config: string | undefined
  readonly printConfig: boolean
  readonly verbose: boolean
  /** False: the baseline is not looked at. */
  readonly baseline: boolean
  /** False: what earlier runs read is not used, and nothing is kept for later ones. */
  readonly cache: boolean
  /** Also report what is suppressed. */
  readonly suppressed: boolean
  readonly color: boolean | undefined
  readonly cwd: string | undefined
  /** undefined: nothing is run. */
  readonly rehearsal: RehearsalFlags | undefined
  /** undefined: nothing is changed. */
  readonly fix: FixFlags | undefined
  /** Say of each finding how it can be mended. */
  readonly withFixes: boolean
}

/** How findings are mended. */
export interface FixFlags {
  /** Show the changes, and write none. */
  readonly dryRun: boolean
  /** Migrations that are deployed may be changed too. */
  readonly force: boolean
  /** Also make the changes that decide something. */
  readonly suggestions: boolean
}

/** How migrations are run, for `rehearse` and `check --prove`. */
export interface RehearsalFlags {
  readonly engine: string | undefined
  readonly allowRemote: boolean
  readonly rows: number
  /** In ms, for one run of one migration. */
  readonly timeout: number
  readonly env: readonly string[]
  /** A file with the SQL of the schema that the history stands on. */
  readonly base: string | undefined
  /** A file with SQL that puts the project's own rows where the history ends. */
  readonly seed: string | undefined
  readonly all: boolean
  /** Only remove what killed runs left. */
  readonly clean: boolean
}

const options = {
  dialect: { type: 'string' },
  'server-version': { type: 'string' },
  framework: { type: 'string' },
  since: { type: 'string' },
  staged: { type: 'boolean' },
  stdin: { type: 'boolean' },
  'stdin-filename': { type: 'string' },
  format: { type: 'string', multiple: true },
  'output-file': { type: 'string' },
  detail: { type: 'boolean' },
  profile: { type: 'string' },
  'no-baseline': { type: 'boolean' },
  'no-cache': { type: 'boolean' },
  suppressed: { type: 'boolean' },
  down: { type: 'string' },
  rule: { type: 'string', multiple: true },
  unknown: { type: 'string' },
  'max-warnings': { type: 'string' },
  config: { type: 'string' },
  'print-config': { type: 'boolean' },
  verbose: { type: 'boolean' },
  color: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  cwd: { type: 'string' },
  prove: { type: 'boolean' },
  engine: { type: 'string' },
  'allow-remote': { type: 'boolean' },
  rows: { type: 'string' },
  timeout: { type: 'string' },
  env: { type: 'string', multiple: true },
  base: { type: 'string' },
  seed: { type: 'string' },
  all: { type: 'boolean' },
  clean: { type: 'boolean' },
  fix: { type: 'boolean' },
  'with-fixes': { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  force: { type: 'boolean' },
  suggestions: { type: 'boolean' },
} as const

/** Reads the arguments that follow `check` or `rehearse`. Throws a UserError that says what is accepted. */
export function checkFlags(args: readonly string[], command: 'check' | 'rehearse' = 'check'): CheckFlags {
  const { values, positionals } = parse(args)
  const runs = command === 'rehearse' || values.prove === true
  const idle = (['engine', 'allow-remote', 'rows', 'timeout', 'env', 'base', 'seed', 'all', 'clean'] as const).find(
    (flag) => values[flag] !== undefined,
  )
  if (!runs && idle !== undefined)
    throw new UserError(`--${idle} says how migrations are run: pass it to surefoot rehearse, or with --prove.`)
  if (runs && values.stdin) throw new UserError('A migration from standard input cannot be run. Save it, and name its file.')
  const fix = fixFlags(values, runs)
  const serverVersion = values['server-version']
  const version = serverVersion === undefined ? undefined : parseVersion(serverVersion)
  if (serverVersion !== undefined && !version)
    throw new UserError(`--server-version ${serverVersion} is not a version. Pass numbers, such as 16 or 8.0.36.`)
  if (values.staged && values.since !== undefined) throw new UserError('--staged and --since exclude each other. Pass one of them.')
  if (values.stdin && values['stdin-filename'] === undefined)
    throw new UserError('--stdin needs the path that the text belongs to: pass --stdin-filename db/migrations/3_x.sql.')
  return {
    paths: positionals,
    dialect: oneOf('--dialect', values.dialect, dialects),
    serverVersion: version,
    framework: oneOf('--framework', values.framework, frameworkNames),
    since: values.since,
    staged: values.staged ?? false,
    stdin: values.stdin ?? false,
    stdinFilename: values['stdin-filename'],
    outputs: outputsOf(values.format ?? ['stylish'], values['output-file']),
    detail: values.detail ?? false,
    profile: oneOf('--profile', values.profile, profiles),
    down: oneOf('--down', values.down, ['rollback', 'full'] as const) ?? 'rollback',
    rules: Object.fromEntries((values.rule ?? []).map(ruleFlag)),
    unknown: oneOf('--unknown', values.unknown, ['allow', 'warn', 'block'] as const),
    maxWarnings: maxWarnings(values['max-warnings']),
    config: values.config,
    printConfig: values['print-config'] ?? false,
    verbose: values.verbose ?? false,
    baseline: !values['no-baseline'],
    cache: !values['no-cache'],
    suppressed: values.suppressed ?? false,
    color: values['no-color'] ? false : values.color,
    cwd: values.cwd,
    rehearsal: runs
      ? {
          engine: values.engine,
          allowRemote: values['allow-remote'] ?? false,
          rows: wholeNumber('--rows', values.rows, 20_000, 10),
          timeout: wholeNumber('--timeout', values.timeout, 60, 1) * 1000,
          env: values.env ?? [],
          base: values.base,
          seed: values.seed,
          all: values.all ?? false,
          clean: values.clean ?? false,
        }
      : undefined,
    fix,
    withFixes: values['with-fixes'] ?? false,
  }
}

function fixFlags(values: ReturnType<typeof parse>['values'], runs: boolean): FixFlags | undefined {
  if (!values.fix) {
    const idle = (['dry-run', 'force', 'suggestions'] as const).find((flag) => values[flag])
    if (idle !== undefined) throw new UserError(`--${idle} says how findings are mended: pass it with --fix.`)
    return undefined
  }
  const dryRun = values['dry-run'] ?? false
  if (runs) throw new UserError('--fix changes files, and a rehearsal runs them. Pass --fix first, then rehearse.')
  if (values.stdin && !dryRun)
    throw new UserError('A text from standard input cannot be mended in place. Name its file, or pass --dry-run to see the difference.')
  if (dryRun && values.format?.some((format) => format !== 'stylish' && !format.includes('=')) && values['output-file'] === undefined)
    throw new UserError('--dry-run prints the difference: give the format a file, such as --format json=surefoot-report.json.')
  return { dryRun, force: values.force ?? false, suggestions: values.suggestions ?? false }
}

function wholeNumber(flag: string, text: string | undefined, otherwise: number, least: number): number {
  if (text === undefined) return otherwise
  const number = Number(text.replaceAll('_', ''))
  if (!Number.isSafeInteger(number) || number < least) throw new UserError(`${flag} ${text} is not a number of ${least} or more.`)
  return number
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    const text = error instanceof Error ? error.message.split('.')[0]! : String(error)
    throw new UserError(`${text}. See surefoot --help for the flags there are.`)
  }
}

function oneOf<T extends string>(flag: string, value: string | undefined, allowed: readonly T[]): T | undefined {
  if (value === undefined) return undefined
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) throw new UserError(`${flag} ${value} is not known. Pass one of ${allowed.join(', ')}.`)
  return found
}

/** `--format name=file`, repeated, and the file of the one without a file. */
function outputsOf(given: readonly string[], outputFile: string | undefined): readonly Output[] {
  const outputs = given.map((text): Output => {
    const at = text.indexOf('=')
    const name = at < 0 ? text : text.slice(0, at)
    const format = oneOf('--format', name, formats)!
    if (at >= 0 && text.length === at + 1) throw new UserError(`--format ${text} names no file. Pass --format ${name}=report.txt.`)
    return { format, file: at < 0 ? undefined : text.slice(at + 1) }
  })
  const open = outputs.filter(({ file }) => file === undefined)
  if (open.length > 1) {
    const [first, second] = open
    throw new UserError(
      `--format ${first!.format} and --format ${second!.format} both go to the screen. Give one a file: --format ${second!.format}=report.txt.`,
    )
  }
  if (outputFile === undefined) return outputs
  if (outputFile === '') throw new UserError('--output-file names no file. Pass a path.')
  if (open.length === 0) throw new UserError('--output-file is for the --format without a file, and each has one. Leave it out.')
  return outputs.map((output) => (output.file === undefined ? { ...output, file: outputFile } : output))
}

function ruleFlag(text: string): [string, Severity | 'off'] {
  const at = text.indexOf('=')
  const id = text.slice(0, at)
  const severity = severities.find((candidate) => candidate === text.slice(at + 1))
  if (at <= 0 || !severity) throw new UserError(`--rule ${text} cannot be read. Pass --rule id=off|info|warning|error.`)
  return [id, severity]
}

function maxWarnings(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d+$/.test(text)) throw new UserError(`--max-warnings ${text} is not a number. Pass 0 or more.`)
  return Number(text)
}
