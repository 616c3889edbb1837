/** Given to the compiled command by its launcher: code that V8 takes from a cache has no loader of its own to import with. */
declare const importModule: ((url: string) => Promise<unknown>) | undefined

/** Imports a module by its URL. Throws what loading or running it throws. */
export const importFile: (url: string) => Promise<unknown> = typeof importModule === 'function' ? importModule : (url) => import(url)
