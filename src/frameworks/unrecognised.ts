import { loadParser, parseModule } from '../javascript/parse.ts'
import type { Project } from '../project/project.ts'
import { isNoMigration } from './module-files.ts'

/** As many as a reader looks through. */
const most = 50

/** Programs in folders of migrations of which nothing can be read, not even which framework they are for: empty, not text, or broken. */
export const unrecognised = {
  ready: loadParser,
  among(project: Project, ignore: readonly string[] | undefined): readonly { readonly file: string; readonly message: string }[] {
    const paths = project.glob(['**/*migrat*/*.{js,cjs,mjs,ts,mts,cts}'], ignore).filter((path) => !isNoMigration(path))
    return paths.slice(0, most).flatMap((file) => {
      const message = faultOf(project, file)
      return message === undefined ? [] : [{ file, message }]
    })
  },
}

function faultOf(project: Project, path: string): string | undefined {
  const file = project.read(path)
  if (!('text' in file)) return file.error
  if (file.text.trim() === '') return `${path} is empty.`
  const { error } = parseModule(path, file.text)
  return error && `${path} cannot be parsed, and is in no history: ${error.message}.`
}
