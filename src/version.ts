/** Surefoot's own version; a test holds it to package.json. */
export const version = '0.1.0'

/** Where the project lives; a test holds it to the homepage in package.json. */
export const home = 'https://github.com/surefoot/surefoot'
