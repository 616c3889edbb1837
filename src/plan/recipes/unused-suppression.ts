import { LineIndex } from '../../source/line-index.ts'
import { edit, planOf, type Recipe } from '../plan.ts'

/** Takes a comment away that suppresses nothing; not where it names several rules, or where text of the program stands behind it. */
export const recipe: Recipe = ({ span }, site) => {
  const text = site.text(span.file)
  const { start } = span
  const isBlock = text.startsWith('/*', start)
  const close = text.indexOf('*/', start)
  if (isBlock && close < 0) return undefined
  const end = isBlock ? close + 2 : span.end
  const [names = ''] = text.slice(start, end).split(/\s--\s/)
  if (/,|disable\S*\s+[\w-]+\s+[\w-]/.test(names)) return { because: 'the comment names several rules' }
  if (/['"`]/.test(text.slice(start, end))) return { because: 'the comment may be a part of a text' }
  const index = new LineIndex(text)
  const lineStart = index.offsetOf(index.at(start).line)
  const before = text.slice(lineStart, start)
  const isAlone = before.trim() === '' && /^[ \t]*(?:\r?\n|$)/.test(text.slice(end))
  const from = isAlone ? lineStart : start - (before.length - before.trimEnd().length)
  const to = isAlone ? index.offsetOf(index.at(end).line + 1) : end
  return planOf('Remove the suppression', 'meaning', edit({ file: span.file, start: from, end: to }, ''))
}
