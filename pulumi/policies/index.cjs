// What Pulumi requires: it loads policy packs with require(), so this is CommonJS and the sources are imported from here.
const { register } = require('node:module');
const { pathToFileURL } = require('node:url');

if (!process.features.typescript) register('../strip-types.js', pathToFileURL(__filename));

module.exports = import('./pack.ts');
