import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** A command with the folder that it runs in. */
export interface Command {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
}

export interface Measured {
  /** Median of whole processes' wall time, in ms. */
  readonly milliseconds: number
  /** The fastest run, in ms. */
  readonly fastest: number
  /** Peak resident memory of one more run, in MiB; undefined where /usr/bin/time is not GNU's. */
  readonly mebibytes: number | undefined
}

/**
 * Runs the commands in turn, again and again, so that what else the machine does falls on all of them alike. Output goes to nowhere. Throws
 * when a command cannot be started or ends with another exit code than 0 or 1.
 */
export function measure(commands: readonly Command[], runs: number): readonly Measured[] {
  const times = commands.map((): number[] => [])
  for (let run = 0; run <= runs; run++) {
    commands.forEach((command, i) => {
      const started = performance.now()
      once(command.program, command.args, command.cwd)
      // The first round fills the file cache.
      if (run > 0) times[i]!.push(performance.now() - started)
    })
  }
  return commands.map((command, i) => ({
    milliseconds: median(times[i]!),
    fastest: Math.min(...times[i]!),
    mebibytes: peak(command),
  }))
}

function once(program: string, args: readonly string[], cwd: string): void {
  const { error, status } = spawnSync(program, args, { cwd, stdio: 'ignore' })
  if (error) throw error
  if (status !== 0 && status !== 1) throw new Error(`${program} ${args.join(' ')} ended with ${status}`)
}

function peak({ program, args, cwd }: Command): number | undefined {
  if (!existsSync('/usr/bin/time')) return undefined
  const { stderr } = spawnSync('/usr/bin/time', ['-v', program, ...args], { cwd, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
  const kibibytes = /Maximum resident set size \(kbytes\): (\d+)/.exec(stderr)?.[1]
  return kibibytes === undefined ? undefined : Number(kibibytes) / 1024
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
