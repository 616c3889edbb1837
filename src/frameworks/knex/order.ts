import type { Project } from '../../project/project.ts'
import { byFileName, fileName, isNoSource } from '../module-files.ts'

/** Migrations in the order in which they run. */
export interface Ordered {
  readonly paths: readonly string[]
  readonly because: string
  /** The project hands Knex its migrations itself. */
  readonly ownSource: boolean
}

/** Where a project hands Knex its migrations. */
const sources = ['**/*{knex,database,db,connection,migrat}*.{js,cjs,mjs,ts}', '**/{knex,database,db}/**/index.{js,cjs,mjs,ts}']

/** By file name, as Knex does it; by version where every name is one and the project has a `migrationSource` of its own. */
export function inOrder(project: Project, paths: readonly string[], ignore: readonly string[] | undefined): Ordered {
  const byName = { paths: [...paths].sort(byFileName), because: 'Knex runs migrations in the order of their file names', ownSource: false }
  const versions = paths.map((path) => ({ path, version: versionOf(path) }))
  if (versions.length < 2 || versions.some(({ version }) => version === undefined)) return byName
  const source = project.glob(sources, ignore).find((path) => {
    const file = isNoSource(path) ? undefined : project.read(path)
    return file !== undefined && 'text' in file && /\bmigrationSource\b/.test(file.text)
  })
  if (source === undefined) return byName
  const sorted = versions.sort((a, b) => compareVersions(a.version!, b.version!)).map(({ path }) => path)
  return { paths: sorted, because: `${source} has a migrationSource of its own, and the names are versions`, ownSource: true }
}

type Part = number | string

/** `2.0.0-beta.11.js` as its parts, those of a pre-release in a list of their own; undefined: the name is no version. */
function versionOf(path: string): { readonly release: readonly Part[]; readonly before: readonly Part[] } | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?\.[cm]?[jt]s$/.exec(fileName(path))
  if (!match) return undefined
  const part = (text: string): Part => (/^\d+$/.test(text) ? Number(text) : text)
  return { release: match.slice(1, 4).map(part), before: match[4] === undefined ? [] : match[4].split('.').map(part) }
}

/** https://semver.org/#spec-item-11 */
function compareVersions(a: NonNullable<ReturnType<typeof versionOf>>, b: NonNullable<ReturnType<typeof versionOf>>): number {
  const release = compareParts(a.release, b.release)
  if (release !== 0 || a.before.length > 0 !== b.before.length > 0) return release || b.before.length - a.before.length
  return compareParts(a.before, b.before)
}

function compareParts(a: readonly Part[], b: readonly Part[]): number {
  for (const [at, left] of a.entries()) {
    const right = b[at]
    if (right === undefined) return 1
    if (left === right) continue
    if (typeof left === 'number' && typeof right === 'number') return left - right
    if (typeof left !== typeof right) return typeof left === 'number' ? -1 : 1
    return left < right ? -1 : 1
  }
  return a.length - b.length
}
