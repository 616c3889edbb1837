/** Lines around a change. */
const context = 3

/** Beyond so many differing lines the shortest way from one text to the other is not looked for. */
const furthest = 1000

interface Step {
  readonly kind: ' ' | '-' | '+'
  readonly line: string
}

/**
 * The unified diff of one file, as git and patch take it; '' when the texts are alike. `before` is undefined for a file that is made. Paths are as they are
 * to be shown, with `/`.
 */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  if (before === after) return ''
  const steps = stepsBetween(linesOf(before ?? ''), linesOf(after))
  const head = `--- ${before === undefined ? '/dev/null' : `a/${path}`}\n+++ b/${path}\n`
  return head + hunksOf(steps).join('')
}

/** The lines of a text, each with its end; the last one may have none. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function hunksOf(steps: readonly Step[]): string[] {
  const changes = steps.flatMap(({ kind }, at) => (kind === ' ' ? [] : [at]))
  const hunks: string[] = []
  for (let first = 0; first < changes.length; ) {
    let last = first
    while (last + 1 < changes.length && changes[last + 1]! - changes[last]! <= 2 * context + 1) last++
    hunks.push(hunkOf(steps, Math.max(0, changes[first]! - context), Math.min(steps.length, changes[last]! + context + 1)))
    first = last + 1
  }
  return hunks
}

function hunkOf(steps: readonly Step[], from: number, to: number): string {
  const part = steps.slice(from, to)
  const range = (kind: '-' | '+') => {
    const lines = (list: readonly Step[]) => list.filter((step) => step.kind !== (kind === '-' ? '+' : '-')).length
    const length = lines(part)
    // A side without lines is said to stand behind the line before it.
    return `${kind}${lines(steps.slice(0, from)) + (length === 0 ? 0 : 1)},${length}`
  }
  const body = part.map(({ kind, line }) => `${kind}${line}${line.endsWith('\n') ? '' : '\n\\ No newline at end of file\n'}`)
  return `@@ ${range('-')} ${range('+')} @@\n${body.join('')}`
}

function stepsBetween(before: readonly string[], after: readonly string[]): readonly Step[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end++
  const same = (lines: readonly string[]): Step[] => lines.map((line) => ({ kind: ' ', line }))
  return [
    ...same(before.slice(0, start)),
    ...shortest(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(end === 0 ? [] : before.slice(-end)),
  ]
}

/** The shortest way from one list of lines to another (Myers, An O(ND) Difference Algorithm, 1986). */
function shortest(before: readonly string[], after: readonly string[]): readonly Step[] {
  const trace: Map<number, number>[] = []
  let reached = new Map([[1, 0]])
  for (let changes = 0; changes <= Math.min(before.length + after.length, furthest); changes++) {
    trace.push(reached)
    reached = new Map(reached)
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      let x = isDown(reached, diagonal, changes) ? reached.get(diagonal + 1)! : reached.get(diagonal - 1)! + 1
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++
      reached.set(diagonal, x)
      if (x >= before.length && x - diagonal >= after.length) return back(trace, before, after)
    }
  }
  return [...before.map((line) => ({ kind: '-', line }) as const), ...after.map((line) => ({ kind: '+', line }) as const)]
}

/** Is the diagonal reached by a line that is added, and not by one that is removed? */
function isDown(reached: ReadonlyMap<number, number>, diagonal: number, changes: number): boolean {
  return diagonal === -changes || (diagonal !== changes && reached.get(diagonal - 1)! < reached.get(diagonal + 1)!)
}

function back(trace: readonly ReadonlyMap<number, number>[], before: readonly string[], after: readonly string[]): Step[] {
  const steps: Step[] = []
  let x = before.length
  let y = after.length
  for (let changes = trace.length - 1; changes >= 0; changes--) {
    const reached = trace[changes]!
    const diagonal = x - y
    const from = isDown(reached, diagonal, changes) ? diagonal + 1 : diagonal - 1
    const fromX = reached.get(from)!
    while (x > fromX && y > fromX - from) {
      x--
      y--
      steps.push({ kind: ' ', line: before[x]! })
    }
    if (changes === 0) break
    if (x === fromX) steps.push({ kind: '+', line: after[--y]! })
    else steps.push({ kind: '-', line: before[--x]! })
  }
  return steps.reverse()
}
