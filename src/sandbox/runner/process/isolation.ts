import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** How the child is started so that it can do little else than run a migration. */
export interface Isolation {
  readonly command: string
  readonly arguments: readonly string[]
  /** What is not shut out, in sentences for people. */
  readonly open: readonly string[]
}

export interface IsolationRequest {
  /** The Node that runs the child. */
  readonly node: string
  /** The child's program. */
  readonly program: string
  /** Files and folders that it may read. */
  readonly readable: readonly string[]
  readonly mebibytes: number
}

/**
 * Node's permission model: files to read, no writing, no processes, no workers, no native addons; since 25 no network either, before that an empty network namespace where
 * `unshare` can make one (https://nodejs.org/api/permissions.html).
 */
export function isolate({ node, program, readable, mebibytes }: IsolationRequest): Isolation {
  const [major, minor] = versionOf(node)
  const permission = major > 22 || (major === 22 && minor >= 13) ? '--permission' : '--experimental-permission'
  const flags = [
    permission,
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
    `--max-old-space-size=${Math.max(64, Math.floor(mebibytes * 0.75))}`,
    ...[program, ...readable].map((path) => `--allow-fs-read=${path}`),
    program,
  ]
  const open: string[] = []
  const outer = startedBy()
  const namespaces = outer.all ?? (major >= 25 ? undefined : outer.network)
  if (outer.all === undefined)
    open.push('signals to other processes of the same user are stopped by the program that runs the migration, not by the system')
  if (process.platform !== 'linux') open.push(`memory outside the JavaScript heap is not limited on ${process.platform}`)
  if (major < 25 && namespaces === undefined)
    open.push(`the network is not blocked: Node ${major} cannot do it, and unshare cannot make a network namespace here`)
  const [command, ...rest] = [...(outer.death ?? []), ...(namespaces ?? []), node, ...flags]
  return { command: command!, arguments: rest, open }
}

/**
 * What the migrations in `folder` can import: the project at `root`, each node_modules above them, and where links in those lead (a workspace's own packages, a
 * store of packages). `packages` are folders of drivers that stand elsewhere.
 */
export function readableFrom(root: string, folder: string, packages: readonly string[]): readonly string[] {
  const paths = new Set([root, ...packages.map(outermost)])
  for (let above = folder; ; above = dirname(above)) {
    paths.add(join(above, 'package.json'))
    const modules = join(above, 'node_modules')
    if (existsSync(modules)) for (const path of [modules, ...linksIn(modules)]) paths.add(path)
    if (above === dirname(above)) break
  }
  for (const path of [...paths]) {
    if (!existsSync(path)) continue
    for (const link of linksFrom(path)) paths.add(link)
    paths.add(outermost(realpathSync(path)))
  }
  // What lies in another that is named needs no name of its own; Node looks through the list for each file.
  const all = [...paths].filter((path) => existsSync(path))
  return all.filter((path) => !all.some((other) => other !== path && path.startsWith(`${other}/`)))
}

/** Where a link leads, and where that leads if it is a link too: each is read on the way. */
function linksFrom(path: string): readonly string[] {
  const found: string[] = []
  for (let at = path; found.length < 40; ) {
    try {
      at = resolve(dirname(at), readlinkSync(at))
      found.push(at)
    } catch {
      break
    }
  }
  return found
}

/** Where the links among the packages of a node_modules lead, outside of it. */
function linksIn(modules: string): readonly string[] {
  const found = new Set<string>()
  const look = (folder: string, scoped: boolean) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory() && entry.name.startsWith('@') && !scoped) look(path, true)
      if (entry.isSymbolicLink() && existsSync(path)) found.add(outermost(realpathSync(path)))
    }
  }
  try {
    look(realpathSync(modules), false)
  } catch {
    // It cannot be listed: then nothing is loaded from it either.
  }
  return [...found]
}

/** The outermost node_modules in a path, with which all that its packages need is named. */
function outermost(path: string): string {
  const at = path.indexOf('/node_modules/')
  return at < 0 ? path : path.slice(0, at + '/node_modules'.length)
}

const versions = new Map<string, readonly [number, number]>()

function versionOf(node: string): readonly [number, number] {
  let known = versions.get(node)
  if (!known) {
    const text = node === process.execPath ? process.version : spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout
    const [major = 0, minor = 0] = text.trim().slice(1).split('.').map(Number)
    known = [major, minor]
    versions.set(node, known)
  }
  return known
}

/** Commands that start another one, where they work here. */
interface Outer {
  /** Without a network, and where no other process can be seen. */
  readonly all: readonly string[] | undefined
  /** Without a network. */
  readonly network: readonly string[] | undefined
  /** So that it ends when we do. */
  readonly death: readonly string[] | undefined
}

let outer: Outer | undefined

function startedBy(): Outer {
  if (outer) return outer
  if (process.platform !== 'linux') outer = { all: undefined, network: undefined, death: undefined }
  else {
    const works = (command: readonly string[]) => spawnSync(command[0]!, [...command.slice(1), 'true'], { stdio: 'ignore' }).status === 0
    // As root, and as anybody where the system lets users have namespaces of their own.
    const all = ['-np', '-Urnp'].map((namespaces) => ['unshare', namespaces, '--fork', '--kill-child', '--'])
    const network = ['-n', '-Urn'].map((namespaces) => ['unshare', namespaces, '--'])
    const death = ['setpriv', '--pdeathsig', 'KILL', '--']
    outer = { all: all.find(works), network: network.find(works), death: works(death) ? death : undefined }
  }
  return outer
}
