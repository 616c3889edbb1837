import type { Dialect, Version } from '../dialects/dialect.ts'
import type { FrameworkName } from '../frameworks/framework.ts'
import type { BackPlace, BackStep, Change, Following, NewFile, Unwritable, Wish } from '../frameworks/writer.ts'
import type { Migration, Statement } from '../ir/migration.ts'
import type { Operation } from '../ir/operation.ts'
import type { Finding } from '../rule/finding.ts'
import type { Moment, Walk } from '../rule/site.ts'
import type { Span } from '../source/span.ts'
import type { TextEdit } from '../source/text-edit.ts'

/** A way out of a finding, as changes of text. It is offered only when the result has been judged again. */
export interface Plan {
  /** What it does, as an imperative for people: `Build orders_user CONCURRENTLY`. */
  readonly title: string
  readonly edits: readonly TextEdit[]
  readonly creates: readonly NewFile[]
  /**
   * `meaning`: when all pending migrations have run, the database is the same as without it; applied unasked. `structure`: it decides something that a person
   * should look at (rows that do not come back); applied when suggestions are asked for.
   */
  readonly keeps: 'meaning' | 'structure'
}

/** What a recipe may ask. */
export interface RecipeSite {
  readonly dialect: Dialect
  readonly version: Version
  readonly framework: FrameworkName
  /** Raw SQL: the tool whose files these are. */
  readonly convention: string | undefined
  readonly migration: Migration
  /** The direction that the finding is about, walked; and the other ones. */
  readonly walk: Walk
  readonly up: Walk
  readonly down: Walk | undefined
  /** The operation that the finding is about; undefined: it is about the migration as a whole. */
  readonly moment: Moment | undefined
  /** How old tables are is asked of the schema before: was this born in this migration? */
  readonly position: number
  /** The text at a place, as the user wrote it; the whole file's where only its path is given. '' when it cannot be read. */
  text(where: Span | string): string
  /** Changes that the framework writes. What its room cannot do is unwritable. */
  outsideTransaction(): Change | Unwritable
  following(content: Following): Change | Unwritable
  before(statement: Statement, sql: readonly string[], session?: 'same' | 'any'): Change | Unwritable
  without(statement: Statement): Change | Unwritable
  saying(operation: Operation, wish: Wish): Change | Unwritable
  wayBack(steps: readonly BackStep[], place: BackPlace): Change | Unwritable
  wrapped(sql: readonly string[]): Change | Unwritable
  awaited(call: Span): Change | Unwritable
  inTransaction(operation: Operation): Change | Unwritable
}

/** The finding that a plan is made for. */
export type PlannedFinding = Finding & { readonly statement: Span }

/**
 * Makes the plan for one finding of the rule that the recipe is named for. undefined: there is nothing to be done by machine about findings of
 * this kind. Unwritable: there would be, and why not here.
 */
export type Recipe = (finding: PlannedFinding, site: RecipeSite) => Plan | Unwritable | undefined

/** Is it what cannot be written? */
export function isUnwritable(result: object): result is Unwritable {
  return 'because' in result
}

/** The changes together, as a plan, in the order in which they are to stand; the first that cannot be written says why the whole cannot. */
export function planOf(title: string, keeps: Plan['keeps'], ...changes: readonly (Change | Unwritable)[]): Plan | Unwritable {
  const edits: TextEdit[] = []
  const creates: NewFile[] = []
  for (const change of changes) {
    if (isUnwritable(change)) return change
    for (const edit of change.edits) addTo(edits, edit)
    creates.push(...change.creates)
  }
  return { title, edits, creates, keeps }
}

/** Two insertions at one place become one, in their order. */
function addTo(edits: TextEdit[], edit: TextEdit): void {
  const isThere = ({ file, start, end }: TextEdit) => file === edit.file && start === edit.start && end === start && edit.end === start
  const at = edits.findIndex(isThere)
  if (at < 0) edits.push(edit)
  else edits[at] = { ...edit, text: edits[at]!.text + edit.text }
}

/** A change of one place. */
export function edit({ file, start, end }: Span, text: string): Change {
  return { edits: [{ file, start, end, text }], creates: [] }
}
