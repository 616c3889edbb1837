import { rules as builtIn } from '../../rules/registry.ts'
import { loadConfig } from '../config/load.ts'
import { loadEverything } from '../pipeline/check.ts'
import type { Rule } from '../rule/define.ts'
import { type Profile, reaches } from '../rule/finding.ts'
import { completeRule } from '../rule/own.ts'
import { version } from '../version.ts'
import { notRead } from './analysis.ts'
import type { HostRule } from './host.ts'
import { sql } from './language.ts'
import { hostRule, ownReports } from './rules.ts'
import { knowConfig } from './workspace.ts'

const severities = { error: 'error', warning: 'warn', info: 'warn' } as const
type Severity = (typeof severities)[keyof typeof severities]

const reports = { 'surefoot/unused-suppression': 'warn', [`surefoot/${notRead}`]: 'warn' } as const

/** Every rule of a profile and of those before it, with its own severity. */
function rulesOf(all: readonly Rule[], profile: Profile): Record<string, Severity> {
  const entries = all
    .filter((rule) => reaches(profile, rule.profile))
    .map(({ id, severity }) => [`surefoot/${id}`, severities[severity]] as const)
  return { ...Object.fromEntries(entries), ...reports }
}

/** One entry of a flat configuration. */
export interface SurefootConfig {
  name: string
  files?: string[]
  ignores?: string[]
  language?: 'surefoot/sql'
  plugins: { surefoot: SurefootPlugin }
  settings: { surefoot: { profile: Profile } }
  rules: Record<string, Severity>
}

export interface SurefootPlugin {
  meta: { name: string; version: string; namespace: string }
  /** Every rule by its id: `surefoot/<id>`. */
  rules: Record<string, HostRule>
  languages: { sql: typeof sql }
  /** The profiles `safety`, `strict` and `style`, each with those before it. */
  configs: Record<'recommended' | 'strict' | 'style', SurefootConfig[]>
}

/**
 * The plugin: migrations in JavaScript and TypeScript in ESLint's own language, migrations in SQL in `surefoot/sql`. ESLint's rules cannot wait: all that
 * may have to be waited for is, here and once. A wrong configuration is told when a file is linted.
 */
export async function loadPlugin(): Promise<SurefootPlugin> {
  const [config] = await Promise.all([loadConfig(process.cwd()).catch(() => undefined), loadEverything()])
  if (config) knowConfig(config)
  const all = [...builtIn, ...(config?.config.customRules ?? []).map(completeRule)]
  const plugin: SurefootPlugin = {
    meta: { name: 'surefoot', version, namespace: 'surefoot' },
    rules: { ...Object.fromEntries(all.map((rule): [string, HostRule] => [rule.id, hostRule(rule)])), ...ownReports },
    languages: { sql },
    configs: { recommended: [], strict: [], style: [] },
  }
  plugin.configs = {
    recommended: configOf(plugin, all, 'recommended', 'safety'),
    strict: configOf(plugin, all, 'strict', 'strict'),
    style: configOf(plugin, all, 'style', 'style'),
  }
  return plugin
}

function configOf(plugin: SurefootPlugin, all: readonly Rule[], name: string, profile: Profile): SurefootConfig[] {
  const same = { plugins: { surefoot: plugin }, settings: { surefoot: { profile } }, rules: rulesOf(all, profile) }
  return [
    // No `files`: which programs are linted, and with which parser, other entries say.
    { name: `surefoot/${name}`, ignores: ['**/*', '!**/*.{js,cjs,mjs,ts,cts,mts}'], ...same },
    { name: `surefoot/${name}/sql`, files: ['**/*.sql'], language: 'surefoot/sql', ...same },
  ]
}
