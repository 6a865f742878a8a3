// What Pulumi requires: it loads policy packs with require(), so this is CommonJS and the sources are imported from here.
const { register } = require('node:module');
const { pathToFileURL } = require('node:url');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) register('../strip-types.js', pathToFileURL(__filename));

module.exports = import('./pack.ts');
