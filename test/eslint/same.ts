import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as parser from '@typescript-eslint/parser'
import { Linter } from 'eslint'
import { projectSettings, ruleSettings, rulesWith, suppressionsOf } from '../../src/cli/settings.ts'
import { loadConfig } from '../../src/config/load.ts'
import { resolveSettings } from '../../src/config/settings.ts'
import plugin from '../../src/eslint/index.ts'
import { check } from '../../src/pipeline/check.ts'
import { diskProject } from '../../src/project/disk.ts'
import type { Profile } from '../../src/rule/finding.ts'

/** A folder of its own, the top of a repository, that goes when the test has run. */
export function withFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'surefoot-eslint-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, '.git'))
  const result = work(folder)
  if (result instanceof Promise) return result.finally(remove) as T
  remove()
  return result
}

export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

export function copy(from: string, folder: string): void {
  cpSync(from, folder, { recursive: true })
}

const names = { safety: 'recommended', strict: 'strict', style: 'style' } as const

/** What ESLint says of a text, a line a finding, with the fixes' texts left out. */
export function linted(folder: string, path: string, text: string, profile: Profile): readonly string[] {
  const linter = new Linter({ cwd: folder })
  const config = [{ files: ['**/*.{ts,mts,cts}'], languageOptions: { parser } }, ...plugin.configs[names[profile]]]
  return linter
    .verify(text, config as unknown as Linter.Config[], { filename: join(folder, path) })
    .map(({ ruleId, line, column, endLine, endColumn, message }) => `${line}:${column}-${endLine}:${endColumn} ${ruleId}: ${message}`)
    .sort()
}

/** What `surefoot check` says of one file of a folder as it is on disk, in the same form. */
export async function checked(folder: string, path: string, profile: Profile): Promise<readonly string[]> {
  const loaded = await loadConfig(folder)
  const settings = resolveSettings({ profile }, loaded?.config)
  const rules = rulesWith(loaded?.config)
  const project = diskProject(folder)
  const { outcome } = await check({
    ...suppressionsOf(settings, project),
    project,
    projects: settings.projects.map(projectSettings),
    rules: ruleSettings(settings, rules),
    allRules: rules,
    profile,
    down: settings.down,
    only: (other) => other === path,
    together: false,
    version: 'test',
  })
  const ofHistory = new Set(rules.flatMap(({ id, on }) => (on.history ? [id] : [])))
  const findings = outcome.findings.flatMap(({ file, line, column, endLine, endColumn, rule, message, help }) => {
    if (file === path) return [`${line}:${column}-${endLine}:${endColumn} surefoot/${rule}: ${message} ${help}`]
    // What a program reaches in another file ESLint can only show in the program itself.
    return path.endsWith('.sql') || ofHistory.has(rule) ? [] : [`1:1-1:1 surefoot/${rule}: ${message} ${help} (${file}:${line})`]
  })
  const opaque = outcome.opaque.flatMap(({ file, line, because, detail }) =>
    file === path ? [`${line}:1-${line + 1}:1 surefoot/not-read: Not read (${because}): ${detail}`] : [],
  )
  return [...findings, ...opaque].sort()
}
