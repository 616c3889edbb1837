import { loadPlugin, type SurefootPlugin } from './plugin.ts'

export type { SurefootConfig, SurefootPlugin } from './plugin.ts'

const plugin: SurefootPlugin = await loadPlugin()

export default plugin
