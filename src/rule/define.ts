import type { FrameworkName } from '../frameworks/framework.ts'
import type { DialectName } from '../ir/names.ts'
import type { Operation, OperationKind, OperationOf } from '../ir/operation.ts'
import type { Profile, Severity } from './finding.ts'
import type { HistorySite, MigrationSite, ReportOptions, ScriptSite, Site } from './site.ts'

type SlotNames<Text extends string> = Text extends `${string}{${infer Slot}}${infer Rest}` ? Slot | SlotNames<Rest> : never
type TextOf<M> = M extends { readonly text: infer Text extends string } ? Text : M extends string ? M : never
/** The values that a message's `{slots}` need; forgetting one does not compile. */
export type SlotsOf<M> = [SlotNames<TextOf<M>>] extends [never]
  ? Readonly<Record<string, never>>
  : Readonly<Record<SlotNames<TextOf<M>>, string | number>>

export type Message =
  | string
  | {
      readonly text: string
      readonly severity?: Severity
      readonly help?: string
      /** Said from this profile on, where that is stricter than the rule's own; a rule that is switched on by name says it always. */
      readonly profile?: Profile
    }

/** Replaces the loose `report` of a site by one that knows the rule's messages and their slots. */
type WithReport<S, M extends Readonly<Record<string, Message>>> = Omit<S, 'report' | 'says'> & {
  says(message: keyof M & string): boolean
  report<Id extends keyof M & string>(
    where: Parameters<Site['report']>[0],
    message: Id,
    slots: SlotsOf<M[Id]>,
    options?: ReportOptions<keyof M & string>,
  ): void
}

/** The same for a history, whose findings say which migration they belong to. */
type WithHistoryReport<S, M extends Readonly<Record<string, Message>>> = Omit<S, 'report' | 'says'> & {
  says(message: keyof M & string): boolean
  report<Id extends keyof M & string>(
    where: Parameters<HistorySite['report']>[0],
    message: Id,
    slots: SlotsOf<M[Id]>,
    options: ReportOptions<keyof M & string> & Pick<Parameters<HistorySite['report']>[3], 'migration'>,
  ): void
}

export type OperationHandlers<M extends Readonly<Record<string, Message>>, Options> = {
  readonly [K in OperationKind]?: (operation: OperationOf<K>, at: WithReport<Site<OperationOf<K>, string, Options>, M>) => void
}

export interface WiderHandlers<M extends Readonly<Record<string, Message>>, Options> {
  /** Called for every operation, after the handler of its kind. */
  readonly every?: (operation: Operation, at: WithReport<Site<Operation, string, Options>, M>) => void
  /** Called once for `up` and once for `down`, when it has been walked whole. */
  readonly script?: (at: WithReport<ScriptSite<string, Options>, M>) => void
  /** Called once per migration. */
  readonly migration?: (at: WithReport<MigrationSite<string, Options>, M>) => void
  /** Called once per history, when its last migration has been replayed: for what a later migration may still mend. */
  readonly history?: (at: WithHistoryReport<HistorySite<string, Options>, M>) => void
}

/**
 * One case of a rule's documentation, which is its test as well. Exactly one of `sql`, `sequelize`, `typeorm`, `prisma`, `file` holds the code:
 * `sql` is the text of a raw SQL migration, `sequelize` and `typeorm` the body of `up` (with `queryInterface, Sequelize` or `queryRunner` in
 * scope), `prisma` the text of migration.sql, `file` a whole module of `framework`.
 */
export interface Example {
  readonly on: DialectName
  /** Server version; the latest when absent. */
  readonly version?: string
  readonly sql?: string
  readonly sequelize?: string
  readonly typeorm?: string
  readonly knex?: string
  readonly prisma?: string
  readonly file?: string
  readonly framework?: FrameworkName
  /**
   * The body of `down`, in the language of the code; '' is an empty one. Absent: a SQL migration has none, an ORM's throws on purpose
   * ("forward only"), so that rollback rules stay out of examples about something else. A missing `down` is written with `file`.
   */
  readonly down?: string
  /** Earlier migrations, oldest first, in the same form as the code (bodies of `up`). */
  readonly history?: readonly string[]
  readonly runner?: { readonly transaction?: 'all' | 'each' | 'none'; readonly cls?: boolean }
  /** Which profile it is judged with; the rule's own when absent. */
  readonly profile?: Profile
  readonly options?: Readonly<Record<string, unknown>>
  /** Other rules that speak on it, by id: our advice may not contradict itself in silence. */
  readonly also?: readonly string[]
  /** One line above the code in the documentation. */
  readonly title?: string
  /** Other files of the project (a model, a data source), path to text. */
  readonly files?: Readonly<Record<string, string>>
  /** The migrations as the branch was made from them, path to text: judged as `--since` that base. */
  readonly base?: Readonly<Record<string, string>>
  /** `--down full`. */
  readonly judgeDown?: boolean
}
export interface BadExample<Id extends string = string> extends Example {
  /** The message that is reported exactly once. */
  readonly says: Id
}

export interface RuleDefinition<M extends Readonly<Record<string, Message>>, Options> {
  /** The file's name. Names the hazard. */
  readonly id: string
  readonly title: string
  readonly severity: Severity
  readonly profile: Profile
  /** One sentence: why it speaks in this profile, not in a stricter or a milder one. */
  readonly profileBecause: string
  readonly since: string
  readonly dialects: readonly DialectName[]
  /** What happens, for the documentation: a short paragraph. */
  readonly why: string
  /** What to do: the default `help` line of its findings. One sentence. */
  readonly instead: string
  /** When it does not matter. */
  readonly unless: string
  /** Manuals and measurements. */
  readonly sources: readonly string[]
  /** Rows of the hazard catalogue (scripts/hazards.json) that it answers, each whole or in part; none for a hazard that no list has. */
  readonly covers: readonly number[]
  /** What squawk, eugene, Atlas and strong_migrations call it: `squawk:ban-drop-column`. The catalogue has the other linters' names. */
  readonly equivalents: readonly string[]
  /** `speaks`: also judged in `down` by default (rollback rules and what surely fails); `full`: only under `--down full`. */
  readonly inDown: 'speaks' | 'full'
  /** Also judged in the branches of a migration that only other engines than the declared one take. */
  readonly inBranches?: true
  /** The messages that hold of a database on a device too, which no program uses while it is migrated; all of them when absent. */
  readonly onDevice?: readonly (keyof M & string)[]
  readonly messages: M
  readonly options?: Options
  readonly on: OperationHandlers<M, Options> & WiderHandlers<M, Options>
  readonly bad: readonly [BadExample<keyof M & string>, ...BadExample<keyof M & string>[]]
  readonly good: readonly [Example, ...Example[]]
}

/** A rule as the engine runs it; the message types are gone. */
export type Rule = {
  /** Its page, relative to the project: the registry knows it from the rule's folder. */ readonly page?: string
} & Omit<RuleDefinition<Readonly<Record<string, Message>>, Readonly<Record<string, unknown>>>, 'on' | 'bad' | 'onDevice'> & {
    readonly onDevice?: readonly string[]
    readonly on: { readonly [K in OperationKind | 'every']?: (operation: never, at: Site) => void } & {
      readonly script?: (at: ScriptSite) => void
      readonly migration?: (at: MigrationSite) => void
      readonly history?: (at: HistorySite) => void
    }
    readonly bad: readonly BadExample[]
  }

/** Checks a rule's types and gives it to the engine; every rule of style has the option `allow`: names that it lets pass. */
export function defineRule<
  const M extends Readonly<Record<string, Message>>,
  const Options extends Readonly<Record<string, unknown>> = Readonly<Record<string, never>>,
>(definition: RuleDefinition<M, Options>): Rule {
  const rule = definition as unknown as Rule
  return rule.profile === 'style' ? { ...rule, options: { allow: [], ...rule.options } } : rule
}

export type { Column, Constraint, DataType, Expression, Reference } from '../ir/column.ts'
export type { Branch, Context, Guard, Loop } from '../ir/context.ts'
export type { Assignment, Predicate, Query, Term } from '../ir/data.ts'
export type { DialectName, Name } from '../ir/names.ts'
export { isComputed, showName } from '../ir/names.ts'
export type { Operation, OperationKind, OperationOf, Parameter } from '../ir/operation.ts'
export { signature } from '../schema/apply-function.ts'
export type { Difference } from '../schema/diff.ts'
export { functionsNaming, triggersNaming, typesLabelledIn, viewsNaming } from '../schema/lookup.ts'
export { referrersOf } from '../schema/references.ts'
export { findColumn, findFunction, findTable, findView, type Schema } from '../schema/schema.ts'
export { sourcesOf } from '../schema/sources.ts'
export type { ColumnState, IndexState, Overload, Table, TypeState, ViewState } from '../schema/table.ts'
export type { Span } from '../source/span.ts'
export { algorithmFor } from './algorithm.ts'
export { isOutsideTransactions, isRefusedAsMixed, runsBeside, waitsForItself } from './beside.ts'
export { isAddedAgain, isHollow, putBack, refilledByProgram, swappedIn } from './comes-back.ts'
export { createdColumns } from './created.ts'
export { type Dependant, dependantsOf } from './dependants.ts'
export { durationOf } from './duration.ts'
export { effectOf } from './effect.ts'
export { failingStep, syntaxErrorOf } from './failing-steps.ts'
export type { Evidence, Profile, Related, Severity } from './finding.ts'
export { dropsNothing } from './history.ts'
export { implicitValue, zeroDate } from './implicit-value.ts'
export { isUnchecked } from './kept-tables.ts'
export { deleteAction, keysMadeAnew, refuses, updateAction } from './key-actions.ts'
export { type Locked, lockedBy } from './locked.ts'
export { createdBy, droppedBy } from './makers.ts'
export { missingColumn } from './missing-column.ts'
export { isGiven, isRequired, type LostColumn, lostByRebuild, type Rebuilt, rebuiltTables } from './rebuilt.ts'
export { type Refusal, refusalOf } from './refused.ts'
export {
  columnsOfType,
  copiesOf,
  filledFromRows,
  isCheckpointName,
  isFilledBy,
  isRebuilt,
  isRefilled,
  isRenamedHere,
  isSchemaBornHere,
  isSetAside,
  isSwappedOut,
  movedTo,
  recreatedAs,
  referringTables,
  renamedByDropAndAdd,
  replacementsOf,
} from './replacement.ts'
export { boundOf, changesOwnRows, isCatalog } from './rows.ts'
export type { Age, HeldLock, HistorySite, MigrationSite, Moment, ScriptSite, Site, TableView, Walk } from './site.ts'
export {
  areDependent,
  canBeGuarded,
  changesNothing,
  isRepeatable,
  isStructural,
  mayStopAfter,
  moveOfRows,
  type StepMoment,
  stepsOf,
  tablesOf,
  takesData,
} from './steps.ts'
export { kindChange } from './type-kinds.ts'
export { cutBy, silentLoss } from './type-loss.ts'
export { unrestored } from './unrestored.ts'
export { addedInTransaction } from './validation.ts'
