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

/**
 * Repositories that nothing was tuned on when `precision.ts --from unseen` drew from them: none of them had been read before the rules, the
 * readers and the tables of facts were as they were on that day.
 */
export const unseen: readonly Repository[] = [
  { name: 'GladysAssistant/Gladys', kind: 'code' },
  { name: 'opengovsg/postmangovsg', kind: 'code' },
  { name: 'bcgov/sso-requests', kind: 'code' },
  { name: 'standardnotes/server', kind: 'code' },
  { name: 'ever-co/ever-traduora', kind: 'code' },
  { name: 'bcgov/PIMS', kind: 'code' },
  { name: 'safe-global/safe-client-gateway', kind: 'code' },
  { name: 'bigcapitalhq/bigcapital', kind: 'code' },
  { name: 'ghostfolio/ghostfolio', kind: 'sql' },
  { name: 'hoppscotch/hoppscotch', kind: 'sql' },
  { name: 'baptisteArno/typebot.io', kind: 'sql' },
  { name: 'openstatusHQ/openstatus', kind: 'sql' },
  { name: 'hatchet-dev/hatchet', kind: 'sql' },
  { name: 'concourse/concourse', kind: 'sql' },
  { name: 'stashapp/stash', kind: 'sql' },
  { name: 'kestra-io/kestra', kind: 'sql' },
]

/** Kept back until what was false in the first drawing was mended. */
export const keptBack: readonly Repository[] = [
  { name: 'civitai/civitai', kind: 'sql' },
  { name: 'formbricks/formbricks', kind: 'sql' },
  { name: 'linkwarden/linkwarden', kind: 'sql' },
  { name: 'openmeterio/openmeter', kind: 'sql' },
  { name: 'ory/kratos', kind: 'sql' },
  { name: 'karakeep-app/karakeep', kind: 'sql' },
]

/** Code written for TypeORM, Sequelize and Knex, likewise; `--from fresh-orm`. */
export const freshOrm: readonly Repository[] = [
  { name: 'dailydotdev/daily-api', kind: 'code' },
  { name: 'beyondessential/tamanu', kind: 'code' },
  { name: 'specklesystems/speckle-server', kind: 'code' },
  { name: 'mojaloop/central-ledger', kind: 'code' },
  { name: 'gristlabs/grist-core', kind: 'code' },
]

/** Kept back until what was false in `freshOrm` was mended. */
export const freshOrmKeptBack: readonly Repository[] = [
  { name: 'hicommonwealth/commonwealth', kind: 'code' },
  { name: 'interledger/rafiki', kind: 'code' },
  { name: 'Giveth/impact-graph', kind: 'code' },
]

/** Raw SQL, Prisma and Drizzle of teams that run it: nothing was tuned on these when `precision.ts --from fresh-sql` drew from them. */
export const freshSql: readonly Repository[] = [
  { name: 'cloudfoundry/uaa', kind: 'sql' },
  { name: 'determined-ai/determined', kind: 'sql' },
  { name: 'Dokploy/dokploy', kind: 'sql' },
  { name: 'elie222/inbox-zero', kind: 'sql' },
  { name: 'ente-io/ente', kind: 'sql' },
]

/** Kept back until what was false in that drawing was mended. */
export const freshSqlKeptBack: readonly Repository[] = [
  { name: 'alfio-event/alf.io', kind: 'sql' },
  { name: 'element-hq/matrix-authentication-service', kind: 'sql' },
  { name: 'usememos/memos', kind: 'sql' },
]

/** Opened only when what was false in both was mended. */
export const freshSqlLast: readonly Repository[] = [
  { name: 'authgear/authgear-server', kind: 'sql' },
  { name: 'killbill/killbill', kind: 'sql' },
  { name: 'latitude-dev/latitude-llm', kind: 'sql' },
]

/** Migrations for MySQL, MariaDB and SQLite, likewise; `--from fresh-mysql`. */
export const freshMysql: readonly Repository[] = [
  { name: 'booklore-app/booklore', kind: 'sql' },
  { name: 'killbill/killbill', kind: 'sql' },
  { name: 'gotson/komga', kind: 'sql' },
  { name: 'canove/whaticket-community', kind: 'code' },
  { name: 'Maintainerr/Maintainerr', kind: 'code' },
]

/** Kept back until what was false in `freshMysql` was mended. */
export const freshMysqlKeptBack: readonly Repository[] = [
  { name: 'screwdriver-cd/data-schema', kind: 'code' },
  { name: 'TabbyML/tabby', kind: 'sql' },
  { name: '1Panel-dev/CordysCRM', kind: 'sql' },
]
