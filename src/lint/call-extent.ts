/** How far a call is followed, in UTF-16 units. */
const farthest = 20_000

/**
 * Where the call that begins on a line of JavaScript ends, when all it is given is text: `query(` with its SQL further down. `from` is
 * where the line begins. A call inside the call, or the body of a function, ends it: what is in there has lines of its own.
 */
export function callEnd(text: string, from: number): number {
  const open: string[] = []
  const limit = Math.min(text.length, from + farthest)
  let last = ''
  for (let i = from; i < limit; i++) {
    const character = text[i]!
    if (open.at(-1) === '`') {
      if (character === '\\') i++
      else if (character === '`') open.pop()
      else if (character === '$' && text[i + 1] === '{') {
        open.push('{')
        i++
      }
      continue
    }
    if (character === "'" || character === '"') {
      for (i++; i < limit && text[i] !== character && text[i] !== '\n'; i++) if (text[i] === '\\') i++
      last = character
      continue
    }
    if (character === '/' && (text[i + 1] === '/' || text[i + 1] === '*')) {
      const closing = text.indexOf(text[i + 1] === '/' ? '\n' : '*/', i + 2)
      if (closing < 0) return limit
      i = text[i + 1] === '/' ? closing - 1 : closing + 1
      continue
    }
    if (character === '\n' && open.length === 0) return i
    if (character === '{' && (open.length === 0 || last === '>' || last === ')')) return i
    if (character === '(' && open.length > 0) return i
    if (character === '(' || character === '[' || character === '{' || character === '`') open.push(character)
    else if (character === ')' || character === ']' || character === '}') {
      if (open.pop() === undefined || open.length === 0) return i
    }
    if (character.trim() !== '') last = character
  }
  return limit
}
