/** What a character can begin: a space, a word (letters, `_`, everything beyond ASCII), a digit, or something else (0). */
export const SPACE = 1
export const WORD = 2
export const DIGIT = 3

const classes = new Uint8Array(128)
for (const space of [9, 10, 11, 12, 13, 32]) classes[space] = SPACE
for (let code = 48; code <= 57; code++) classes[code] = DIGIT
for (let code = 65; code <= 90; code++) classes[code] = classes[code + 32] = WORD
classes[95] = WORD

/** The class of a UTF-16 code unit; 0 for punctuation and for NaN (past the end). A byte order mark is space. */
export function characterClass(code: number): number {
  if (code < 128) return classes[code]!
  return code === 0xfeff ? SPACE : code >= 128 ? WORD : 0
}

/** `\n`, `\r`, or past the end of the text. */
export function isLineEnd(code: number): boolean {
  return code === 10 || code === 13 || Number.isNaN(code)
}
