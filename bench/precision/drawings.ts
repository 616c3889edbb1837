import { type Repository, repositories } from '../repositories.ts'

/** Repositories that findings are drawn from, for `precision.ts`. */
export interface Drawing {
  readonly from: readonly Repository[]
  /** What a reader has to know of it, in the page. */
  readonly about: string
}

/** The drawing that the rules were tuned by. */
export const tuned: Drawing = {
  from: repositories,
  about:
    'Other seeds were drawn before, to find what is\nfalse and mend it; what was false in this drawing says so where it has been mended since, and is a fixture or an example of the rule now.',
}

/** Drawings from repositories that nothing had been tuned on when they were drawn, by name, in the order of their days. */
export const untuned: Readonly<Record<string, Drawing>> = {
  unseen: {
    from: [
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
    ],
    about:
      'It is the first run over\nrepositories that had not been looked at: the commit before any of them was opened. What was false is mended since, and an example of its rule.',
  },
  'kept-back': {
    from: [
      { name: 'civitai/civitai', kind: 'sql' },
      { name: 'formbricks/formbricks', kind: 'sql' },
      { name: 'linkwarden/linkwarden', kind: 'sql' },
      { name: 'openmeterio/openmeter', kind: 'sql' },
      { name: 'ory/kratos', kind: 'sql' },
      { name: 'karakeep-app/karakeep', kind: 'sql' },
    ],
    about: 'The repositories were kept back until\nwhat was false in `unseen.md` was mended; what was false here is mended since as well.',
  },
  'fresh-orm': {
    from: [
      { name: 'dailydotdev/daily-api', kind: 'code' },
      { name: 'beyondessential/tamanu', kind: 'code' },
      { name: 'specklesystems/speckle-server', kind: 'code' },
      { name: 'mojaloop/central-ledger', kind: 'code' },
      { name: 'gristlabs/grist-core', kind: 'code' },
    ],
    about:
      'It is the first run over\nrepositories of TypeORM, Sequelize and Knex that had not been looked at. What was false is mended since, and an example of its rule.',
  },
  'fresh-orm-kept-back': {
    from: [
      { name: 'hicommonwealth/commonwealth', kind: 'code' },
      { name: 'interledger/rafiki', kind: 'code' },
      { name: 'Giveth/impact-graph', kind: 'code' },
    ],
    about:
      'The repositories were kept back until\nwhat was false in `fresh-orm.md` was mended; what was false here is mended since where the line says so.',
  },
  'fresh-sql': {
    from: [
      { name: 'cloudfoundry/uaa', kind: 'sql' },
      { name: 'determined-ai/determined', kind: 'sql' },
      { name: 'Dokploy/dokploy', kind: 'sql' },
      { name: 'elie222/inbox-zero', kind: 'sql' },
      { name: 'ente-io/ente', kind: 'sql' },
    ],
    about:
      'It is the first run over\nrepositories of raw SQL, Prisma and Drizzle that had not been looked at: the commit before any of them was opened. What was false is mended since, and an\nexample of its rule.',
  },
  'fresh-sql-kept-back': {
    from: [
      { name: 'alfio-event/alf.io', kind: 'sql' },
      { name: 'element-hq/matrix-authentication-service', kind: 'sql' },
      { name: 'usememos/memos', kind: 'sql' },
    ],
    about:
      'The repositories were kept back until\nwhat was false in `fresh-sql.md` was mended; what was false here is mended since as well.',
  },
  'fresh-sql-last': {
    from: [
      { name: 'authgear/authgear-server', kind: 'sql' },
      { name: 'killbill/killbill', kind: 'sql' },
      { name: 'latitude-dev/latitude-llm', kind: 'sql' },
    ],
    about:
      'The repositories were opened only when\nwhat was false in `fresh-sql.md` and `fresh-sql-kept-back.md` was mended; killbill is in `fresh-mysql.md` of the same day, too.',
  },
  'fresh-mysql': {
    from: [
      { name: 'booklore-app/booklore', kind: 'sql' },
      { name: 'killbill/killbill', kind: 'sql' },
      { name: 'gotson/komga', kind: 'sql' },
      { name: 'canove/whaticket-community', kind: 'code' },
      { name: 'Maintainerr/Maintainerr', kind: 'code' },
    ],
    about:
      'It is the first run over\nrepositories for MySQL, MariaDB and SQLite that had not been looked at. What was false is mended since, and an example of its rule.',
  },
  'fresh-mysql-kept-back': {
    from: [
      { name: 'screwdriver-cd/data-schema', kind: 'code' },
      { name: 'TabbyML/tabby', kind: 'sql' },
      { name: '1Panel-dev/CordysCRM', kind: 'sql' },
    ],
    about:
      'The repositories were kept back until\nwhat was false in `fresh-mysql.md` was mended; what was false here is mended since as well. The\nfirst of them is for several engines, and nothing is drawn of it without a word which one.',
  },
  'fresh-code': {
    from: [
      { name: 'ZeppelinBot/Zeppelin', kind: 'code' },
      { name: 'openstad/openstad-headless', kind: 'code' },
      { name: 'Mailtrain-org/mailtrain', kind: 'code' },
      { name: 'fdm-monster/fdm-monster', kind: 'code' },
      { name: 'internxt/drive-server-wip', kind: 'code' },
      { name: 'FreeFeed/freefeed-server', kind: 'code' },
    ],
    about:
      'It is the first run over\nrepositories of TypeORM, Sequelize and Knex, three for MySQL and one for SQLite among them, that had not been looked at. What was false is mended since\nwhere the line says so.',
  },
  'fresh-code-kept-back': {
    from: [
      { name: 'alkem-io/server', kind: 'code' },
      { name: 'sogebot/sogeBot', kind: 'code' },
      { name: 'ohmyform/ohmyform', kind: 'code' },
      { name: 'cross-seed/cross-seed', kind: 'code' },
      { name: 'mojaloop/account-lookup-service', kind: 'code' },
    ],
    about:
      'The repositories were kept back until\nwhat was false in `fresh-code.md` was mended; what was false here is mended since where the line says so.',
  },
  'fresh-mysql-sql': {
    from: [
      { name: 'EvolutionAPI/evolution-api', kind: 'sql' },
      { name: 'Plume-org/Plume', kind: 'sql' },
      { name: 'chirpstack/chirpstack', kind: 'sql' },
      { name: 'cloudfoundry/credhub', kind: 'sql' },
      { name: 'stonith404/pingvin-share', kind: 'sql' },
      { name: 'usefathom/fathom', kind: 'sql' },
    ],
    about:
      'It is the first run over\nrepositories of SQL for MySQL and SQLite (Prisma, Diesel, Flyway, sql-migrate) that had not been looked at; their folders for other engines were left out. What\nis false hangs on code of the program in Rust, and stands; what was missing there is mended since.',
  },
  'fresh-mysql-sql-kept-back': {
    from: [
      { name: 'conductor-oss/conductor', kind: 'sql' },
      { name: 'drone/drone', kind: 'sql' },
      { name: 'letsencrypt/boulder', kind: 'sql' },
    ],
    about:
      'The repositories were kept back until\nwhat was false in `fresh-mysql-sql.md`, and what was missing there, was mended; their folders for PostgreSQL were left out. What was false here is mended since\nwhere the line says so. Of drone nothing is drawn: nothing was found in its 32 migrations.',
  },
  'fresh-sql-2': {
    from: [
      { name: 'CapSoftware/Cap', kind: 'sql' },
      { name: 'atuinsh/atuin', kind: 'sql' },
      { name: 'goharbor/harbor', kind: 'sql' },
      { name: 'metersphere/metersphere', kind: 'sql' },
      { name: 'mfts/papermark', kind: 'sql' },
      { name: 'midday-ai/midday', kind: 'sql' },
    ],
    about:
      'It is the first run over\nrepositories of Prisma, Drizzle and raw SQL (golang-migrate, Flyway, sqlx) for PostgreSQL, MySQL and SQLite that had not been looked at. What was false is mended\nsince where the line says so.',
  },
  'fresh-code-2': {
    from: [
      { name: 'multiversx/mx-nft-service', kind: 'code' },
      { name: 'chartbrew/chartbrew', kind: 'code' },
      { name: 'NangoHQ/nango', kind: 'code' },
      { name: 'AudiusProject/audius-protocol', kind: 'code' },
      { name: 'DFXswiss/api', kind: 'code' },
      { name: 'automatisch/automatisch', kind: 'code' },
    ],
    about:
      'It is the first run over\nrepositories of TypeORM, Sequelize and Knex, two for MySQL among them, that had not been looked at. What was false is mended since where the line says so.',
  },
  'fresh-sql-2-kept-back': {
    from: [
      { name: 'e2b-dev/infra', kind: 'sql' },
      { name: 'kubeflow/model-registry', kind: 'sql' },
      { name: 'pocket-id/pocket-id', kind: 'sql' },
    ],
    about:
      'The repositories were kept back until\nwhat was false in `fresh-sql-2.md`, and what was missing there, was mended; of pocket-id the folder for PostgreSQL was left out. What was false here is mended since where the\nline says so.',
  },
  'fresh-code-2-kept-back': {
    from: [
      { name: 'usdigitalresponse/usdr-gost', kind: 'code' },
      { name: 'spacebarchat/server', kind: 'code' },
      { name: 'isomerpages/isomercms-backend', kind: 'code' },
    ],
    about:
      'The repositories were kept back until\nwhat was false in `fresh-code-2.md` was mended; what was false here is mended since where the line says so.',
  },
  'fresh-sql-3': {
    from: [
      { name: 'AppFlowy-IO/AppFlowy-Cloud', kind: 'sql' },
      { name: 'amruthpillai/reactive-resume', kind: 'sql' },
      { name: 'dataease/dataease', kind: 'sql' },
      { name: 'gophish/gophish', kind: 'sql' },
      { name: 'hyperledger/firefly', kind: 'sql' },
      { name: 'lukevella/rallly', kind: 'sql' },
    ],
    about:
      'It is the first run over\nrepositories of Prisma, Drizzle and raw SQL (sqlx, goose, Flyway, golang-migrate) for PostgreSQL, MySQL and SQLite that had not been looked at. What was false is\nmended since where the line says so.',
  },
  'fresh-sql-3-kept-back': {
    from: [
      { name: 'DataLinkDC/dinky', kind: 'sql' },
      { name: 'mattermost/mattermost-plugin-playbooks', kind: 'sql' },
      { name: 'stumpapp/stump', kind: 'sql' },
    ],
    about:
      'The repositories were kept back until\nwhat was false in `fresh-sql-3.md`, and what was missing there, was mended. What was false here is mended since where the line says so.',
  },
  'fresh-code-3': {
    from: [
      { name: 'SocialGouv/pass-emploi-api', kind: 'code' },
      { name: 'OriginTrail/ot-node', kind: 'code' },
      { name: 'knowledgefutures/pubpub', kind: 'code' },
      { name: 'AllianceBioversityCIAT/onecgiar_pr', kind: 'code' },
      { name: 'Vizzuality/marxan-cloud', kind: 'code' },
      { name: 'getodk/central-backend', kind: 'code' },
    ],
    about:
      'It is the first run over\nrepositories of Sequelize, TypeORM and Knex, two for MySQL among them, that had not been looked at. What was false is mended since where the line says so.',
  },
  'fresh-code-3-kept-back': {
    from: [
      { name: 'USDAForestService/fs-open-forest-platform', kind: 'code' },
      { name: 'beabee-communityrm/monorepo', kind: 'code' },
      { name: 'bcgov/common-hosted-form-service', kind: 'code' },
    ],
    about:
      'The repositories were kept back until\nwhat was false in `fresh-code-3.md` was mended; what was false here is mended since where the line says so.',
  },
  'fresh-mixed-4': {
    from: [
      { name: 'UKHomeOffice/asl-schema', kind: 'code' },
      { name: 'code4romania/onghub', kind: 'code' },
      { name: 'FlowFuse/flowfuse', kind: 'code' },
      { name: 'bcgov/restoration-tracker', kind: 'code' },
      { name: 'streetmix/streetmix', kind: 'code' },
      { name: 'AllianceBioversityCIAT/alliance-research-indicators-main', kind: 'code' },
      { name: 'DefGuard/defguard', kind: 'sql' },
      { name: 'All-Rated-Extreme-Demon-List/aredl-backend-v2', kind: 'sql' },
      { name: 'ministryofjustice/hmpps-interventions-service', kind: 'sql' },
      { name: 'steve-community/steve', kind: 'sql' },
      { name: 'MTES-MCT/trackdechets', kind: 'sql' },
      { name: 'MunifTanjim/stremthru', kind: 'sql' },
    ],
    about:
      'It is the first run over\nrepositories that had not been looked at, half of them of TypeORM, Sequelize and Knex and half of SQL. What was false is mended since where the line says so.',
  },
}
