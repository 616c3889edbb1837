import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Manager } from './package-manager.ts'
import { type Advice, type Change, textOf } from './write.ts'

const workflow = ({ run, install }: Manager) => `name: surefoot
on:
  pull_request:
permissions:
  contents: read
jobs:
  migrations:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - uses: actions/setup-node@v4
        with:
          node-version: 22
${install.map((line) => `      - run: ${line}\n`).join('')}      - run: ${run} check --since "origin/$BASE" --format github
        env:
          BASE: \${{ github.base_ref }}
`

const gitlab = ({ run, install }: Manager) => `surefoot:
  image: node:22
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  variables:
    GIT_DEPTH: 0
  script:
${install.map((line) => `    - ${line}\n`).join('')}    - ${run} check --since "\${CI_MERGE_REQUEST_TARGET_BRANCH_SHA:-$CI_MERGE_REQUEST_DIFF_BASE_SHA}" --format stylish --format gitlab=gl-code-quality-report.json
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
`

/** The check of pull requests, for the platform that the project's files speak of; GitHub where they speak of none. */
export function workflowFor(root: string, manager: Manager): { readonly said: string; readonly change?: Change; readonly advice?: Advice } {
  const pipeline = textOf(root, '.gitlab-ci.yml')
  if (pipeline !== undefined) {
    if (pipeline.includes('surefoot')) return { said: 'the GitLab pipeline runs Surefoot already' }
    return { said: 'GitLab is used (.gitlab-ci.yml)', change: { path: '.gitlab-ci.yml', how: 'add', text: `\n${gitlab(manager)}` } }
  }
  const path = '.github/workflows/surefoot.yml'
  if (existsSync(join(root, path))) return { said: 'the workflow is there already' }
  return {
    said: existsSync(join(root, '.github')) ? 'GitHub is used (.github)' : 'no other platform was found',
    change: { path, how: 'create', text: workflow(manager) },
  }
}
