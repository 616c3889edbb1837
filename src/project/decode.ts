import { isUtf8 } from 'node:buffer'
import type { ReadResult } from './project.ts'

/** Files beyond this many bytes are not read: nobody writes such a migration by hand, and it would not fit into memory twice. */
export const maxBytes = 64 * 1024 * 1024

/**
 * The text of a file's bytes. A byte order mark is not part of the text, so that offset 0 is the first character that an editor
 * shows. UTF-16 is read when its mark stands in front. A byte that is not UTF-8 is replaced, and the text says so in `flaw`: a Latin-1 letter
 * in a comment must not hide the statements around it. A NUL byte means that this is no text, and gives an `encoding` error.
 */
export function decode(bytes: Buffer, path: string): ReadResult {
  if (bytes.length > maxBytes) return tooLarge(path, bytes.length)
  const little = bytes[0] === 0xff && bytes[1] === 0xfe
  if (little || (bytes[0] === 0xfe && bytes[1] === 0xff)) return decodeUtf16(bytes.subarray(2), little, path)
  const nul = bytes.indexOf(0)
  if (nul >= 0)
    return {
      error: `${path} is not a text file: it holds a NUL byte at offset ${nul}. If it is UTF-16, save it as UTF-8.`,
      because: 'encoding',
    }
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const text = bytes.toString('utf8', start)
  if (isUtf8(bytes)) return { text }
  const wrong = firstWrongByte(bytes)
  const message = `${path} is not valid UTF-8 (first wrong byte at offset ${wrong}): what stands there was read as U+FFFD. Save it as UTF-8.`
  return { text, flaw: { offset: bytes.toString('utf8', start, wrong).length, message } }
}

function decodeUtf16(bytes: Buffer, little: boolean, path: string): ReadResult {
  const text = bytes.length % 2 === 0 ? (little ? bytes : Buffer.from(bytes).swap16()).toString('utf16le') : undefined
  if (text === undefined || !isWellFormed(text) || text.includes('\0'))
    return { error: `${path} starts as UTF-16 and is not valid UTF-16. Save it as UTF-8.`, because: 'encoding' }
  return { text }
}

/** Does every half of a pair have its other half? */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text)
}

export function tooLarge(path: string, size: number): ReadResult {
  return { error: `${path} is ${Math.round(size / 1024 / 1024)} MB; files above 64 MB are not read.`, because: 'too-large' }
}

/** The offset of the byte at which the bytes stop being UTF-8, by halving. */
function firstWrongByte(bytes: Buffer): number {
  let good = 0
  let bad = bytes.length
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (isUtf8(bytes.subarray(0, wholeCharacters(bytes, middle)))) good = middle
    else bad = middle
  }
  return good
}

/** The largest length up to `length` that does not cut a character of several bytes. */
function wholeCharacters(bytes: Buffer, length: number): number {
  let at = length
  for (let i = 0; i < 3 && at > 0 && (bytes[at]! & 0xc0) === 0x80; i++) at--
  return at
}
