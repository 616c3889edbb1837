import { onceRead, type ReadText } from '../../project/once-read.ts'
import type { Project } from '../../project/project.ts'
import { type ConnectionTimeouts, timeoutsIn } from '../connection-timeouts.ts'
import { folderOf, type Rc, readRc } from './config.ts'

/** A file of the project that was read. */
export interface ReadFile {
  readonly path: string
  readonly file: ReadText
}

/** The files that make the connection for a folder of migrations, listed once for all that is asked of them. */
export interface ConnectionFiles {
  /** Those that sequelize-cli loads, nearest first. */
  readonly configured: readonly ReadFile[]
  /** Programs that make a connection themselves. */
  readonly programs: () => readonly ReadFile[]
}

/** Where a project with migrations in `directory` would configure its connection, nearest first. */
function candidates(directory: string, rc: Rc | undefined): string[] {
  const found = rc?.config === undefined ? [] : [rc.config, `${rc.config}.json`, `${rc.config}.js`, `${rc.config}.cjs`]
  const ends = ['json', 'js', 'cjs', 'ts']
  for (let at = directory; ; at = folderOf(at)) {
    const base = at === '' ? '' : `${at}/`
    for (const name of ['config/config', 'config/database', 'config/sequelize', 'config/db', 'src/config/config', 'config']) {
      for (const end of ends) found.push(`${base}${name}.${end}`)
    }
    if (at === '' || at.startsWith('..')) return found
  }
}

/** Programs that make the connection themselves (umzug) stand in one of these. */
const connections = [
  '**/{umzug,migrate,migrator,sequelize,database,db,connection,storage}*.{ts,js,cjs,mjs}',
  '**/{database,db,sequelize,storage,models}/{index,index.*}',
]
const mostPrograms = 200
const isDeclarationOrTest = /\.d\.ts$|\.(?:test|spec)\./

/** The files that make the connection for the migrations in a folder. */
export function connectionFiles(project: Project, directory: string, rc: Rc | undefined): ConnectionFiles {
  const read = (path: string): readonly ReadFile[] => {
    const file = project.read(path)
    return 'text' in file ? [{ path, file }] : []
  }
  let programs: readonly ReadFile[] | undefined
  return {
    configured: candidates(directory, rc)
      .filter((path) => project.exists(path))
      .flatMap(read),
    programs: () => {
      programs ??= project
        .glob(connections)
        .filter((path) => !isDeclarationOrTest.test(path))
        .slice(0, mostPrograms)
        .flatMap(read)
      return programs
    },
  }
}

/** Does the text switch continuation-local storage on, which hands an open transaction to every call? */
export const switchesCls = onceRead((text) => /\.\s*useCLS\s*\(/.test(text))

const timeouts = onceRead(timeoutsIn)

/** What a text says of the zone that its connection sets: `zone: undefined` where it is computed, or the server's is left. */
const zoneSaid = onceRead((text): { readonly zone: string | undefined } | undefined => {
  if (/\bkeepDefaultTimezone['"]?\s{0,9}:\s{0,9}true\b/.test(text)) return { zone: undefined }
  const key = /\btimezone['"]?\s{0,9}[:,](?:\s{0,9}(['"`])([^'"`$\n]{1,60})\1)?/i.exec(text)
  return key ? { zone: key[2] } : undefined
})

/** What the connection that migrations run on is given. */
export interface Connection extends ConnectionTimeouts {
  /** The zone of its sessions; absent: it is not known. */
  readonly zone?: string
  /** A file that sequelize-cli loads hands an open transaction to every call. */
  readonly cls?: true
}

/**
 * What the connection that migrations run on is given: timeouts of its sessions, continuation-local storage, and the zone that Sequelize 6 sets on every
 * connection (the connection-manager.js of each dialect; SQLite has none): `+00:00` where nothing says another.
 */
export function connectionOf(project: Project, { configured, programs }: ConnectionFiles, rc: Rc | undefined): Connection {
  const making = (configured.length > 0 ? configured : programs()).map(({ file }) => file)
  const run = rc && project.read(rc.path)
  const loaded = [...configured.map(({ file }) => file), ...(run && 'text' in run ? [run] : [])]
  const bounds = (configured.length > 0 ? loaded : making).map(timeouts)
  const said = making.map(zoneSaid).find((one) => one !== undefined)
  const zone = said ? said.zone : '+00:00'
  return {
    ...(zone === undefined ? {} : { zone }),
    ...bounds.find((found) => Object.keys(found).length > 0),
    ...(loaded.some(switchesCls) ? { cls: true as const } : {}),
  }
}

/** What the connection's `define` says for all models. */
export interface DefineOptions {
  readonly underscored: boolean
  readonly freezeTableName: boolean
}

const defineKey = /['"]?\bdefine['"]?\s{0,9}:\s{0,9}\{([^{}]{0,2000})\}/g

const defined = onceRead((text): DefineOptions => {
  const all = [...text.matchAll(defineKey)].map(([, own]) => own!)
  const says = (pattern: RegExp) => all.some((own) => pattern.test(own))
  return {
    underscored: says(/\bunderscored['"]?\s{0,9}:\s{0,9}true\b/),
    freezeTableName: says(/\bfreezeTableName['"]?\s{0,9}:\s{0,9}true\b/),
  }
})

/** The `define: { … }` of the files that make the connection for a folder of migrations; nothing set where none has one. */
export function defineOptionsOf(project: Project, directory: string): DefineOptions {
  const rc = project.exists('.sequelizerc') ? readRc(project, '.sequelizerc') : undefined
  const { configured, programs } = connectionFiles(project, directory, rc)
  const found = [...configured, ...programs()].map(({ file }) => defined(file))
  return {
    underscored: found.some(({ underscored }) => underscored),
    freezeTableName: found.some(({ freezeTableName }) => freezeTableName),
  }
}
