import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { Manager } from './package-manager.ts'
import { type Advice, type Change, textOf } from './write.ts'

/** The commit hook, for the hook manager that the project has; a plain git hook where it has none. `said`: why that one. */
export function hookFor(root: string, { run }: Manager): { readonly said: string; readonly change?: Change; readonly advice?: Advice } {
  const command = `${run} check --staged`
  const husky = textOf(root, '.husky/pre-commit')
  if (husky !== undefined || existsSync(join(root, '.husky'))) {
    if (husky?.includes('surefoot')) return { said: 'husky runs Surefoot already' }
    return {
      said: 'husky is used (.husky)',
      change: { path: '.husky/pre-commit', how: husky === undefined ? 'create' : 'add', text: `${command}\n`, executable: true },
    }
  }
  for (const path of ['lefthook.yml', 'lefthook.yaml', '.lefthook.yml']) {
    const lefthook = textOf(root, path)
    if (lefthook === undefined) continue
    if (lefthook.includes('surefoot')) return { said: 'lefthook runs Surefoot already' }
    const text = `  commands:\n    surefoot:\n      run: ${command}\n`
    if (/^pre-commit:/m.test(lefthook)) return { said: `lefthook is used (${path})`, advice: { path, text: `under pre-commit:\n${text}` } }
    return { said: `lefthook is used (${path})`, change: { path, how: 'add', text: `pre-commit:\n${text}` } }
  }
  const preCommit = textOf(root, '.pre-commit-config.yaml')
  if (preCommit !== undefined) {
    if (preCommit.includes('surefoot')) return { said: 'pre-commit runs Surefoot already' }
    const text = [
      '  - repo: local',
      '    hooks:',
      '      - id: surefoot',
      '        name: surefoot',
      `        entry: ${command}`,
      '        language: system',
      '        pass_filenames: false',
      '        require_serial: true',
      '',
    ].join('\n')
    // The list of repositories is the last thing of most such files: only there can lines be added at the end.
    const last = preCommit
      .trimEnd()
      .split(/\n(?=\S)/)
      .at(-1)!
    const path = '.pre-commit-config.yaml'
    if (/^repos:\s*\n/.test(last)) return { said: 'pre-commit is used', change: { path, how: 'add', text } }
    return { said: 'pre-commit is used', advice: { path, text: `under repos:\n${text}` } }
  }
  const hooks = gitHooks(root)
  if (hooks === undefined) return { said: 'this is no git repository: no commit hook is written' }
  const path = `${hooks}/pre-commit`
  const there = textOf(root, path)
  if (there?.includes('surefoot')) return { said: 'the git hook runs Surefoot already' }
  if (there !== undefined) return { said: 'a git hook is there', advice: { path, text: `${command} || exit 1\n` } }
  return {
    said: 'no hook manager was found',
    change: { path, how: 'create', text: `#!/bin/sh\n${below(root)}exec ${command}\n`, executable: true },
  }
}

/** git runs its hooks at the top of the repository: the way from there to the root. */
function below(root: string): string {
  const folder = asked(root, '--show-prefix')?.replace(/\/$/, '') ?? ''
  return folder === '' ? '' : `cd '${folder.replaceAll("'", "'\\''")}' && `
}

/** The folder of git's hooks, relative to the root; undefined outside a repository. */
function gitHooks(root: string): string | undefined {
  const path = asked(root, '--git-path', 'hooks')
  return path && (path.startsWith('/') ? relative(root, path) : path).split(sep).join('/')
}

function asked(root: string, ...what: readonly string[]): string | undefined {
  try {
    return execFileSync('git', ['rev-parse', ...what], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}
