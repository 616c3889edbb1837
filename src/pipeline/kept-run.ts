import type { Outcome } from '../lint/outcome.ts'
import type { Shelf } from '../project/cache.ts'
import { type Answered, Asked } from '../project/questions.ts'
import { digest } from '../source/digest.ts'
import { build } from '../version.ts'
import { type CheckOptions, type CheckResult, check } from './check.ts'
import { now, today } from './now.ts'

/** What a run came to, as it stands on the shelf. */
interface Kept {
  /** All that decides a run, files apart. */
  readonly from: string
  /** What the run asked of the files. */
  readonly asked: Answered
  readonly histories: number
  readonly outcome: Outcome
}

/** An outcome of so many UTF-16 units is kept: that of some twenty thousand migrations. */
const room = 32 * 1024 * 1024

/**
 * A check that comes to what an earlier process came to, while everything that one asked of the files has the same answers: most runs of a linter
 * follow a change of something else. Kept where `options` have a shelf and many migrations are judged: those that a commit brings are seldom asked
 * for twice. The rules must be Surefoot's own: what others do is not known by their names.
 */
export async function checkOnce(options: CheckOptions): Promise<Pick<CheckResult, 'outcome' | 'histories'>> {
  const { shelf, project, only, named, base, prove, memory, planning } = options
  if (!shelf || (only ?? base ?? prove ?? memory ?? planning)) return check(options)
  const started = now()
  const name = `run-${digest(JSON.stringify([project.root, named, options.detail === true])).slice(0, 20)}`
  const from = fromOf(options)
  const kept = keptAs(name, shelf)
  if (kept?.from === from && Asked.again(project, kept.asked)) {
    const { outcome, histories } = kept
    return { histories, outcome: { ...outcome, summary: { ...outcome.summary, milliseconds: Math.round(now() - started) } } }
  }
  const asked = new Asked(project)
  const { outcome, histories } = await check({ ...options, project: asked.project })
  const isWhole = (project.unreadable?.() ?? []).length === 0
  if (isWhole && outcome.summary.migrations >= shelf.least) {
    const text = JSON.stringify({ from, asked: asked.answered, histories, outcome } satisfies Kept)
    if (text.length <= room) shelf.put(name, Buffer.from(text))
  }
  return { outcome, histories }
}

/** All that decides a run, its files apart. */
function fromOf(options: CheckOptions): string {
  const { project: _, shelf: __, progress: ___, beforeParsing: ____, rules, allRules, ...rest } = options
  const chosen = rules.map(({ rule, severity, options }) => [rule.id, severity, options])
  return digest(JSON.stringify([build, options.today ?? today(), chosen, allRules.map(({ id }) => id), rest]))
}

function keptAs(name: string, shelf: Shelf): Kept | undefined {
  try {
    const bytes = shelf.take(name)
    return bytes && (JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')) as Kept)
  } catch {
    return undefined
  }
}
