/** A public repository whose migrations are read for measurement. Nothing of it is kept here: the checkout is the reader's own. */
export interface Repository {
  /** Owner and name on GitHub. */
  readonly name: string
  /** Written in code (calls are counted) or in SQL files (statements are counted). */
  readonly kind: 'code' | 'sql'
}

/** The repositories that `reading.ts` and `precision.ts` measure, all of them found without flags or configuration. */
export const repositories: readonly Repository[] = [
  { name: 'outline/outline', kind: 'code' },
  { name: 'HHS/Head-Start-TTADP', kind: 'code' },
  { name: 'opencollective/opencollective-api', kind: 'code' },
  { name: 'FlowiseAI/Flowise', kind: 'code' },
  { name: 'gitpod-io/gitpod', kind: 'code' },
  { name: 'Fallenbagel/jellyseerr', kind: 'code' },
  { name: 'louislam/uptime-kuma', kind: 'code' },
  { name: 'plankanban/planka', kind: 'code' },
  { name: 'requarks/wiki', kind: 'code' },
  { name: 'NginxProxyManager/nginx-proxy-manager', kind: 'code' },
  { name: 'bcgov/biohubbc', kind: 'code' },
  { name: 'langfuse/langfuse', kind: 'sql' },
  { name: 'triggerdotdev/trigger.dev', kind: 'sql' },
  { name: 'documenso/documenso', kind: 'sql' },
  { name: 'umami-software/umami', kind: 'sql' },
  { name: 'LemmyNet/lemmy', kind: 'sql' },
  { name: 'rust-lang/crates.io', kind: 'sql' },
  { name: 'authelia/authelia', kind: 'sql' },
  { name: 'dani-garcia/vaultwarden', kind: 'sql' },
  { name: 'supabase/storage', kind: 'sql' },
  { name: 'wundergraph/cosmo', kind: 'sql' },
  { name: 'homarr-labs/homarr', kind: 'sql' },
  { name: 'openfga/openfga', kind: 'sql' },
  { name: 'harness/gitness', kind: 'sql' },
  { name: 'roundcube/roundcubemail', kind: 'sql' },
]
