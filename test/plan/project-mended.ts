import type { DialectName } from '../../src/ir/names.ts'
import { type FixResult, fix } from '../../src/pipeline/fix.ts'
import type { Profile } from '../../src/rule/finding.ts'
import { optionsFor } from '../options.ts'

export type Files = Readonly<Record<string, string>>

export interface Mended {
  /** The files that are other than before, and those that were made. */
  readonly changed: Files
  /** `rule: title` of what was done, and `rule: because` of what was not. */
  readonly done: readonly string[]
  readonly left: readonly string[]
}

/** What `--fix` makes of the migrations of a project. Waits for locks are taken to be bounded by the runner, unless `timeouts`. */
export async function mended(
  files: Files,
  how: { readonly dialect?: DialectName; readonly timeouts?: true; readonly profile?: Profile } = {},
): Promise<Mended> {
  const { dialect = 'postgres', profile = 'safety' } = how
  const { texts, fixed, unfixed }: FixResult = await fix({
    check: optionsFor(files, { dialect, boundByRunner: how.timeouts !== true }, { profile }),
    suggestions: false,
    forbidden: () => undefined,
  })
  return {
    changed: Object.fromEntries(texts),
    done: fixed.map(({ finding, title }) => `${finding.rule}: ${title}`),
    left: unfixed.map(({ finding, because }) => `${finding.rule}: ${because}`),
  }
}
