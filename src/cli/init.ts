import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { UserError } from '../errors.ts'
import type { ReportedHistory } from '../lint/outcome.ts'
import { diskProject } from '../project/disk.ts'
import type { CommandResult } from './check.ts'
import { exits } from './exit.ts'
import { historiesIn } from './init/found.ts'
import { hookFor } from './init/hooks.ts'
import { managerOf } from './init/package-manager.ts'
import { workflowFor } from './init/workflow.ts'
import { type Change, write } from './init/write.ts'

const configurations = ['surefoot.json', 'surefoot.config.ts', 'surefoot.config.mts', 'surefoot.config.js', 'surefoot.config.mjs']

/**
 * `surefoot init`: finds the framework, the dialect and the hook manager, says what it writes, and writes configuration, hook and workflow. What exists is
 * left as it is or gets lines at its end. Throws a UserError when there is nothing to set up for.
 */
export async function initCommand(args: readonly string[], version: string): Promise<CommandResult> {
  const { dryRun, cwd } = flagsOf(args)
  const histories = await historiesIn(diskProject(cwd), version)
  if (histories.length === 0)
    throw new UserError(
      'No migrations were found here. Run surefoot init at the root of the project that has them, or write surefoot.json by hand.',
    )
  const out: string[] = ['Found:']
  for (const { directory, framework, dialect, migrations } of histories)
    out.push(
      `  ${directory}: ${framework}, ${dialect ?? 'dialect not known'}, ${migrations} ${migrations === 1 ? 'migration' : 'migrations'}`,
    )
  const manager = managerOf(cwd, version)
  const parts = [configurationFor(cwd, histories), hookFor(cwd, manager), workflowFor(cwd, manager)]
  for (const { said, change, advice } of parts) {
    if (change) {
      if (!dryRun) write(cwd, change)
      out.push(
        '',
        `${dryRun ? 'Would' : 'Did'} ${change.how === 'create' ? 'write' : 'add to the end of'} ${change.path} (${said}):`,
        ...indented(change.text),
      )
    } else if (advice) out.push('', `Add to ${advice.path} by hand (${said}; it is not changed):`, ...indented(advice.text))
    else out.push('', `Nothing to write: ${said}.`)
  }
  const unknown = histories.filter(({ dialect }) => dialect === undefined)
  if (unknown.length > 0)
    out.push(
      '',
      `Write the "dialect" of ${unknown.map(({ directory }) => directory).join(', ')} into the configuration: postgres, mysql, mariadb or sqlite.`,
    )
  if (manager.missing !== undefined)
    out.push('', `Before the next commit: ${manager.missing}. The hook and the workflow run what the project installs.`)
  out.push(
    '',
    'Next: surefoot check shows what your migrations do today; "baseline" in the configuration takes what is deployed as it is.',
    '',
  )
  return { out: out.join('\n'), code: exits.clean }
}

function flagsOf(args: readonly string[]): { readonly dryRun: boolean; readonly cwd: string } {
  try {
    const { values } = parseArgs({ args: [...args], options: { 'dry-run': { type: 'boolean' }, cwd: { type: 'string' } }, strict: true })
    return { dryRun: values['dry-run'] ?? false, cwd: resolve(values.cwd ?? '.') }
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message.split('.')[0] : String(error)}. surefoot init takes --dry-run and --cwd.`)
  }
}

function configurationFor(
  root: string,
  histories: readonly ReportedHistory[],
): { readonly said: string; readonly change?: Change; readonly advice?: undefined } {
  const there = configurations.find((path) => existsSync(join(root, path)))
  if (there !== undefined) return { said: `${there} is there already` }
  const projects = histories.map(({ directory, framework, dialect }) => ({
    framework,
    ...(dialect === undefined ? {} : { dialect }),
    paths: [directory],
  }))
  // Editors complete and check by it; a project without a package.json has no package to find it in.
  const schema = existsSync(join(root, 'package.json')) ? { $schema: './node_modules/surefoot/schema/config.schema.json' } : {}
  return {
    said: 'what was found, to be corrected',
    change: { path: 'surefoot.json', how: 'create', text: `${JSON.stringify({ ...schema, projects, profile: 'safety' }, undefined, 2)}\n` },
  }
}

function indented(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
}
