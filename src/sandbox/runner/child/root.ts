import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { parse, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

type Listing = (path: unknown, ...rest: unknown[]) => unknown

/**
 * Keeps the names in the root folder from the migration. Node 20's permission model lets them be listed when the paths that may be read begin in two
 * of its folders (measured with 20.20: the order of the paths decides); files and other folders stay shut.
 */
export function hideRoot(): void {
  for (const room of [fs, fs.promises] as unknown as Record<string, Listing>[]) {
    for (const name of ['readdir', 'readdirSync', 'opendir', 'opendirSync']) {
      const list = room[name]
      if (!list) continue
      room[name] = function (this: unknown, path, ...rest) {
        if (!isRoot(path)) return list.call(this, path, ...rest)
        const denied = Object.assign(new Error('Access to this API has been restricted'), {
          code: 'ERR_ACCESS_DENIED',
          permission: 'FileSystemRead',
          resource: String(path),
        })
        if (room === (fs.promises as unknown)) return Promise.reject(denied)
        throw denied
      }
    }
  }
  syncBuiltinESMExports()
}

function isRoot(path: unknown): boolean {
  const text = path instanceof URL ? fileURLToPath(path) : Buffer.isBuffer(path) ? path.toString() : path
  return typeof text === 'string' && resolve(text) === parse(resolve(text)).root
}
