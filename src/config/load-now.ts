import { createRequire } from 'node:module'
import { basename, dirname, extname } from 'node:path'
import { types } from 'node:util'
import { UserError } from '../errors.ts'
import {
  besideFile,
  defaultOf,
  findConfig,
  type LoadedConfig,
  messageOf,
  readJson,
  readText,
  stripTypes,
  withoutOwnImport,
} from './load.ts'
import { checkConfig } from './schema.ts'

// In the bundled program there is `__filename`, in a module `import.meta.url`.
const require = createRequire(typeof __filename === 'string' ? __filename : import.meta.url)

/**
 * The same as `loadConfig` without a name, for a caller that cannot wait. A configuration that is a module is run once in the life of the process, and
 * may not wait for anything itself. Whatever is wrong with it is a UserError that names the file.
 */
export function loadConfigNow(cwd: string): LoadedConfig | undefined {
  const file = findConfig(cwd)
  if (file === undefined) return undefined
  const value = extname(file) === '.json' ? readJson(file) : runModule(file)
  return { file, directory: dirname(file), config: checkConfig(value, basename(file)) }
}

function runModule(file: string): unknown {
  const source = readText(file)
  const code = extname(file).endsWith('ts') ? stripTypes(file, source, require('oxc-transform').transformSync) : source
  const standing = withoutOwnImport(code, file)
  try {
    const loaded: unknown = standing === source ? require(file) : besideFile(file, standing, require)
    const value = types.isModuleNamespaceObject(loaded) ? defaultOf(loaded, file) : loaded
    if (value instanceof Promise)
      throw new UserError(`${basename(file)} has to wait for something, which an editor cannot. Export the configuration itself.`)
    return value
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`${basename(file)} failed to load: ${messageOf(error)}`)
  }
}
