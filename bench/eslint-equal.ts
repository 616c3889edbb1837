import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import * as parser from '@typescript-eslint/parser'
import { ESLint, type Linter } from 'eslint'
import type { SurefootPlugin } from '../src/eslint/plugin.ts'
import type { Outcome } from '../src/lint/outcome.ts'

/**
 * Lints public repositories whole with the built plugin, checks them with the built command, and writes to `eslint-equal.md` where the two
 * differ. `npx tsx bench/eslint-equal.ts <folder>`: the folder holds a checkout of each as `<name>`, or as `<owner>+<name>`.
 */
const repositories = ['outline/outline', 'FlowiseAI/Flowise', 'documenso/documenso', 'LemmyNet/lemmy']
const folder = process.argv[2] ?? process.env.SUREFOOT_CHECKOUTS
if (folder === undefined) {
  console.error('Which folder holds the checkouts? npx tsx bench/eslint-equal.ts <folder>')
  process.exit(2)
}

const root = join(import.meta.dirname, '..')
const { default: surefoot } = (await import(join(root, 'dist/eslint.mjs'))) as { default: SurefootPlugin }

interface Row {
  readonly name: string
  readonly linted: number
  readonly command: number
  readonly plugin: number
  /** Reports that the plugin makes in each file and the command once for all that it judges, saying how many there are. */
  readonly gathered: number
  readonly onlyCommand: readonly string[]
  readonly onlyPlugin: readonly string[]
}

const rows: Row[] = []
for (const name of repositories) {
  const place = [join(folder, name.split('/')[1]!), join(folder, name.replace('/', '+'))].find((path) => existsSync(path))
  if (place === undefined) {
    console.error(`${name}: no checkout in ${folder}, skipped`)
    continue
  }
  const row = await compare(name, resolve(place))
  rows.push(row)
  console.log(`${name}: ${row.command} and ${row.plugin} reports, ${row.onlyCommand.length + row.onlyPlugin.length} differ`)
  for (const line of row.onlyCommand) console.log(`  command only: ${line}`)
  for (const line of row.onlyPlugin) console.log(`  plugin only: ${line}`)
}
writeFileSync(new URL('eslint-equal.md', import.meta.url), page(rows))

async function compare(name: string, place: string): Promise<Row> {
  const ours = new Set(commanded(place))
  const eslint = new ESLint({
    cwd: place,
    overrideConfigFile: true,
    // Comments of the repository's own for ESLint, such as one that switches every rule off, are none for the command.
    allowInlineConfig: false,
    overrideConfig: [
      { files: ['**/*.{ts,mts,cts}'], languageOptions: { parser } },
      ...(surefoot.configs.recommended as unknown as Linter.Config[]),
    ],
    errorOnUnmatchedPattern: false,
  })
  const results = await eslint.lintFiles(['**/*.{sql,js,cjs,mjs,ts,cts,mts}'])
  const plugin = results.flatMap(({ filePath, messages }) =>
    messages.flatMap((message) => ofPlugin(relative(place, filePath).split(sep).join('/'), message)),
  )
  const theirs = new Set(plugin)
  const onlyCommand = [...ours].filter((line) => !theirs.has(line))
  const onlyPlugin = [...theirs].filter((line) => !ours.has(line))
  const gathered = gatheredIn(onlyCommand, onlyPlugin, place)
  const left = (lines: readonly string[]) => lines.filter((line) => !gathered.has(line))
  return {
    name,
    linted: results.length,
    command: ours.size,
    plugin: theirs.size,
    gathered: onlyPlugin.length - left(onlyPlugin).length,
    onlyCommand: left(onlyCommand),
    onlyPlugin: left(onlyPlugin),
  }
}

/** What the command reports in a folder, or of one file of it. */
function commanded(place: string, ...paths: readonly string[]): readonly string[] {
  const args = [join(root, 'dist/surefoot.js'), 'check', ...paths, '--format', 'json']
  const ran = spawnSync(process.execPath, args, { cwd: place, encoding: 'utf8', maxBuffer: 2 ** 28 })
  if (ran.stdout === '') throw new Error(`surefoot check in ${place} printed nothing: ${ran.stderr}`)
  return ofCommand(JSON.parse(ran.stdout) as Outcome)
}

/**
 * What a run over many migrations says once, with their number, and a run over one says of that one: the same when the numbers agree and the command
 * says the plugin's words where it is given only the file. The latter is tried on three files spread over them.
 */
function gatheredIn(onlyCommand: readonly string[], onlyPlugin: readonly string[], place: string): ReadonlySet<string> {
  const same = new Set<string>()
  const ruleOf = (line: string) => /^\S+ ([\w-]+):/.exec(line)?.[1]
  const counted = onlyCommand.flatMap((line) => {
    const count = /\b(\d+) of the judged/.exec(line)?.[1]
    return count === undefined ? [] : [{ line, rule: ruleOf(line), count: Number(count) }]
  })
  for (const rule of new Set(counted.map((one) => one.rule))) {
    const told = counted.filter((one) => one.rule === rule)
    const single = onlyPlugin.filter((line) => ruleOf(line) === rule)
    const tried = [single[0]!, single[single.length >> 1]!, single.at(-1)!]
    if (single.length !== told.reduce((sum, { count }) => sum + count, 0)) continue
    if (!tried.every((line) => commanded(place, line.replace(/:\d+:\d+-.*$/s, '')).includes(line))) continue
    for (const line of [...told.map(({ line }) => line), ...single]) same.add(line)
  }
  return same
}

function ofCommand({ findings, opaque, errors }: Outcome): readonly string[] {
  return [
    ...findings.map(
      ({ file, line, column, endLine, endColumn, rule, message, help }) =>
        `${file}:${line}:${column}-${endLine}:${endColumn} ${rule}: ${message} ${help}`,
    ),
    ...opaque.map(({ file, line, because, detail }) => `${file}:${line} not-read: Not read (${because}): ${detail}`),
    ...errors.map(({ file, line = 1, message }) => `${file}:${line} not-read: ${message}`),
  ]
}

/** A report of the plugin as the command would make it; none for what is not of the plugin, such as a file that the parser refuses. */
function ofPlugin(file: string, { ruleId, line, column, endLine, endColumn, message }: Linter.LintMessage): readonly string[] {
  const rule = ruleId?.replace(/^surefoot\//, '')
  if (rule === undefined || rule === ruleId) return []
  if (rule === 'not-read') return [`${file}:${line} not-read: ${message}`]
  return [`${file}:${line}:${column}-${endLine}:${endColumn} ${rule}: ${message}`]
}

function page(measured: readonly Row[]): string {
  const table = measured.map(
    ({ name, linted, command, plugin, gathered, onlyCommand, onlyPlugin }) =>
      `| ${name} | ${linted} | ${command} | ${plugin} | ${gathered} | ${onlyCommand.length} | ${onlyPlugin.length} |`,
  )
  const differences = measured.flatMap(({ name, onlyCommand, onlyPlugin }) => [
    ...onlyCommand.map((line) => `- ${name}, command only: ${line}`),
    ...onlyPlugin.map((line) => `- ${name}, plugin only: ${line}`),
  ])
  return [
    '# The plugin says what the command says',
    '',
    'Written by `npx tsx bench/eslint-equal.ts <folder of checkouts>`: every SQL, JavaScript and TypeScript file of the repositories as they are, without',
    'configuration, linted by ESLint with `surefoot.configs.recommended`, beside `surefoot check` at their top. A report is the same when rule, place to the',
    'character (begin and end) and words are. What the command says once for all that it judges (that no migration sets a `lock_timeout`, and how many',
    'would have to) ESLint says in each file, as the command does when it is given that file: those are *told once*.',
    '',
    '| repository | files linted | reports of the command | of the plugin | told once | command only | plugin only |',
    '|---|--:|--:|--:|--:|--:|--:|',
    ...table,
    '',
    ...(differences.length > 0 ? ['## Differences', '', ...differences, ''] : []),
  ].join('\n')
}
