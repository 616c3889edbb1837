/** Surefoot's own version; a test holds it to package.json. */
export const version = '0.1.0'

/** Where the project lives; a test holds it to the homepage in package.json. */
export const home = 'https://github.com/surefoot/surefoot'

declare const buildOfProgram: string | undefined

/** Names the program's text, where it was built into one file; undefined: it runs from its sources. */
export const build = typeof buildOfProgram === 'undefined' ? undefined : buildOfProgram
