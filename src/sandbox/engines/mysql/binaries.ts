import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { parseVersion, type Version } from '../../../dialects/dialect.ts'
import type { EngineRequest } from '../../engine.ts'

/** A server that can be started here. */
export interface Binary {
  /** The program itself. */
  readonly path: string
  readonly mariadb: boolean
  readonly version: Version
}

const run = promisify(execFile)

/** Where distributions put servers, which are not in everybody's PATH. */
const folders = [
  '/usr/sbin',
  '/usr/libexec',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/local/mysql/bin',
  '/opt/homebrew/opt/mysql/bin',
  '/opt/homebrew/opt/mariadb/bin',
  '/usr/local/opt/mysql/bin',
  '/usr/local/opt/mariadb/bin',
]

/** The servers of this machine, best first: of the kind that the project declares, then of its version, then newest. */
export async function findBinaries({ dialect, wanted }: EngineRequest): Promise<readonly Binary[]> {
  // They listen on a socket in a folder and nowhere else.
  if (process.platform === 'win32') return []
  const places = [...new Set([...(process.env.PATH ?? '').split(delimiter), ...folders])]
  const paths = places.flatMap((folder) => ['mariadbd', 'mysqld'].map((name) => join(folder, name))).filter((path) => existsSync(path))
  const found = (await Promise.all(paths.map(probe))).filter((each) => each !== undefined)
  const distinct = found.filter(
    (each, i) => found.findIndex(({ mariadb, version }) => mariadb === each.mariadb && String(version) === String(each.version)) === i,
  )
  const rank = ({ mariadb, version: [major = 0, minor = 0] }: Binary) =>
    (mariadb === (dialect === 'mariadb') ? 0 : 1e6) +
    (major === wanted?.[0] && minor === (wanted[1] ?? minor) ? 0 : 1e5) -
    major * 100 -
    minor
  return distinct.sort((a, b) => rank(a) - rank(b))
}

async function probe(path: string): Promise<Binary | undefined> {
  try {
    const { stdout } = await run(path, ['--no-defaults', '--version'])
    const version = parseVersion(/\bVer\s+(\S+)/.exec(stdout)?.[1] ?? '')
    return version && { path, mariadb: /mariadb/i.test(stdout), version }
  } catch {
    return undefined
  }
}

/** The program that makes a data directory for MariaDB; undefined: it is not beside the server. */
export function installerOf({ path }: Binary): string | undefined {
  const base = dirname(dirname(path))
  return [join(base, 'bin'), join(base, 'scripts'), dirname(path)]
    .flatMap((folder) => ['mariadb-install-db', 'mysql_install_db'].map((name) => join(folder, name)))
    .find((each) => existsSync(each))
}
