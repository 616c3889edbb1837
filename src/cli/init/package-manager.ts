import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { textOf } from './write.ts'

/** How a project's own Surefoot is run, and how a job that has only the files comes to it. */
export interface Manager {
  /** What stands before `check`. */
  readonly run: string
  /** The lines of a job that install what the project pins; none where nothing is pinned. */
  readonly install: readonly string[]
  /** What has to be done before the hook can run; undefined: nothing. */
  readonly missing: string | undefined
}

/** The package manager by its lock file. A project without a package.json is not asked to have one: npx brings this version. */
export function managerOf(root: string, version: string): Manager {
  const manifest = textOf(root, 'package.json')
  if (manifest === undefined) return { run: `npx --yes surefoot@${version}`, install: [], missing: undefined }
  const has = (...files: readonly string[]) => files.some((file) => existsSync(join(root, file)))
  const isThere = has('node_modules/.bin/surefoot') || manifest.includes('"surefoot"')
  const missing = (add: string) => (isThere ? undefined : add)
  if (has('pnpm-lock.yaml'))
    return {
      run: 'pnpm exec surefoot',
      install: ['corepack enable', 'pnpm install --frozen-lockfile'],
      missing: missing(`pnpm add --save-dev${has('pnpm-workspace.yaml') ? ' --workspace-root' : ''} surefoot`),
    }
  if (has('yarn.lock'))
    return {
      run: 'yarn surefoot',
      install: ['corepack enable', 'yarn install --frozen-lockfile'],
      missing: missing('yarn add --dev surefoot'),
    }
  const install = has('package-lock.json', 'npm-shrinkwrap.json') ? 'npm ci' : 'npm install'
  return { run: 'npx --no-install surefoot', install: [install], missing: missing('npm install --save-dev surefoot') }
}
