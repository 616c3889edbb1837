import type { Dialect } from '../dialects/dialect.ts'
import type { BackPlace, BackStep, Unwritable } from '../frameworks/writer.ts'
import type { Operation } from '../ir/operation.ts'
import { type Inverse, inverseOf } from './inverse/inverse.ts'
import { isUnwritable, type Plan, planOf, type RecipeSite } from './plan.ts'

/** What takes `up` back, as the history tells it. */
export function wayBackOf(site: RecipeSite): Inverse | Unwritable {
  const { up, dialect, framework, position } = site
  return inverseOf(up, {
    dialect: dialect.name,
    dropsForeignKeys: framework === 'sequelize',
    position,
    isHarmless: harmlessIn(dialect),
    text: site.text,
  })
}

/** A function that is not volatile changes nothing; of the others one sets what ends with the session. */
function harmlessIn(dialect: Pick<Dialect, 'volatility'>): (called: string) => boolean {
  return (called) => called === 'set_config' || ['immutable', 'stable'].includes(dialect.volatility(called) ?? '')
}

/** The plan that writes these steps of a way back. `lost`: what does not come back with them. */
export function planBack(
  site: RecipeSite,
  operations: readonly Operation[],
  lost: readonly string[],
  place: BackPlace,
  title: string,
): Plan | Unwritable {
  const steps = stepsOf(site, operations)
  if (isUnwritable(steps)) return steps
  const said = lost.length === 0 ? title : `${title}: it brings the structure back, not ${lost.join(' and ')}`
  return planOf(said, lost.length === 0 ? 'meaning' : 'structure', site.wayBack(steps, place))
}

function stepsOf({ dialect, version, up }: RecipeSite, operations: readonly Operation[]): readonly BackStep[] | Unwritable {
  const { statements } = up.script
  const bare = bareNames(statements.map(({ sql }) => sql ?? '').join('\n'))
  const steps: BackStep[] = []
  for (const operation of operations) {
    const sql = dialect.write(operation, { version, bare })
    if (!sql) return { because: `${dialect.name} has no one statement for ${operation.kind} here` }
    const made = statements.find(({ operations: own }) =>
      own.some(({ span }) => span.start === operation.span.start && span.end === operation.span.end),
    )
    steps.push({ operation, sql, built: made !== undefined && made.sql === undefined })
  }
  return steps
}

/** Where a text of SQL quotes no name, a name needs quotes only when it is an odd one, or a word of SQL that the text does not write as a name. */
function bareNames(sql: string): (name: string) => boolean {
  if (sql.trim() === '' || /["`]/.test(sql)) return () => false
  return (name) => /^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name)
}

/** Words that some engine reserves and that name tables or columns all the same. A word that is missing here makes a text that cannot be read, and is not written. */
const reserved: ReadonlySet<string> = new Set(
  'all analyze and any array as asc between both by case check collate column condition constraint create cross current_date current_time current_timestamp current_user database default desc distinct do else end except exists false fetch for foreign freeze from full function grant group groups having in index inner interval into is join key lateral leading left like limit local natural new not notnull null of off offset old on only option or order outer over partition placing primary range rank read recursive references release rename repeat replace returning right row rows schema select session_user set show signal some system table then to trailing trigger true union unique update usage use user using values when where window with write'.split(
    ' ',
  ),
)
