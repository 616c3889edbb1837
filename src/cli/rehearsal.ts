import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { resolve } from 'node:path'
import { UserError } from '../errors.ts'
import { clean } from '../report/frame.ts'
import { clean as removeLeftovers } from '../sandbox/clean.ts'
import { memoryOfMigration, Rehearsal } from '../sandbox/rehearse.ts'
import type { CommandResult } from './check.ts'
import { exits } from './exit.ts'
import type { CheckFlags, RehearsalFlags } from './flags.ts'

/** What runs the migrations of this call. Throws a UserError when the file of --base or --seed cannot be read. */
export function rehearsalOf(flags: CheckFlags, asked: RehearsalFlags, command: 'check' | 'rehearse', root: string): Rehearsal {
  const { engine, allowRemote, rows, timeout, env, base, seed, all } = asked
  const chosen = flags.paths.length > 0 || flags.since !== undefined || flags.staged
  const rehearsal = new Rehearsal({
    root,
    rows,
    engine,
    allowRemote,
    env,
    baseSchema: base === undefined ? undefined : textOf('--base', resolve(flags.cwd ?? '.', base)),
    ...(seed === undefined ? {} : { seed: textOf('--seed', resolve(flags.cwd ?? '.', seed)) }),
    limits: { milliseconds: timeout, mebibytes: memoryOfMigration },
    which: command === 'rehearse' && (all || chosen) ? 'judged' : 'flagged',
    battery: command === 'rehearse',
    ...(process.stderr.isTTY ? { progress: progressLine(process.stderr) } : {}),
  })
  endOnSignals(rehearsal)
  return rehearsal
}

/** One line that says what is tried now, and is gone at the end. */
function progressLine(stream: NodeJS.WriteStream): (migration: string | undefined, experiment?: string) => void {
  let shown = false
  return (migration, experiment) => {
    if (migration === undefined && !shown) return
    shown = migration !== undefined
    const text = migration === undefined ? '' : `rehearsing ${migration}${experiment === undefined ? '' : `: ${experiment}`}`
    stream.write(`\r\x1b[K${clean(text).slice(0, (stream.columns || 80) - 1)}`)
  }
}

/** How long is waited for servers to take away what was made, in ms. What is left then, the next run removes. */
const patience = 10_000

/** Ctrl-C, a terminal that is closed and a job that is cancelled end a rehearsal when nothing of it is left; a second Ctrl-C at once. The exit code is the shell's: 128 and the signal's number. */
function endOnSignals(rehearsal: Rehearsal): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      process.stderr.write(`\nsurefoot: stopped by ${signal}; databases and processes of the rehearsal are being removed\n`)
      const end = () => process.exit(128 + constants.signals[signal])
      setTimeout(end, patience)
      void rehearsal.stop().then(end)
    })
}

function textOf(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UserError(`${flag} ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

/** `rehearse --clean`: what was left by runs that were killed is removed. */
export async function cleaned({ engine }: RehearsalFlags, root: string): Promise<CommandResult> {
  const removed = await removeLeftovers(engine, root)
  const out = removed.length === 0 ? 'Nothing was left behind.\n' : `Removed:\n${removed.map((name) => `  ${name}\n`).join('')}`
  return { out, code: exits.clean }
}
