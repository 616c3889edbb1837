import { rules } from '../../rules/registry.ts'
import type { FrameworkName } from '../../src/frameworks/framework.ts'
import type { DialectName } from '../../src/ir/names.ts'
import { type FixResult, fix } from '../../src/pipeline/fix.ts'
import { memoryProject } from '../../src/project/memory.ts'
import { settingsFor } from '../run-example.ts'

const rollback = ['missing-down', 'irreversible-down', 'enum-drop-type', 'lossy-down', 'down-rejects-new-rows', 'missing-transaction']
const settings = settingsFor(rules, 'safety').filter(({ rule }) => rollback.includes(rule.id))

/** What the recipes for rollbacks make of the last of these files; the others are history. */
export function mended(
  on: DialectName,
  framework: FrameworkName,
  files: Readonly<Record<string, string>>,
  suggestions = false,
): Promise<FixResult> {
  const last = Object.keys(files).at(-1)
  return fix({
    check: {
      project: memoryProject(files),
      projects: [{ framework, dialect: on, runner: {}, boundByRunner: false }],
      rules: settings,
      allRules: rules,
      profile: 'safety',
      down: 'rollback',
      only: (path) => path === last,
      together: false,
      version: 'test',
    },
    suggestions,
    forbidden: () => undefined,
  })
}
