#!/usr/bin/env bash
# Makes sure that there is a Surefoot to run: the project's own, or this repository's, built once for each runner.
set -euo pipefail
if [ -f "${INPUT_WORKING_DIRECTORY:-.}/node_modules/surefoot/dist/surefoot.js" ]; then exit 0; fi
if [ -f "$GITHUB_ACTION_PATH/dist/surefoot.js" ]; then exit 0; fi
cd "$GITHUB_ACTION_PATH"
# What builds it is a development dependency, which NODE_ENV=production of the job would leave out.
npm ci --include=dev --no-audit --no-fund
