import { onceRead, type ReadText } from '../../project/once-read.ts'
import type { Project } from '../../project/project.ts'
import { isNoSource } from '../module-files.ts'
import { packageOf } from '../package-of.ts'
import { switchesCls } from './connection.ts'

const wraps = onceRead((text) => /\bnew\s+Umzug\s*\([\s\S]{0,4000}?\.\s*transaction\s*\(/.test(text))

/** Where a program that runs migrations stands, and where a project switches continuation-local storage on. */
const programs = ['**/*{umzug,migrat}*.{ts,js,cjs,mjs}', '**/{umzug,migrate,migrator,migrations}/index.{ts,js,cjs,mjs}']
const connections = [
  '**/*{sequelize,database,db,connection,cls}*.{ts,js,cjs,mjs}',
  '**/{database,db,sequelize,models}/index.{ts,js,cjs,mjs}',
]

/**
 * The program of a project that wraps each migration in a transaction which every call joins: `new Umzug({ … })` with `.transaction(` in what it is
 * given, in a package that calls `useCLS`. A migration that is not handed the transaction joins it in no other way.
 */
export function wrappingProgram(project: Project, directory: string, ignore: readonly string[] | undefined): string | undefined {
  if (project.dependency('umzug', directory) === undefined) return undefined
  const own = packageOf(project, directory)
  const find = (patterns: readonly string[], fits: (file: ReadText) => boolean) =>
    project
      .glob(patterns, ignore)
      .filter((path) => !isNoSource(path) && packageOf(project, path) === own)
      .slice(0, 200)
      .find((path) => {
        const file = project.read(path)
        return 'text' in file && fits(file)
      })
  const program = find(programs, wraps)
  return program && find([...programs, ...connections], switchesCls) ? program : undefined
}
