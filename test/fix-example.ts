import type { RuleSetting } from '../src/lint/site.ts'
import { type FixResult, fix } from '../src/pipeline/fix.ts'
import { memoryProject } from '../src/project/memory.ts'
import type { Example, Rule } from '../src/rule/define.ts'
import type { Profile } from '../src/rule/finding.ts'
import { filesOf, settingsOf } from './run-example.ts'

/** What `--fix` makes of an example, and the files before and after it. */
export interface FixedExample extends FixResult {
  readonly before: Readonly<Record<string, string>>
  readonly after: Readonly<Record<string, string>>
}

interface FixedHow {
  readonly profile: Profile
  /** Those too that decide something; true when absent. */
  readonly suggestions?: boolean
  /** In place of the example's own. */
  readonly files?: Readonly<Record<string, string>>
  /** Why nothing may be changed. */
  readonly forbidden?: string
}

/** How the files of an example are judged and mended: as the newest migration of its project. */
export async function fixExample(
  example: Example,
  rules: readonly RuleSetting[],
  allRules: readonly Rule[],
  { profile, suggestions = true, files = filesOf(example).files, forbidden }: FixedHow,
): Promise<FixedExample> {
  const judged = new Set(filesOf(example).judged)
  const known = new Set(Object.keys(filesOf(example).files))
  const result = await fix({
    check: {
      project: memoryProject(files),
      projects: [settingsOf(example)],
      rules,
      allRules,
      profile,
      down: example.judgeDown ? 'full' : 'rollback',
      // A migration that an earlier run made is as new as the one that it was made for.
      only: (path) => judged.has(path) || !known.has(path),
      together: false,
      version: 'test',
    },
    suggestions,
    forbidden: () => forbidden,
  })
  return { ...result, before: files, after: { ...files, ...Object.fromEntries(result.texts) } }
}
