/** The known name that is closest to what was written; undefined when none is close. */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  const wanted = written.toLowerCase()
  let best: string | undefined
  let least = Math.max(2, Math.floor(written.length / 3)) + 1
  for (const name of known) {
    const distance = editDistance(wanted, name.toLowerCase(), least)
    if (distance < least) {
      least = distance
      best = name
    }
  }
  return best
}

/** How many characters must be added, dropped or replaced to make one text of the other; `limit` when that many or more. */
export function editDistance(a: string, b: string, limit = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return Math.min(row[b.length]!, limit)
}

/** The end of a sentence about a name that nobody knows: `; did you mean addColumn?`, or nothing when no known name is close. */
export function didYouMean(written: string, known: Iterable<string>): string {
  const near = nearestName(written, [...known])
  return near === undefined ? '' : `; did you mean ${near}?`
}
