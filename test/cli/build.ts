import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

function changedAt(path: string): number {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function newest(folder: string): number {
  let at = 0
  for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && /\.(?:ts|json)$/.test(entry.name)) at = Math.max(at, statSync(join(entry.parentPath, entry.name)).mtimeMs)
  }
  return at
}

/** Builds the command once, before the tests that run it, when a source is newer than the build. */
export default function build(): void {
  const sources = Math.max(newest('src'), newest('rules'), changedAt('package.json'), changedAt('scripts/build.mjs'))
  if (changedAt('dist/surefoot.js') > sources && changedAt('dist/types/src/index.d.ts') > 0) return
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root, stdio: 'inherit' })
}
