import { directoryOf, resolveModule } from '../javascript/resolve.ts'
import { onceRead, type ReadText } from '../project/once-read.ts'
import type { Project } from '../project/project.ts'

const reading = /\breadFile(?:Sync)?\b/
const listing = /\breaddir(?:Sync)?\b/
const imported = /(?:\bfrom|\brequire\s{0,9}\(|\bimport\s{0,9}\()\s{0,9}['"`](\.{1,2}\/[^'"`\n]{1,300})['"`]/g
const quoted = /(['"`])((?:(?!\1)[^\\\n]){1,300})\1/g

/** What the words of a text say of files that it reads. */
const mentionsOf = onceRead((text) => ({
  reads: reading.test(text),
  modules: [...text.matchAll(imported)].map(([, specifier]) => specifier!),
}))

/** The `.sql` files of a project, listed at the first question and asked by the scripts' own words. */
export class SqlFiles {
  readonly #project: Project
  readonly #readers = new Map<string, { readonly text: string | undefined }>()
  #all: readonly { readonly path: string; readonly folder: string; readonly stem: string }[] | undefined

  constructor(project: Project) {
    this.#project = project
  }

  /**
   * Those whose text a script reads, as far as words tell: it, or a module of the project that it imports, calls `readFile`, and literals
   * name the file (with its extension or without) and its folder. A file that is not read after all leaves an `opaque` where it would run.
   */
  readBy(path: string, file: ReadText): readonly string[] {
    const files = this.#files()
    if (files.length === 0) return []
    const { reads, modules } = mentionsOf(file)
    const helpers: string[] = []
    const folders = new Set([directoryOf(path)])
    for (const specifier of modules) {
      const target = resolveModule(this.#project, path, specifier)
      const helper = target === undefined ? undefined : this.#readerAt(target)
      if (target === undefined || helper === undefined) continue
      helpers.push(helper)
      folders.add(directoryOf(target))
    }
    if (!reads && helpers.length === 0) return []
    const texts = [file.text, ...helpers]
    const words = new Set(texts.flatMap(wordsOf))
    const own = path.slice(path.lastIndexOf('/') + 1).replace(/\.[cm]?[jt]s$/, '')
    words.add(own)
    const everything = texts.some((one) => listing.test(one))
    return files
      .filter(({ folder, stem }) => {
        const here = folders.has(folder)
        if (!here && !words.has(folder.slice(folder.lastIndexOf('/') + 1))) return false
        return words.has(stem) || words.has(`${stem}.sql`) || stem.replace(/[-_.](?:up|down)$/, '') === own || (everything && !here)
      })
      .map((file) => file.path)
  }

  /** The text of a module that reads files. */
  #readerAt(path: string): string | undefined {
    let known = this.#readers.get(path)
    if (known === undefined) {
      const file = this.#project.read(path)
      known = { text: 'text' in file && reading.test(file.text) ? file.text : undefined }
      this.#readers.set(path, known)
    }
    return known.text
  }

  #files() {
    this.#all ??= this.#project.glob(['**/*.sql']).map((path) => ({
      path,
      folder: directoryOf(path),
      stem: path.slice(path.lastIndexOf('/') + 1, -'.sql'.length),
    }))
    return this.#all
  }
}

/** What stands between slashes in the literals of a text; an expression in a template is such a separator, too. */
function wordsOf(text: string): readonly string[] {
  const words: string[] = []
  for (const [, , written] of text.matchAll(quoted)) {
    for (const word of written!.split(/\$\{[^}]{0,80}\}|[\\/]/)) if (/^[\w@.-]{1,200}$/.test(word)) words.push(word)
  }
  return words
}
