import type { History } from '../framework.ts'

/** Options of objection's `knexSnakeCaseMappers`. */
interface ObjectionOptions {
  readonly upperCase?: boolean
  readonly underscoreBeforeDigits?: boolean
  readonly underscoreBetweenUppercaseLetters?: boolean
}

/**
 * What a project's `wrapIdentifier` makes of the names that its code writes: snake case as one of the libraries has it, or something that could not be read. The
 * names of rows come back in camel case (`rows`) where the library sees to that as well.
 */
export type NameMapping =
  | { readonly by: 'lodash' | 'change-case'; readonly rows: 'as they are' }
  | { readonly by: 'knex-stringcase'; readonly rows: 'camel case' }
  | { readonly by: 'objection'; readonly rows: 'camel case' | 'as they are'; readonly options: ObjectionOptions }
  | { readonly by: 'unknown' }

/** How the project of a history maps its names; undefined: it does not. */
export function mappingOf({ settings }: Pick<History, 'settings'>): NameMapping | undefined {
  return settings.names as NameMapping | undefined
}

/** A name as the database has it; where the mapping is not known, as it is written. */
export function mappedName(mapping: NameMapping | undefined, written: string): string {
  switch (mapping?.by) {
    case 'lodash':
      return wordsOfLodash(written).join('_')
    case 'change-case':
      return wordsOfChangeCase(written).join('_')
    case 'knex-stringcase':
      return snakeOfStringcase(written)
    case 'objection': {
      // What stands before a colon is an alias of objection's own.
      const own = written.lastIndexOf(':') + 1
      return written.slice(0, own) + snakeOfObjection(written.slice(own), mapping.options)
    }
    default:
      return written
  }
}

/** A name that becomes this one on its way to the database; undefined: none was found. */
export function unmappedName(mapping: NameMapping | undefined, name: string): string | undefined {
  return [name, name.toLowerCase(), camelCase(name.toLowerCase())].find((written) => mappedName(mapping, written) === name)
}

/** Snake case in lower-case letters stays what it is under every such function; what has capitals may not. */
export function isUnsure(mapping: NameMapping | undefined, written: string): boolean {
  return mapping?.by === 'unknown' && /\p{Lu}/u.test(written)
}

/** What the code is given as the name of a row's column. */
export function rowName(mapping: NameMapping | undefined, name: string): string {
  if (mapping?.by === 'knex-stringcase') return camelOfStringcase(name)
  if (mapping?.by !== 'objection' || mapping.rows !== 'camel case') return name
  return camelCase(mapping.options.upperCase && name === name.toUpperCase() ? name.toLowerCase() : name)
}

/** https://github.com/okunishinishi/node-stringcase/blob/master/lib/camelcase.js */
function camelOfStringcase(name: string): string {
  if (/^[a-z][a-zA-Z]*$/.test(name)) return name
  const bare = name.replace(/^[-_:.\s]/, '')
  const even = /[a-z]/.test(bare) ? bare : bare.toLowerCase()
  const joined = even.replace(/[-_:.\s]([a-zA-Z])([a-zA-Z]*)/g, (_, first: string, rest: string) => first.toUpperCase() + rest)
  return (
    even.slice(0, 1).toLowerCase() + joined.slice(1).replace(/^([A-Z]+)([A-Z])/, (_, run: string, last: string) => run.toLowerCase() + last)
  )
}

/** `user_id` as `userId`. https://github.com/Vincit/objection.js/blob/main/lib/utils/identifierMapping.js */
function camelCase(name: string): string {
  return name
    .split('')
    .map((character, at) => (at === 0 ? character : character === '_' ? '' : name[at - 1] === '_' ? character.toUpperCase() : character))
    .join('')
}

const lodashWords =
  /\p{Lu}?\p{Ll}+(?=[^\p{L}\p{Nd}]|\p{Lu}|$)|\p{Lu}+(?=[^\p{L}\p{Nd}]|\p{Lu}\p{Ll}|$)|\p{Lu}?\p{Ll}+|\p{Lu}+|\d*(?:1ST|2ND|3RD|(?![123])\dTH)(?=\b|[a-z_])|\d*(?:1st|2nd|3rd|(?![123])\dth)(?=\b|[A-Z_])|\p{Nd}+/gu

/** `_.snakeCase` of lodash 4 for names in ASCII: words of letters, and each run of digits is one. https://github.com/lodash/lodash/blob/4.17/lodash.js (unicodeWords) */
function wordsOfLodash(text: string): readonly string[] {
  return (text.replace(/['’]/g, '').match(lodashWords) ?? []).map((word) => word.toLowerCase())
}

/** change-case and snake-case: https://github.com/blakeembrey/change-case/blob/v4/packages/no-case/src/index.ts */
function wordsOfChangeCase(text: string): readonly string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1\0$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1\0$2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase())
}

/** https://github.com/okunishinishi/node-stringcase/blob/master/lib/snakecase.js */
function snakeOfStringcase(text: string): string {
  if (/^[a-z_]+$/.test(text)) return text
  const joined = text.replace(/[-.:\s]/g, '_')
  const even = /[a-z]/.test(joined) ? joined : joined.toLowerCase()
  return even
    .replace(/[A-Z]+/g, (run, offset: number) => {
      const isWord = run.length === 1 || even[offset + run.length] === '_'
      const parted = isWord ? run : `${run.slice(0, -1)}_${run.at(-1)}`
      return (offset === 0 ? '' : '_') + parted.toLowerCase()
    })
    .replace(/_+/g, '_')
}

/** https://github.com/Vincit/objection.js/blob/main/lib/utils/identifierMapping.js (snakeCase) */
function snakeOfObjection(
  text: string,
  { upperCase = false, underscoreBeforeDigits = false, underscoreBetweenUppercaseLetters = false }: ObjectionOptions,
): string {
  const isUpper = (character: string) => character === character.toUpperCase() && character !== character.toLowerCase()
  const isDigit = (character: string) => character >= '0' && character <= '9'
  const snake = [...text].map((character, at, all) => {
    const before = all[at - 1]
    if (before === undefined) return character.toLowerCase()
    if (underscoreBeforeDigits && isDigit(character) && !isDigit(before)) return `_${character}`
    if (!isUpper(character)) return character
    return (underscoreBetweenUppercaseLetters || !isUpper(before) ? '_' : '') + character.toLowerCase()
  })
  return upperCase ? snake.join('').toUpperCase() : snake.join('')
}
