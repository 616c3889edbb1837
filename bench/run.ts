import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { installed, sizeOf } from './dependencies.ts'
import { measureEslint } from './eslint.ts'
import { newestOf, writeInputs } from './inputs/write.ts'
import { type Command, type Measured, measure } from './measure.ts'
import { measureRehearsals } from './rehearse.ts'

/**
 * Times whole processes, ours beside squawk's and an empty Node's, and writes `results.md`. Needs a built `dist`. The first argument is how
 * often each is run (7 when absent).
 */
const runs = Number(process.argv[2] ?? 7)
const root = join(import.meta.dirname, '..')
const folders = writeInputs(join(root, 'bench/.work'))
const surefoot = join(root, 'dist/surefoot.js')
process.env.SUREFOOT_CACHE = join(root, 'bench/.work/cache')
delete process.env.CI
const require = createRequire(import.meta.url)
// The package's own look-up of its binary; it has no types.
const { getBinaryPath } = require('squawk-cli/js/index.js') as { getBinaryPath(): string }
const shim = join(root, 'node_modules/squawk-cli/js/bin/squawk')

const folder = (name: string): string => folders[name]!

function ours(name: string, dialect: string, paths: readonly string[] = ['migrations']): Command {
  const args = [surefoot, 'check', ...paths, '--dialect', dialect, '--format', 'json', '--no-cache']
  return { name: `surefoot, ${name}`, program: process.execPath, args, cwd: folder(name) }
}

/** The same with what the run before it kept. */
function again(command: Command): Command {
  return { ...command, name: `${command.name}, again`, args: command.args.filter((arg) => arg !== '--no-cache') }
}

/** The newest migration of a folder, judged after all the others. */
function newest(name: string, count: string): Command {
  return { ...ours(name, 'postgres', [newestOf(folder(name))]), name: `surefoot, one migration of ${count} judged` }
}

function squawk(name: string, through: 'binary' | 'npm'): Command {
  const args = ['migrations/*.sql']
  return through === 'binary'
    ? { name: `squawk, ${name}`, program: getBinaryPath(), args, cwd: folder(name) }
    : { name: `squawk through npm, ${name}`, program: process.execPath, args: [shim, ...args], cwd: folder(name) }
}

const node = (name: string, code: string): Command => ({ name, program: process.execPath, args: ['-e', code], cwd: root })
const empty = node('node -e 0', '0')
const parsing = "const m = require('libpg-query'); m.loadModule().then(() => m.parseSync('SELECT 1'))"
// Compiled fast rather than well, as the command does for a few files: else the parser alone would take longer than the command.
const parserOnly: Command = { ...node('libpg-query alone, one statement', parsing), args: ['--liftoff-only', '-e', parsing] }
const reading = `const { readdirSync, readFileSync } = require('node:fs'); const m = require('libpg-query')
m.loadModule().then(() => { for (const f of readdirSync('migrations')) m.parseSync(readFileSync('migrations/' + f, 'utf8')) })`
const readingOf = (name: string): Command => ({ ...node(`libpg-query alone, ${name}`, reading), args: ['-e', reading], cwd: folder(name) })

const cold = [
  empty,
  parserOnly,
  ours('postgres-1', 'postgres'),
  ours('mysql-1', 'mysql'),
  ours('sqlite-1', 'sqlite'),
  ours('sequelize-1', 'postgres'),
  ours('typeorm-1', 'postgres'),
  squawk('postgres-1', 'binary'),
  squawk('postgres-1', 'npm'),
]
const typeorm = ours('typeorm-1000', 'postgres')
const sequelize = ours('sequelize-1000', 'postgres')
const oneOfTypeorm = newest('typeorm-1000', '1 000 TypeORM')
const oneOfSequelize = newest('sequelize-1000', '1 000 Sequelize')
const some = [
  ours('postgres-1000', 'postgres'),
  squawk('postgres-1000', 'binary'),
  ours('typeorm-100', 'postgres'),
  ours('sequelize-100', 'postgres'),
  ...[typeorm, sequelize, oneOfTypeorm, oneOfSequelize].flatMap((command) => [command, again(command)]),
]
const oneOfMany = newest('postgres-5000', '5 000')
const tenThousand = ours('postgres-10000', 'postgres')
const large = [
  ours('postgres-2500', 'postgres'),
  ours('postgres-5000', 'postgres'),
  tenThousand,
  again(tenThousand),
  squawk('postgres-10000', 'binary'),
  readingOf('postgres-10000'),
  readingOf('postgres-5000'),
  oneOfMany,
  again(oneOfMany),
]

const commands = [...cold, ...some, ...large]
const figures = new Map<Command, Measured>()
for (const group of [cold, some, large]) {
  const measured = measure(group, runs)
  group.forEach((command, i) => {
    figures.set(command, measured[i]!)
  })
}

const of = (command: Command): number => figures.get(command)!.milliseconds
const named = (name: string): Command => commands.find((command) => command.name === name)!

const eslint = measureEslint(root, join(root, 'bench/.work'), runs)
const { timed: rehearsals, parts } = await measureRehearsals(root, join(root, 'bench/.work'), Math.min(runs, 5))

interface Target {
  readonly what: string
  readonly found: number
  readonly most: number
  readonly unit: string
}

function ratio(what: string, name: string, to: Command, most: number): Target {
  return { what, found: of(named(name)) / of(to), most, unit: '×' }
}

const targets: readonly Target[] = [
  ratio('one PostgreSQL file to an empty Node', 'surefoot, postgres-1', empty, 2.6),
  ratio('one MySQL file to an empty Node', 'surefoot, mysql-1', empty, 1.9),
  ratio('one SQLite file to an empty Node', 'surefoot, sqlite-1', empty, 1.9),
  ratio('one Sequelize migration to an empty Node', 'surefoot, sequelize-1', empty, 1.9),
  ratio('one TypeORM migration with SQL to an empty Node', 'surefoot, typeorm-1', empty, 2.7),
  { what: 'one PostgreSQL file beyond the parser alone', found: of(named('surefoot, postgres-1')) - of(parserOnly), most: 40, unit: ' ms' },
  ...[tenThousand, again(tenThousand)].map(({ name }) =>
    ratio(name.replace('surefoot, postgres-10000', '10 000 SQL files to squawk'), name, named('squawk, postgres-10000'), 1),
  ),
  ...[typeorm, again(typeorm), sequelize, again(sequelize)].map(({ name }) => ({
    what: name.replace(/^surefoot, (\w+)-1000/, '1 000 files of $1'),
    found: of(named(name)),
    most: 800,
    unit: ' ms',
  })),
  ratio('four times the files (2 500 to 10 000)', 'surefoot, postgres-10000', named('surefoot, postgres-2500'), 4),
  ...[oneOfMany, again(oneOfMany)].map(({ name }) =>
    ratio(`${name.replace('surefoot, ', '')}, to reading and parsing all`, name, named('libpg-query alone, postgres-5000'), 2),
  ),
  ...eslint.first.map(({ name, milliseconds }) => ({ what: `first file in ESLint, ${name}`, found: milliseconds, most: 150, unit: ' ms' })),
  ...eslint.next.map(({ name, milliseconds }) => ({
    what: `the next edit in ESLint, ${name}`,
    found: milliseconds,
    most: 10,
    unit: ' ms',
  })),
  ...rehearsals.map(({ name, milliseconds, most }) => ({ what: name, found: milliseconds, most, unit: ' ms' })),
  ...rehearsals.flatMap(({ name, mebibytes: found, mostMemory: most }) =>
    found === undefined ? [] : [{ what: `peak memory of one process, ${name}`, found, most, unit: ' MiB' }],
  ),
  ...[tenThousand, again(tenThousand)].flatMap((command) => {
    const { mebibytes: found } = figures.get(named(command.name))!
    const what = command.name.replace('surefoot, postgres-10000', 'peak memory at 10 000 SQL files')
    return found === undefined ? [] : [{ what, found, most: 250, unit: ' MiB' }]
  }),
]

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

const round = (value: number, unit: string): string => `${value.toFixed(unit === '×' ? 2 : 0)}${unit}`
const packages = installed(root)
const total = packages.reduce((sum, { bytes }) => sum + bytes, 0)
const mib = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1)

writeFileSync(
  join(root, 'bench/results.md'),
  `# Speed and size

Written by \`npm run bench\`: whole processes, run in turn within one run, medians of ${runs}, output to nowhere, on ${cpus().length} CPUs with Node
${process.version}. The files are generated (\`bench/inputs\`), the same at each run. squawk runs with its default reporter. Where the fastest run
lies far below the median, other work went on beside it, and only the ratios say something.

## Targets

${table(
  ['what', 'found', 'at most', ''],
  targets.map(({ what, found, most, unit }) => [what, round(found, unit), `${most}${unit}`, found <= most ? 'met' : 'missed']),
)}

## Figures

${table(
  ['what', 'median, ms', 'fastest, ms', 'peak memory, MiB'],
  commands.map((command) => {
    const { milliseconds, fastest, mebibytes } = figures.get(command)!
    return [command.name, milliseconds.toFixed(0), fastest.toFixed(0), mebibytes?.toFixed(0) ?? '–']
  }),
)}

*Again*: a run that finds what the run before it kept (\`--no-cache\` is not given): of a whole project all that it says, of one migration the history. "First file in ESLint" is what a process takes beyond ESLint without a rule, loading included, where a process before it kept the history; "the next edit" is a migration of 100 lines whose
text changes, with all rules of \`recommended\`, through ESLint's \`Linter\`, which reads its configuration anew each time. Where each of the hundred lines is a statement it takes ${eslint.next.map(({ name, dense }) => `${dense.toFixed(0)} ms (${name.split(',')[0]})`).join(', ')}.

## Where the time of a rehearsal goes

The whole battery of the Sequelize migration on a server of our own, in a process that has loaded the program; each part ends where the next begins.

${table(
  ['part', 'median, ms'],
  parts.map(({ what, milliseconds }) => [what, milliseconds.toFixed(0)]),
)}

## Installed size

Our own \`dist\` is ${mib(sizeOf(join(root, 'dist'), /\.cache$/))} MiB. It brings ${packages.length} packages of ${mib(total)} MiB, binaries for this platform included:

${table(
  ['package', 'version', 'licence', 'MiB'],
  packages.map(({ name, version, licence, bytes }) => [name, version, licence, (bytes / 1024 / 1024).toFixed(2)]),
)}
`,
)
