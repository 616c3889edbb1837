import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A folder of ours under the temporary one, and how the programs that work in it are started. */
export interface OwnFolder {
  readonly path: string
  /** Is it kept in memory? */
  readonly inMemory: boolean
  /** Without anything of our own environment but PATH; under another account where we are root, which database servers refuse to be. */
  readonly surroundings: {
    readonly cwd: string
    readonly env: Readonly<Record<string, string>>
    readonly uid?: number
    readonly gid?: number
  }
}

/**
 * Makes the folder `surefoot-<pid>-<random>`, which the server's account alone may enter, and removes those of runs that are over. `rows`: bytes that
 * rows are likely to take in it at most.
 */
export function makeOwnFolder(rows: number): OwnFolder {
  removeDeadFolders()
  const person = process.getuid?.() === 0 ? unprivileged() : undefined
  const inMemory = fitsInMemory(bytesOfServer + rows)
  const path = join(inMemory ? memory : shortFolder(), `surefoot-${process.pid}-${randomBytes(4).toString('hex')}`)
  mkdirSync(path, { mode: 0o700 })
  if (person) chownSync(path, person.uid, person.gid)
  return { path, inMemory, surroundings: { cwd: path, env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' }, ...person } }
}

/** Removes folders of runs that ended without doing so, and gives their names. */
export function removeDeadFolders(): string[] {
  const removed: string[] = []
  for (const folder of ownFolders())
    for (const name of readdirSync(folder)) {
      const pid = /^surefoot-(\d+)-/.exec(name)?.[1]
      if (pid === undefined || isAlive(Number(pid))) continue
      try {
        rmSync(join(folder, name), { recursive: true, force: true })
        removed.push(name)
      } catch {
        // Of another account: theirs to remove.
      }
    }
  return removed
}

/** Is there a process of this number, be it ours or another account's? */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}

/** Where folders of ours may be. */
function ownFolders(): readonly string[] {
  return [...new Set([tmpdir(), shortFolder(), ...(existsSync(memory) ? [memory] : [])])]
}

/** Linux keeps the files of this folder in memory: a copy of a database is made there in a fraction of the time, and no disk is worn for what lives for minutes. */
const memory = '/dev/shm'
// Measured: what a server begins with, a dozen empty databases, and its log.
const bytesOfServer = 512 * 1_048_576
// https://man7.org/linux/man-pages/man2/statfs.2.html, TMPFS_MAGIC.
const tmpfs = 0x01021994

/** At most half of what is free, which in a container may be little; whoever says where temporary files go is obeyed. */
function fitsInMemory(bytes: number): boolean {
  if (process.env.TMPDIR) return false
  try {
    accessSync(memory, constants.W_OK)
    const { type, bavail, bsize } = statfsSync(memory)
    return type === tmpfs && bytes <= Math.min(bavail * bsize, process.availableMemory()) / 2
  } catch {
    return false
  }
}

/** The folder for temporary files, where the name of a socket in it is short enough for the system (some 100 bytes). */
function shortFolder(): string {
  return tmpdir().length <= 60 ? tmpdir() : '/tmp'
}

function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  const people = readFileSync('/etc/passwd', 'utf8').split('\n')
  const [, , uid, gid] = people.find((line) => line.startsWith('nobody:'))?.split(':') ?? []
  return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) }
}

/** Unpacks an archive into the folder; false when there is none, or it is no good. We open it, because the server's account may not be let into our folders. */
export async function unpack(archive: string, folder: OwnFolder): Promise<boolean> {
  try {
    return await tar(['-xf', '-'], folder, openSync(archive, 'r'), 'ignore')
  } catch {
    return false
  }
}

/** Keeps `name` of the folder in an archive for the next run. An archive that cannot be written is no fault: the next run makes the thing again. */
export async function pack(archive: string, folder: OwnFolder, name: string): Promise<void> {
  const part = `${archive}.${process.pid}`
  try {
    mkdirSync(dirname(archive), { recursive: true })
    if (await tar(['-cf', '-', name], folder, 'ignore', openSync(part, 'wx'))) renameSync(part, archive)
  } catch {
    // A full disk, or a folder that is not ours.
  }
  rmSync(part, { force: true })
}

function tar(
  options: readonly string[],
  { surroundings }: OwnFolder,
  input: number | 'ignore',
  output: number | 'ignore',
): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (well: boolean) => {
      for (const file of [input, output]) if (typeof file === 'number') closeSync(file)
      resolve(well)
    }
    const child = spawn('tar', [...options], { ...surroundings, stdio: [input, output, 'ignore'] })
    child.once('error', () => done(false))
    child.once('exit', (code) => done(code === 0))
  })
}

// https://github.com/MariaDB/server/blob/10.11/mysys/errors.c, EE_DISK_FULL: MariaDB waits for space, and tries again each minute.
const waitsForSpace = /Disk is full writing '[^'\n]*'/
const noSpace = new RegExp(`${waitsForSpace.source}|[^\\n:]*: No space left on device`)

// MariaDB takes space by up to 64 MiB at once. A signal ends a server whose mapped files find none, and which then says nothing.
const least = 64 * 1_048_576

function littleLeft(folder: string): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder)
    const left = bavail * bsize
    return left < least ? `it went away with ${Math.floor(left / 1_048_576)} MiB left` : undefined
  } catch {
    return undefined
  }
}

/** A server that runs in a folder of ours. */
export interface OwnProcess {
  /** Is its folder kept in memory? */
  readonly inMemory: boolean
  /** The end of what it has said so far. */
  said(): string
  /** Where it keeps its data no space is left: how that shows. Undefined: there is. */
  outOfSpace(): string | undefined
  /** Why it is not there any more; undefined: it runs. */
  ended(): string | undefined
  /** Ends it and removes its folder. */
  stop(): Promise<void>
}

// The shell lives as long as its standard input: when this program ends, in whatever way, it ends the server and removes its folder. By then nobody reads what
// it says, and saying it would end the shell.
const keeper =
  '"$@" & server=$!; cat > /dev/null; exec 2> /dev/null; kill -$SUREFOOT_END $server; wait $server; cd /; rm -rf "$SUREFOOT_FOLDER"'

/** Starts a server in its folder. Nothing of it is worth a clean shutdown: `end` is the signal that ends it at once. */
export function startInFolder(folder: OwnFolder, command: readonly string[], end: 'KILL' | 'QUIT' = 'KILL'): OwnProcess {
  const child = spawn('sh', ['-c', keeper, 'sh', ...command], {
    ...folder.surroundings,
    env: { ...folder.surroundings.env, SUREFOOT_FOLDER: folder.path, SUREFOOT_END: end },
    stdio: ['pipe', 'ignore', 'pipe'],
    // In a group of its own: Ctrl-C is for us, and we stop it when we are done.
    detached: true,
  })
  let said = ''
  let over: string | undefined
  child.stderr.on('data', (data: Buffer) => {
    said = (said + data).slice(-10_000)
    // Nobody will make room for it: what waits for it is told at once that it is gone.
    if (waitsForSpace.test(said)) child.stdin.end()
  })
  child.stdin.on('error', () => {})
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', (error) => {
      over = error.message
      resolve()
    })
  })
  child.unref()
  return {
    inMemory: folder.inMemory,
    said: () => said,
    outOfSpace: () => noSpace.exec(said)?.[0].trim() ?? littleLeft(folder.path),
    ended: () => over,
    stop: async () => {
      child.stdin.end()
      const late = setTimeout(() => {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      }, 5_000)
      await ended
      clearTimeout(late)
      rmSync(folder.path, { recursive: true, force: true })
    },
  }
}
