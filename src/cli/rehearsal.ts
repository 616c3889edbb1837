import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { UserError } from '../errors.ts'
import { clean } from '../sandbox/clean.ts'
import { Rehearsal } from '../sandbox/rehearse.ts'
import type { CommandResult } from './check.ts'
import { exits } from './exit.ts'
import type { CheckFlags, RehearsalFlags } from './flags.ts'

/** Memory that the process of a migration may take, in MiB. */
const mebibytes = 512

/** What runs the migrations of this call. Throws a UserError when the file of --base cannot be read. */
export function rehearsalOf(flags: CheckFlags, asked: RehearsalFlags, command: 'check' | 'rehearse', root: string): Rehearsal {
  const { engine, allowRemote, rows, timeout, env, base, all } = asked
  const chosen = flags.paths.length > 0 || flags.since !== undefined || flags.staged
  return new Rehearsal({
    root,
    rows,
    engine,
    allowRemote,
    env,
    baseSchema: base === undefined ? undefined : schemaIn(resolve(flags.cwd ?? '.', base)),
    limits: { milliseconds: timeout, mebibytes },
    which: command === 'rehearse' && (all || chosen) ? 'judged' : 'flagged',
    battery: command === 'rehearse',
    progress: process.stderr.isTTY ? (what) => process.stderr.write(`\r\x1b[Krehearsing ${what}`) : () => {},
  })
}

function schemaIn(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UserError(`--base ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

/** `rehearse --clean`: what was left by runs that were killed is removed. */
export async function cleaned({ engine }: RehearsalFlags, root: string): Promise<CommandResult> {
  const removed = await clean(engine, root)
  const out = removed.length === 0 ? 'Nothing was left behind.\n' : `Removed:\n${removed.map((name) => `  ${name}\n`).join('')}`
  return { out, code: exits.clean }
}
