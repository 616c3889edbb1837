import { createHash } from 'node:crypto'

// Text in quotes stays as it is; comments and white space go. What SQL and JavaScript call a comment is taken out of both: a name only has to be
// the same for the same statement.
const parts =
  /('(?:[^'\\]|\\[\s\S]?)*'?|"(?:[^"\\]|\\[\s\S]?)*"?)|\/\*[\s\S]*?(?:\*\/|$)|(?:--|\/\/)[^\n\r]*|(?<=^|[\n\r])[ \t]*#[^\n\r]*|\s+|([^'"/\-#\s]+|[/\-#])/g

/**
 * Names a statement for a rule, in whatever file and line it stands: by its text without comments and white space, in small letters but for what
 * is quoted. What formatters change in JavaScript (quotes, commas at the end of a list) changes nothing. 32 hex digits; two statements of the
 * same words have the same name.
 */
export function fingerprintOf(rule: string, text: string, file: string): string {
  const isSql = file.endsWith('.sql')
  let normal = ''
  for (const [, quoted, plain] of text.matchAll(parts)) {
    if (quoted !== undefined) normal += isSql ? quoted : `'${quoted.slice(1).replace(/['"]$/, '')}'`
    else if (plain !== undefined) normal += plain.toLowerCase()
  }
  normal = normal.replace(/(?<!;);+$/, '')
  if (!isSql) normal = normal.replace(/(?<![,;])[,;]+(?=[)\]}]|$)/g, '')
  return createHash('sha256').update(`${rule}\u0000${normal}`).digest('hex').slice(0, 32)
}
