import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPackage } from '../../packages.ts'
import type { SqliteDriver, SqliteValue } from './connection.ts'

/** What node:sqlite and better-sqlite3 have in common, as far as it is used; `More` is what their statements have each for itself. */
interface Opened<More> {
  prepare(sql: string): More & { all(): readonly Readonly<Record<string, SqliteValue>>[]; run(): unknown }
  close(): void
}

/** SQLite of Node itself (22 and later). Undefined: this Node has none. */
export function openNodeSqlite(): SqliteDriver | undefined {
  // Its types are newer than the oldest Node that is supported.
  const builtin = (process as { getBuiltinModule?: (name: string) => unknown }).getBuiltinModule?.('node:sqlite')
  if (builtin === undefined) return undefined
  const { DatabaseSync } = builtin as {
    DatabaseSync: new (path: string) => Opened<{ setReadBigInts(on: boolean): void }>
  }
  return onFiles('node:sqlite', (path) => {
    const database = new DatabaseSync(path)
    return {
      all: (sql) => {
        const prepared = database.prepare(sql)
        prepared.setReadBigInts(true)
        return prepared.all()
      },
      close: () => database.close(),
    }
  })
}

/** The package better-sqlite3, where it is installed and its binary fits this Node. */
export function openBetterSqlite3(root: string): SqliteDriver | undefined {
  const found = findPackage(root, 'better-sqlite3')
  if (!found) return undefined
  try {
    const Database = found.load() as new (path: string) => Opened<{ readonly reader: boolean; safeIntegers(on: boolean): void }>
    return onFiles('better-sqlite3', (path) => {
      const database = new Database(path)
      return {
        all: (sql) => {
          const prepared = database.prepare(sql)
          if (prepared.reader) {
            prepared.safeIntegers(true)
            return prepared.all()
          }
          prepared.run()
          return []
        },
        close: () => database.close(),
      }
    })
  } catch {
    // Installed for another Node or without its binary: another provider answers.
    return undefined
  }
}

interface OnFile {
  all(sql: string): readonly Readonly<Record<string, SqliteValue>>[]
  close(): void
}

/** A driver that keeps its databases as files of a folder of their own, so that their bytes can be taken and given. */
function onFiles(provider: 'node:sqlite' | 'better-sqlite3', open: (path: string) => OnFile): SqliteDriver {
  const folder = mkdtempSync(join(tmpdir(), `surefoot-${process.pid}-`))
  let count = 0
  const probe = open(':memory:')
  const version = String(probe.all('SELECT sqlite_version() AS version')[0]?.version)
  probe.close()
  return {
    provider,
    version,
    close: () => rmSync(folder, { recursive: true, force: true }),
    connect: (image) => {
      const path = join(folder, `${++count}.sqlite`)
      if (image !== undefined) writeFileSync(path, image)
      const opened = open(path)
      // Both switch foreign keys on, which SQLite itself does not.
      opened.all('PRAGMA foreign_keys = OFF')
      return {
        run: (sql) => opened.all(sql),
        image: () => {
          opened.all('PRAGMA wal_checkpoint(TRUNCATE)')
          return withoutLog(readFileSync(path))
        },
        close: () => {
          opened.close()
          for (const end of ['', '-wal', '-shm', '-journal']) rmSync(path + end, { force: true })
        },
      }
    },
  }
}

/** A file that keeps a write-ahead log cannot be opened in memory: bytes 18 and 19 of its header say which journal it uses. */
function withoutLog(image: Uint8Array): Uint8Array {
  if (image[18] === 2) image[18] = 1
  if (image[19] === 2) image[19] = 1
  return image
}
