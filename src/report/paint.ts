import { styleText } from 'node:util'

/** Colours, or none: the reports never ask whether they may. */
export interface Paint {
  bold(text: string): string
  dim(text: string): string
  bad(text: string): string
  warn(text: string): string
  note(text: string): string
  good(text: string): string
}

const plain = (text: string) => text

export const noPaint: Paint = { bold: plain, dim: plain, bad: plain, warn: plain, note: plain, good: plain }

// Whether to colour was decided by the door; the stream's own opinion must not undo it.
const options = { validateStream: false }

export const colours: Paint = {
  bold: (text) => styleText('bold', text, options),
  dim: (text) => styleText('dim', text, options),
  bad: (text) => styleText('red', text, options),
  warn: (text) => styleText('yellow', text, options),
  note: (text) => styleText('cyan', text, options),
  good: (text) => styleText('green', text, options),
}
