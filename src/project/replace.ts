import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UserError } from '../errors.ts'
import { decode } from './decode.ts'
import type { Project } from './project.ts'

/**
 * Writes files below a root: all of them or, where one cannot be written, none. Each appears at once and whole, keeps its mode, its byte order mark and what it
 * is linked to. Throws a UserError when a file is not any more what `read` gave of it, or cannot be written.
 */
export function replaceFiles(root: string, read: Project, texts: ReadonlyMap<string, string>): void {
  const ready: { readonly from: string; readonly to: string }[] = []
  try {
    for (const [path, text] of texts) ready.push(prepared(root, path, text, read))
    for (const { from, to } of ready) renameSync(from, to)
  } catch (error) {
    for (const { from } of ready) rmSync(from, { force: true })
    if (error instanceof UserError) throw error
    throw new UserError(`The changes cannot be written: ${error instanceof Error ? error.message : String(error)}. No file was changed.`)
  }
}

function prepared(root: string, path: string, text: string, read: Project): { readonly from: string; readonly to: string } {
  const known = read.read(path)
  const place = join(root, path)
  if (!('text' in known)) {
    mkdirSync(dirname(place), { recursive: true })
    return { from: written(place, Buffer.from(text), undefined), to: place }
  }
  const to = realpathSync(place)
  const bytes = readFileSync(to)
  const now = decode(bytes, path)
  if (!('text' in now) || now.text !== known.text)
    throw new UserError(`${path} changed while it was being mended. Run it again; no file was changed.`)
  return { from: written(to, encodedLike(bytes, text), statSync(to).mode), to }
}

/** The text in the encoding, and behind the byte order mark, of the bytes that it replaces. */
function encodedLike(bytes: Buffer, text: string): Buffer {
  const [first, second, third] = bytes
  if (first === 0xff && second === 0xfe) return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
  if (first === 0xfe && second === 0xff) return Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()])
  return first === 0xef && second === 0xbb && third === 0xbf ? Buffer.from(`\ufeff${text}`) : Buffer.from(text)
}

function written(place: string, bytes: Buffer, mode: number | undefined): string {
  const from = `${place}.${randomBytes(6).toString('hex')}.tmp`
  writeFileSync(from, bytes, { flag: 'wx' })
  if (mode !== undefined) chmodSync(from, mode)
  return from
}
