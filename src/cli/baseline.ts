import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { baselineFile, readBaseline, showBaseline } from '../config/baseline.ts'
import { loadConfig } from '../config/load.ts'
import { UserError } from '../errors.ts'
import type { BaselineEntry } from '../lint/baseline.ts'
import { check } from '../pipeline/check.ts'
import { diskProject } from '../project/disk.ts'
import { count } from '../report/words.ts'
import { type CommandResult, settle } from './check.ts'
import { exits } from './exit.ts'
import { type CheckFlags, checkFlags } from './flags.ts'
import { projectSettings, ruleSettings, rulesWith, statisticsOf } from './settings.ts'

/**
 * `surefoot baseline [--prune]`: judges the whole project and writes what is found, to be left out from then on. Entries that nothing answers to
 * any more are taken out, unless they are of rules that this run did not ask or something could not be judged. Throws UserError for the user's
 * mistakes.
 */
export async function baselineCommand(args: readonly string[], version: string): Promise<CommandResult> {
  const prunes = args.includes('--prune')
  const flags = wholeProject(checkFlags(args.filter((arg) => arg !== '--prune')))
  const cwd = resolve(flags.cwd ?? '.')
  const loaded = await loadConfig(cwd, flags.config)
  const rules = rulesWith(loaded?.config)
  const settings = settle(flags, loaded, rules)
  const root = loaded?.directory ?? cwd
  const file = settings.baselineFile === false ? undefined : (settings.baselineFile ?? baselineFile)
  if (file === undefined)
    throw new UserError('"baselineFile": false says that there is no baseline. Name its file there, or leave the key out.')
  const project = diskProject(root)
  const before = recorded(project.read(file), file)
  const { outcome, histories, baseline } = await check({
    project,
    projects: settings.projects.map((one) => ({ ...projectSettings(one), ...statisticsOf(one, root) })),
    rules: ruleSettings(settings, rules),
    allRules: rules,
    profile: settings.profile,
    down: settings.down,
    together: false,
    suppressions: { requireReason: settings.requireReason },
    baseline: { file, entries: before, records: !prunes },
    version,
  })
  if (histories === 0 || !baseline)
    throw new UserError('No migrations were found here: there is nothing to record. Run surefoot check to see why.')
  const gone = new Set(outcome.summary.baseline!.stale.map(keyOf))
  const kept = baseline.remaining.filter((entry) => !gone.has(keyOf(entry)))
  const after = joined([...baseline.covered, ...kept])
  save(resolve(root, file), showBaseline(after))
  const unjudged = outcome.errors.map(({ file: path, message }) => `Not judged: ${path}: ${message}\n`).join('')
  return { out: `${said(file, before, after)}${unjudged}`, code: outcome.errors.length > 0 ? exits.findings : exits.clean }
}

/** A baseline is of the project as a whole, as it is on disk. */
function wholeProject(flags: CheckFlags): CheckFlags {
  if (flags.paths.length > 0 || flags.staged || flags.since !== undefined || flags.stdin)
    throw new UserError('surefoot baseline records the whole project. Leave paths, --since, --staged and --stdin out.')
  if (flags.outputs.some(({ format, file }) => format !== 'stylish' || file !== undefined))
    throw new UserError('surefoot baseline reports nothing. Leave --format and --output-file out, and run surefoot check for a report.')
  return flags
}

function recorded(result: ReturnType<ReturnType<typeof diskProject>['read']>, file: string): readonly BaselineEntry[] {
  if ('text' in result) return readBaseline(result.text, file)
  if (result.because === 'missing') return []
  throw new UserError(`${file} cannot be read: ${result.error}`)
}

function keyOf({ file, rule, fingerprint }: BaselineEntry): string {
  return `${file}\u0000${rule}\u0000${fingerprint}`
}

/** Entries of one key are one. */
function joined(entries: readonly BaselineEntry[]): readonly BaselineEntry[] {
  const sums = new Map<string, BaselineEntry>()
  for (const entry of entries) sums.set(keyOf(entry), { ...entry, count: entry.count + (sums.get(keyOf(entry))?.count ?? 0) })
  return [...sums.values()]
}

function save(path: string, text: string): void {
  try {
    writeFileSync(path, text)
  } catch (error) {
    throw new UserError(`${path} cannot be written: ${error instanceof Error ? error.message : error}`)
  }
}

function said(file: string, before: readonly BaselineEntry[], after: readonly BaselineEntry[]): string {
  const number = (entries: readonly BaselineEntry[]) => entries.reduce((sum, entry) => sum + entry.count, 0)
  const had = new Map(before.map((entry) => [keyOf(entry), entry.count]))
  const has = new Map(after.map((entry) => [keyOf(entry), entry.count]))
  const more = (now: ReadonlyMap<string, number>, then: ReadonlyMap<string, number>) =>
    [...now].reduce((sum, [key, value]) => sum + Math.max(0, value - (then.get(key) ?? 0)), 0)
  const changes = `${more(has, had)} more, ${more(had, has)} less than before`
  return `${file}: ${count(number(after), 'finding')}${before.length === 0 ? '' : ` (${changes})`}. Every run leaves them out; commit the file.\n`
}
