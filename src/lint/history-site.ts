import { atLeast } from '../dialects/dialect.ts'
import type { ProjectFacts } from '../frameworks/framework.ts'
import type { HistoryChanges, HistoryEntry, HistorySite } from '../rule/site.ts'
import type { Schema } from '../schema/schema.ts'
import { isSaid } from './message.ts'
import type { RuleSetting, Scene } from './site.ts'
import type { Course } from './walk.ts'

/** What the sites of one history share. */
export interface HistoryScene extends Pick<Scene, 'profile' | 'sameName' | 'sameColumn'> {
  readonly course: Course
  readonly final: Schema
  readonly migrations: readonly HistoryEntry[]
  readonly facts: () => ProjectFacts
  readonly changes: () => HistoryChanges | undefined
  readonly report: (setting: RuleSetting, ...finding: Parameters<HistorySite['report']>) => void
}

/** The site of a whole history. */
export class WholeHistorySite implements HistorySite {
  readonly #scene: HistoryScene
  readonly #setting: RuleSetting

  constructor(scene: HistoryScene, setting: RuleSetting) {
    this.#scene = scene
    this.#setting = setting
  }

  get dialect() {
    return this.#scene.course.dialect.name
  }
  get version() {
    return this.#scene.course.version
  }
  get framework() {
    return this.#scene.course.framework.name
  }
  get profile() {
    return this.#scene.profile
  }
  get options() {
    return this.#setting.options
  }
  get sameName() {
    return this.#scene.sameName
  }
  get sameColumn() {
    return this.#scene.sameColumn
  }
  get final() {
    return this.#scene.final
  }
  get migrations() {
    return this.#scene.migrations
  }
  get facts() {
    return this.#scene.facts()
  }
  get changes() {
    return this.#scene.changes()
  }
  atLeast(...version: number[]): boolean {
    return atLeast(this.version, ...version)
  }
  says(message: string): boolean {
    return isSaid(this.#setting.rule.messages[message]!, this.#setting.severity, this.profile)
  }
  report(...finding: Parameters<HistorySite['report']>): void {
    this.#scene.report(this.#setting, ...finding)
  }
}
