/** A part of a file that the runner sends in its own way; offsets are into the file's text. */
export interface Chunk {
  readonly start: number
  readonly end: number
  /** Sent as one query string, whatever it holds; otherwise statement by statement. */
  readonly whole: boolean
}

/** One direction of a file that holds both. */
export interface Section {
  readonly start: number
  readonly end: number
  readonly chunks: readonly Chunk[]
  /** The file asks the runner for no transaction. */
  readonly optsOut: boolean
}

export interface Sections {
  readonly up: Section
  readonly down: Section | undefined
}

/** The marks that a file's own text makes, by the runner that reads them. */
export type Marks = 'goose' | 'sql-migrate' | 'dbmate' | 'up-down'

const markLine: Readonly<Record<Marks, RegExp>> = {
  goose: /^[ \t]*--[ \t]*\+goose[ \t]+(.*)$/gim,
  'sql-migrate': /^[ \t]*--[ \t]*\+migrate[ \t]+(.*)$/gim,
  dbmate: /^[ \t]*--[ \t]*migrate:(.*)$/gim,
  'up-down': /^[ \t]*(?:--+|#)[ \t]*[!@+]?[ \t]*((?:up|down|ups|downs|rollback)(?:[ \t]+migration)?)[ \t]*:?[ \t]*-*[ \t]*\r?$/gim,
}

/** Which runner's marks stand in the text; undefined: none. */
export function marksOf(text: string): Marks | undefined {
  if (text.includes('goose') && /--[ \t]*\+goose[ \t]+(?:up|down)\b/i.test(text)) return 'goose'
  if (text.includes('+migrate') && /--[ \t]*\+migrate[ \t]+(?:up|down)\b/i.test(text)) return 'sql-migrate'
  if (text.includes('migrate:') && /--[ \t]*migrate:(?:up|down)\b/i.test(text)) return 'dbmate'
  return startsWithHeading(text) ? 'up-down' : undefined
}

/** Does an Up heading stand in the text with nothing but comments above it? */
function startsWithHeading(text: string): boolean {
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline
    const line = text.slice(at, Math.min(end, at + 200)).trim()
    if (/^(?:--+|#)[ \t]*[!@+]?[ \t]*ups?(?:[ \t]+migration)?[ \t]*:?[ \t]*-*$/i.test(line)) return true
    if (line !== '' && !line.startsWith('--') && !line.startsWith('#')) return false
    at = end + 1
  }
  return false
}

/** Cuts a marked file into its directions. Text before the first mark belongs to none, as the runners hold it. */
export function sectionsOf(text: string, marks: Marks): Sections {
  const parts: { up: Part; down: Part | undefined } = { up: emptyPart(), down: undefined }
  let part: Part | undefined
  let at = 0
  let block: number | undefined
  let optsOut = false
  const pattern = new RegExp(markLine[marks].source, markLine[marks].flags)
  for (const match of text.matchAll(pattern)) {
    const command = match[1]!.trim().toLowerCase()
    const lineEnd = match.index + match[0].length
    if (/^no[ \t]+transaction\b/.test(command)) optsOut = true
    const starts = /^(up|down|ups|downs|rollback)\b/.exec(command)?.[1]
    if (starts !== undefined) {
      closeChunk(part, block ?? at, match.index, block !== undefined)
      block = undefined
      if (!starts.startsWith('up')) parts.down ??= emptyPart()
      part = starts.startsWith('up') ? parts.up : parts.down
      if (!part) continue
      if (part.start < 0) part.start = lineEnd
      if (/\bnotransaction\b|\btransaction[ \t]*:[ \t]*false\b/.test(command)) part.optsOut = true
      at = lineEnd
    } else if (command.startsWith('statementbegin') && part) {
      closeChunk(part, at, match.index, false)
      block = lineEnd
    } else if (command.startsWith('statementend') && part && block !== undefined) {
      closeChunk(part, block, match.index, true)
      block = undefined
      at = lineEnd
    }
  }
  closeChunk(part, block ?? at, text.length, block !== undefined)
  return { up: section(parts.up, optsOut), down: parts.down && section(parts.down, optsOut) }
}

interface Part {
  start: number
  end: number
  optsOut: boolean
  readonly chunks: Chunk[]
}

function emptyPart(): Part {
  return { start: -1, end: -1, optsOut: false, chunks: [] }
}

function closeChunk(part: Part | undefined, start: number, end: number, whole: boolean): void {
  if (!part) return
  part.end = Math.max(part.end, end)
  if (end > start) part.chunks.push({ start, end, whole })
}

function section(part: Part, optsOut: boolean): Section {
  return { start: Math.max(part.start, 0), end: Math.max(part.end, 0), chunks: part.chunks, optsOut: optsOut || part.optsOut }
}
