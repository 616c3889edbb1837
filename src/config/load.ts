import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UserError } from '../errors.ts'
import type { Config } from './define-config.ts'
import { importFile } from './import.ts'

/** The names under which a configuration is found, the first that exists wins. */
const configNames: readonly string[] = [
  'surefoot.config.ts',
  'surefoot.config.mts',
  'surefoot.config.js',
  'surefoot.config.mjs',
  'surefoot.json',
]

export interface LoadedConfig {
  /** The file as an absolute path. */
  readonly file: string
  /** Its folder: paths in the configuration are relative to it. */
  readonly directory: string
  readonly config: Config
}

/**
 * Loads the configuration: the file that `--config` names, else the nearest one in `cwd` or a folder above it, up to the repository's
 * top. Undefined when there is none. Whatever is wrong with it is a UserError that names the file.
 */
export async function loadConfig(cwd: string, named?: string): Promise<LoadedConfig | undefined> {
  const file = named === undefined ? findConfig(cwd) : resolve(cwd, named)
  if (file === undefined) return undefined
  if (!existsSync(file)) throw new UserError(`There is no configuration file ${named}. Check the path given to --config.`)
  const value = extname(file) === '.json' ? readJson(file) : await runModule(file)
  const { checkConfig } = await import('./schema.ts')
  return { file, directory: dirname(file), config: checkConfig(value, basename(file)) }
}

/** The configuration file nearest to a folder, up to the repository's top. Throws a UserError where one folder holds two. */
export function findConfig(cwd: string): string | undefined {
  for (let at = resolve(cwd); ; at = dirname(at)) {
    const found = configNames.filter((name) => existsSync(join(at, name)))
    if (found.length > 1) throw new UserError(`${at} holds ${found.join(' and ')}. Keep one of them, or name one with --config.`)
    if (found[0] !== undefined) return join(at, found[0])
    if (existsSync(join(at, '.git')) || dirname(at) === at) return undefined
  }
}

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    throw new UserError(`${basename(file)} cannot be read: ${messageOf(error)}`)
  }
}

export function readJson(file: string): unknown {
  try {
    return JSON.parse(readText(file))
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`${basename(file)} is not valid JSON: ${messageOf(error)}`)
  }
}

const supported = new Set(['.ts', '.mts', '.js', '.mjs'])

/** Runs the user's configuration file and gives its default export. TypeScript is stripped of its types first. */
async function runModule(file: string): Promise<unknown> {
  if (!supported.has(extname(file)))
    throw new UserError(`${basename(file)} is not a configuration file. Use one of ${configNames.join(', ')}.`)
  const source = readText(file)
  const typed = extname(file).endsWith('ts')
  const code = typed ? await withoutTypes(file, source) : source
  const standing = withoutOwnImport(code, file)
  try {
    const loaded =
      standing === source
        ? importFile(`${pathToFileURL(file).href}?${Date.now()}`)
        : besideFile(file, standing, (path) => importFile(pathToFileURL(path).href))
    return await defaultOf(await loaded, file)
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`${basename(file)} failed to load: ${messageOf(error)}`)
  }
}

export function defaultOf(loaded: unknown, file: string): unknown {
  const value = (loaded as { default?: unknown }).default
  if (value === undefined)
    throw new UserError(`${basename(file)} has no default export. Give it one: the configuration, as defineConfig({ … }) takes it.`)
  return value
}

async function withoutTypes(file: string, source: string): Promise<string> {
  return stripTypes(file, source, (await import('oxc-transform')).transformSync)
}

/** The text without its types. Throws a UserError for one that is no TypeScript. */
export function stripTypes(file: string, source: string, transformSync: typeof import('oxc-transform').transformSync): string {
  const { code, errors } = transformSync(file, source, { lang: 'ts', sourcemap: false })
  const first = errors.find(({ severity }) => severity === 'Error')
  if (first) throw new UserError(`${basename(file)} has a syntax error: ${first.message}`)
  return code
}

/** Where the package itself cannot be found from the user's folder (npx, a global install), its two functions are put in place. */
export function withoutOwnImport(code: string, file: string): string {
  if (!/["']surefoot["']/.test(code) || resolvable(file)) return code
  const stand = 'data:text/javascript,export%20const%20defineConfig%3D(config)%3D%3Econfig%2CdefineRule%3D(rule)%3D%3Erule'
  return code
    .replace(/(\bfrom\s*|\bimport\s*\(?\s*)(["'])surefoot\2/g, (_, before: string) => `${before}"${stand}"`)
    .replace(/\brequire\s*\(\s*(["'])surefoot\1\s*\)/g, '({ defineConfig: (config) => config, defineRule: (rule) => rule })')
}

function resolvable(file: string): boolean {
  try {
    return existsSync(createRequire(file).resolve('surefoot'))
  } catch {
    return false
  }
}

let copies = 0

/** Loads a text as if it stood beside the file, so that its own imports are found; from memory when the folder cannot be written. */
export function besideFile(file: string, code: string, load: (path: string) => unknown): unknown {
  const extension = extname(file) === '.js' && !/^\s*(?:import|export)\b/m.test(code) ? '.cjs' : '.mjs'
  const beside = join(dirname(file), `.${basename(file)}.${process.pid}-${copies++}${extension}`)
  try {
    writeFileSync(beside, code, { flag: 'wx' })
  } catch {
    return importFile(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)
  }
  const remove = () => rmSync(beside, { force: true })
  try {
    const loaded = load(beside)
    if (loaded instanceof Promise) return loaded.finally(remove)
    remove()
    return loaded
  } catch (error) {
    remove()
    throw error
  }
}

export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!
}
