import { once } from 'node:events'
import { UserError } from '../errors.ts'
import { version } from '../version.ts'
import { exits } from './exit.ts'
import type { Report } from './render.ts'

async function run(args: readonly string[]): Promise<{ readonly out: Report; readonly code: number }> {
  const [command, ...rest] = args
  if (command === undefined || args.includes('--help') || args.includes('-h') || command === 'help') {
    const { help } = await import('./help.ts')
    return { out: help, code: exits.clean }
  }
  if (args.includes('--version') || command === '-v') return { out: `${version}\n`, code: exits.clean }
  if (command === 'check') return (await import('./check.ts')).checkCommand(rest, version)
  if (command === 'rehearse') return (await import('./check.ts')).checkCommand(rest, version, 'rehearse')
  if (command === 'comment') return (await import('./comment.ts')).commentCommand(rest)
  if (command === 'init') return (await import('./init.ts')).initCommand(rest, version)
  if (command === 'explain') return { out: (await import('./explain.ts')).explain(rest), code: exits.clean }
  if (command === 'rules') return { out: (await import('./explain.ts')).listRules(), code: exits.clean }
  if (command === 'baseline') return (await import('./baseline.ts')).baselineCommand(rest, version)
  if (command === 'stats') return (await import('./stats.ts')).statsCommand(rest)
  throw new UserError(
    `There is no command ${command}. The commands are check, rehearse, baseline, comment, init, explain, rules and stats; surefoot --help says more.`,
  )
}

function fail(error: unknown): void {
  if (error instanceof UserError) {
    process.stderr.write(`surefoot: ${error.message}\n`)
    process.exitCode = exits.mistake
    return
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `surefoot: this is a bug in Surefoot ${version}, not in your migrations.\n${stack}\nPlease report it with the command and, if you can, the file.\n`,
  )
  process.exitCode = exits.bug
}

// A reader that stops early (`| head`) is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? exits.clean)
  throw error
})

/** Ending at once, when all is written, spares the work that the compiler has still queued. */
function end(out: string): void {
  process.stdout.write(out, (error) => {
    if (!error) process.exit()
  })
}

async function main(): Promise<void> {
  try {
    const { out, code } = await run(process.argv.slice(2))
    process.exitCode = code
    if (typeof out === 'string') return end(out)
    for (const chunk of (await import('./render.ts')).chunksOf(out)) if (!process.stdout.write(chunk)) await once(process.stdout, 'drain')
    end('')
  } catch (error) {
    fail(error)
  }
}

void main()
