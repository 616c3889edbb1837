import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const fixtures = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'fixtures')

/** What servers of some versions do with a statement. Absent members were not looked at. */
export interface Outcome {
  /** The first and the last version, as comparable numbers; without a last one it holds to this day. */
  readonly versions: readonly [string, string?]
  /** The statement fails: SQLSTATE on PostgreSQL, error number on MySQL and MariaDB. Nothing else is said then. */
  readonly refused?: string
  /** PostgreSQL: the strongest lock on the target. MySQL and MariaDB: the mildest LOCK that is accepted. */
  readonly lock?: string
  /** MySQL and MariaDB: the cheapest ALGORITHM that is accepted. */
  readonly algorithm?: string
  readonly rewrites?: boolean
  readonly scans?: boolean
  readonly buildsIndex?: boolean
  /** PostgreSQL: locks on other tables, those of mere readers left out. */
  readonly others?: Readonly<Record<string, string>>
  /** PostgreSQL: false where it is refused inside a transaction block. */
  readonly inTransaction?: boolean
}

export type Property = 'lock' | 'algorithm' | 'rewrites' | 'scans' | 'buildsIndex' | 'others' | 'inTransaction'

/** A statement on a database that `first` prepared, and what it was seen to do. */
export interface Fact {
  readonly id: string
  readonly statement: string
  /** The relation whose lock, files and rows are looked at. */
  readonly target: string
  /** SQL that is run and committed before, after the base of its file. */
  readonly first?: string
  /** A setting of the session. */
  readonly session?: string
  /** The page of the manual. */
  readonly cite?: string
  readonly on: readonly Outcome[]
  /** Why the costs say something else of a property on purpose: the key of an explanation of the file. */
  readonly differs?: Readonly<Partial<Record<Property, string>>>
  /** It needs what an embedded server does not have: extensions, programs, a network. */
  readonly needs?: 'server'
  /** Why it is not repeated: what it would leave behind, or what it lacks. */
  readonly unrepeatable?: string
}

export interface FactFile {
  readonly source: string
  /** Statements that make the database on which every fact was seen. */
  readonly base: readonly string[]
  readonly explanations: Readonly<Record<string, string>>
  readonly facts: readonly Fact[]
}

/** Reads `fixtures/facts/<name>.json`. */
export function readFacts(name: string): FactFile {
  return JSON.parse(readFileSync(join(fixtures, 'facts', `${name}.json`), 'utf8')) as FactFile
}

export interface Experiment {
  /** The file's name: the claim. */
  readonly id: string
  readonly path: string
  /** What the file's first comment says. */
  readonly claim: string
  readonly versions: readonly [string, string?]
  readonly arrange: string
  readonly act: string
  /** One observation a line: `lock t ACCESS EXCLUSIVE`, `rewrites t`, `keeps t`, `refused 25001`, `accepts ALGORITHM=INSTANT`, `rows 3`. */
  readonly observe: readonly string[]
}

/** Reads the experiments of one engine: sections headed `-- arrange`, `-- act` and `-- observe` below a claim. */
export function readExperiments(engine: string): readonly Experiment[] {
  const folder = join(fixtures, 'experiments', engine)
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) =>
      readExperiment(name.replace(/\.sql$/, ''), `fixtures/experiments/${engine}/${name}`, readFileSync(join(folder, name), 'utf8')),
    )
}

function readExperiment(id: string, path: string, text: string): Experiment {
  const [head = '', arrange, act, observe] = text.split(/^-- (?:arrange|act|observe)$/m)
  if (arrange === undefined || act === undefined || observe === undefined) throw new Error(`${path} lacks arrange, act or observe`)
  const lines = head.split('\n').map((line) => line.replace(/^--\s*/, ''))
  const versions = lines.map((line) => /^versions: (\S+)(?: to (\S+))?$/.exec(line)).find((match) => match !== null)
  return {
    id,
    path,
    claim: lines.filter((line) => line !== '' && !line.startsWith('versions:')).join(' '),
    versions: versions === undefined ? ['0'] : versions[2] === undefined ? [versions[1]!] : [versions[1]!, versions[2]],
    arrange: arrange.trim(),
    act: act.trim(),
    observe: observe
      .split('\n')
      .map((line) => line.replace(/^--\s*/, '').trim())
      .filter((line) => line !== ''),
  }
}

/** Does a server version lie within the versions of a fact? `10.11` covers every 10.11.x when it is the last one. */
export function covers([from, to]: readonly [string, string?], version: readonly number[]): boolean {
  const compare = (text: string) => {
    const parts = text.split('.').map(Number)
    for (let i = 0; i < parts.length; i++) if ((version[i] ?? 0) !== parts[i]) return (version[i] ?? 0) - parts[i]!
    return 0
  }
  return compare(from) >= 0 && (to === undefined || compare(to) <= 0)
}
