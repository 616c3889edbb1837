/** A model of schema.prisma, as far as the database sees it. */
interface Model {
  readonly name: string
  /** The table: `@@map`, else the model's name. */
  readonly table: string
  /** The columns; relation fields and ignored ones are none. */
  readonly columns: readonly string[]
}

export interface SchemaFile {
  /** `provider` of the datasource; undefined when the file has none. */
  readonly provider: string | undefined
  readonly models: readonly Model[]
  /** The names of the models, for the relations of other files. */
  readonly names: readonly string[]
}

interface Token {
  readonly kind: 'word' | 'string' | 'mark' | 'line'
  readonly text: string
}

const space = /[ \t\f\v\u00a0]/
const wordStart = /[\p{L}_]/u
const wordPart = /[\p{L}\p{N}_.-]/u

/** Cuts a schema into tokens; whatever is not understood becomes a mark, so that no text makes it fail. */
function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const character = text[at]!
    if (character === '\n' || character === '\r') {
      tokens.push({ kind: 'line', text: '\n' })
      at++
    } else if (space.test(character)) at++
    else if (character === '/' && text[at + 1] === '/') {
      while (at < text.length && text[at] !== '\n') at++
    } else if (character === '/' && text[at + 1] === '*') {
      const end = text.indexOf('*/', at + 2)
      at = end < 0 ? text.length : end + 2
    } else if (character === '"') {
      const start = ++at
      while (at < text.length && text[at] !== '"' && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1
      tokens.push({ kind: 'string', text: text.slice(start, at).replace(/\\(.)/g, '$1') })
      at++
    } else if (wordStart.test(character)) {
      const start = at
      while (at < text.length && wordPart.test(text[at]!)) at++
      tokens.push({ kind: 'word', text: text.slice(start, at) })
    } else {
      tokens.push({ kind: 'mark', text: character })
      at++
    }
  }
  return tokens
}

interface Block {
  readonly keyword: string
  readonly name: string
  /** The block's lines, each without its line ends; a line goes on inside parentheses and brackets. */
  readonly lines: readonly (readonly Token[])[]
}

function blocksOf(tokens: readonly Token[]): readonly Block[] {
  const blocks: Block[] = []
  for (let at = 0; at < tokens.length; at++) {
    const keyword = tokens[at]!
    const name = tokens[at + 1]
    if (keyword.kind !== 'word' || name?.kind !== 'word' || tokens[at + 2]?.text !== '{') continue
    const lines: Token[][] = [[]]
    let depth = 0
    for (at += 3; at < tokens.length; at++) {
      const token = tokens[at]!
      const mark = token.kind === 'mark' ? token.text : ''
      if (mark === '}' && depth <= 0) break
      if (mark === '(' || mark === '[' || mark === '{') depth++
      else if (mark === ')' || mark === ']' || mark === '}') depth--
      if (token.kind !== 'line') lines.at(-1)!.push(token)
      else if (depth <= 0 && lines.at(-1)!.length > 0) lines.push([])
    }
    blocks.push({ keyword: keyword.text, name: name.text, lines })
  }
  return blocks
}

/** Reads one .prisma file. `known` names the models of the project's other files: fields of those types are relations. Never throws. */
export function readSchemaFile(text: string, known: ReadonlySet<string> = new Set()): SchemaFile {
  const blocks = blocksOf(tokensOf(text))
  const names = blocks.filter(({ keyword }) => keyword === 'model' || keyword === 'view').map(({ name }) => name)
  const relations = new Set([...known, ...names])
  const models: Model[] = []
  let provider: string | undefined
  for (const block of blocks) {
    if (block.keyword === 'datasource') provider ??= settingOf(block.lines, 'provider')
    if (block.keyword === 'model' && !block.lines.some((line) => isAttribute(line, 0, '@@ignore'))) models.push(modelOf(block, relations))
  }
  return { provider, models, names }
}

function settingOf(lines: Block['lines'], key: string): string | undefined {
  const line = lines.find(([first]) => first?.text === key)
  return line?.find(({ kind }) => kind === 'string')?.text
}

function modelOf({ name, lines }: Block, relations: ReadonlySet<string>): Model {
  const columns: string[] = []
  let table = name
  for (const line of lines) {
    const [field, type] = line
    if (field?.kind === 'mark') {
      if (isAttribute(line, 0, '@@map')) table = argumentOf(line, 0) ?? table
      continue
    }
    if (field?.kind !== 'word' || type?.kind !== 'word' || relations.has(type.text)) continue
    const attributes = line.flatMap((token, at) => (token.text === '@' && token.kind === 'mark' ? [at] : []))
    if (attributes.some((at) => isAttribute(line, at, '@ignore') || isAttribute(line, at, '@relation'))) continue
    const map = attributes.find((at) => isAttribute(line, at, '@map'))
    columns.push((map === undefined ? undefined : argumentOf(line, map)) ?? field.text)
  }
  return { name, table, columns }
}

/** Does the attribute (`@map`, `@@ignore`) start at this token of the line? */
function isAttribute(line: readonly Token[], at: number, attribute: string): boolean {
  const signs = attribute.startsWith('@@') ? 2 : 1
  for (let i = 0; i < signs; i++) if (line[at + i]?.text !== '@') return false
  if (signs === 1 && line[at - 1]?.text === '@') return false
  return line[at + signs]?.text === attribute.slice(signs)
}

/** The first string of the attribute's arguments: `@@map("x")`, `@map(name: "x")`. */
function argumentOf(line: readonly Token[], at: number): string | undefined {
  for (let i = at; i < line.length; i++) {
    if (line[i]!.kind === 'string') return line[i]!.text
    if (line[i]!.text === ')') return undefined
  }
  return undefined
}
