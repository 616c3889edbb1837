/** Words of comments that a runner reads: they stand where they must. */
const directive =
  /\+goose|\+migrate|migrate:|atlas:|no-transaction|disable-transaction|statement-breakpoint|^\s*--+\s*[!@+]?\s*(?:ups?|downs?|rollback)\b/i

/**
 * Where the lines of comment begin that stand right above a statement and belong to it; the start of its own line when there are none. `floor` is the offset
 * above which nothing belongs to its script, `mark` what a line of comment begins with.
 */
export function commentAbove(text: string, start: number, floor: number, mark: RegExp = /^\s*--/): number {
  let at = Math.max(text.lastIndexOf('\n', start - 1) + 1, floor)
  while (at > floor) {
    const above = text.lastIndexOf('\n', at - 2) + 1
    const line = text.slice(above, at)
    if (above < floor || !mark.test(line) || directive.test(line)) break
    at = above
  }
  return at
}
