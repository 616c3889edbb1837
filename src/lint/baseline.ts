/** Findings of one rule about statements of the same words in one file. */
export interface BaselineEntry {
  /** Relative to the baseline's folder. */
  readonly file: string
  readonly rule: string
  /** As `fingerprintOf` gives it. */
  readonly fingerprint: string
  readonly count: number
}

/** A baseline as it stands in its file. */
export interface RecordedBaseline {
  /** The path of the file, relative to the root. */
  readonly file: string
  readonly entries: readonly BaselineEntry[]
  /** Leave out whatever is found, to be written down. */
  readonly records?: boolean
}

/** What a baseline goes by to know a finding again. */
export interface Recognised {
  readonly file: string
  readonly rule: string
  readonly fingerprint: string
  /** Where it stands, and what it says: a finding that is reached twice is asked about twice, and is one. */
  readonly place: string
}

/**
 * The findings that a project had on the day it was recorded. Each entry leaves out as many findings as it counts, in its own file, or in any
 * other once its file is gone: a file that is moved or renamed takes its entries with it. A run uses it up.
 */
export class Baseline {
  readonly file: string
  readonly #entries: readonly BaselineEntry[]
  readonly #left: Map<BaselineEntry, number>
  readonly #byName = new Map<string, BaselineEntry[]>()
  readonly #exists: (file: string) => boolean
  readonly #records: boolean
  readonly #asked = new Map<string, boolean>()
  readonly #covered = new Map<string, BaselineEntry>()

  /** `exists`: is there such a file, relative to the root? */
  constructor({ file, entries, records = false }: RecordedBaseline, exists: (file: string) => boolean) {
    this.file = file
    this.#entries = entries
    this.#left = new Map(entries.map((entry) => [entry, entry.count]))
    this.#exists = exists
    this.#records = records
    for (const entry of entries) {
      const same = this.#byName.get(nameOf(entry))
      if (same) same.push(entry)
      else this.#byName.set(nameOf(entry), [entry])
    }
  }

  /** Is the finding one of those that were recorded? Each answer of yes uses one of them up. */
  covers(finding: Recognised): boolean {
    const known = this.#asked.get(finding.place)
    if (known !== undefined) return known
    const isThere = this.#take(finding)
    const covered = isThere || this.#records
    if (covered) this.#count(finding)
    this.#asked.set(finding.place, covered)
    return covered
  }

  #take(finding: Recognised): boolean {
    const open = (this.#byName.get(nameOf(finding)) ?? []).filter((entry) => this.#left.get(entry)! > 0)
    const entry = open.find(({ file }) => file === finding.file) ?? open.find(({ file }) => !this.#exists(file))
    if (!entry) return false
    this.#left.set(entry, this.#left.get(entry)! - 1)
    return true
  }

  #count({ file, rule, fingerprint }: Recognised): void {
    const key = `${file}\u0000${rule}\u0000${fingerprint}`
    this.#covered.set(key, { file, rule, fingerprint, count: (this.#covered.get(key)?.count ?? 0) + 1 })
  }

  /** What was left out of the run. */
  get covered(): readonly BaselineEntry[] {
    return [...this.#covered.values()]
  }

  /** What no finding answered to. */
  get remaining(): readonly BaselineEntry[] {
    return this.#entries.flatMap((entry) => {
      const count = this.#left.get(entry)!
      return count > 0 ? [{ ...entry, count }] : []
    })
  }
}

function nameOf({ rule, fingerprint }: Pick<BaselineEntry, 'rule' | 'fingerprint'>): string {
  return `${rule} ${fingerprint}`
}
