import type { DialectName } from '../ir/names.ts'
import type { OperationKind } from '../ir/operation.ts'
import type { ScriptSite, Site } from '../rule/site.ts'
import type { RuleSetting } from './site.ts'

/** A rule, and what of it wants to hear. */
interface Listener<Hears> {
  readonly setting: RuleSetting
  readonly hear: Hears
}
type HearsOperation = (operation: never, at: Site) => void

/** Which rules want to hear of what. The handlers are taken out of the rules once: looking each up at each operation costs as much as most do. */
export class Listeners {
  readonly #rules: readonly RuleSetting[]
  readonly #byKind = new Map<OperationKind, readonly Listener<HearsOperation>[]>()
  readonly script: readonly Listener<(at: ScriptSite) => void>[]
  readonly migration: readonly RuleSetting[]
  readonly history: readonly RuleSetting[]

  constructor(rules: readonly RuleSetting[]) {
    this.#rules = rules
    this.script = rules.flatMap((setting) => (setting.rule.on.script ? [{ setting, hear: setting.rule.on.script }] : []))
    this.migration = rules.filter(({ rule }) => rule.on.migration)
    this.history = rules.filter(({ rule }) => rule.on.history)
  }

  of(kind: OperationKind): readonly Listener<HearsOperation>[] {
    let found = this.#byKind.get(kind)
    if (!found) {
      found = this.#rules.flatMap((setting) => {
        const { [kind]: own, every } = setting.rule.on
        return [own, every].flatMap((hear) => (hear ? [{ setting, hear }] : []))
      })
      this.#byKind.set(kind, found)
    }
    return found
  }
}

interface Both {
  /** In `up`, and in `down` where it is judged in full. */
  readonly inUp: Listeners
  /** In a `down` of which only the way back counts. */
  readonly inDown: Listeners
}

const known = new WeakMap<readonly RuleSetting[], Map<DialectName, Both>>()

/** The rules that speak of an engine, with their options filled up. Worked out once for each list: an editor judges with the same one at every keystroke. */
export function listenersAmong(settings: readonly RuleSetting[], engine: DialectName): Both {
  let byEngine = known.get(settings)
  if (!byEngine) {
    byEngine = new Map()
    known.set(settings, byEngine)
  }
  let both = byEngine.get(engine)
  if (!both) {
    const rules = settings
      .filter(({ rule }) => rule.dialects.includes(engine))
      .map((setting) => ({ ...setting, options: { ...setting.rule.options, ...setting.options } }))
    both = { inUp: new Listeners(rules), inDown: new Listeners(rules.filter(({ rule }) => rule.inDown === 'speaks')) }
    byEngine.set(engine, both)
  }
  return both
}
