const nothing = /^(?:\p{Mn}|\p{Me}|\p{Cf})$/u

// East Asian wide and fullwidth characters and pictographs: https://www.unicode.org/reports/tr11/
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
]

/** How many cells of a terminal a text takes: wide characters two, combining ones none. Tabs count as one. */
export function cells(text: string): number {
  let count = 0
  for (const character of text) {
    const code = character.codePointAt(0)!
    if (code < 0x300) count++
    else if (!nothing.test(character)) count += wide.some(([from, to]) => code >= from && code <= to) ? 2 : 1
  }
  return count
}
