import { startFunctionsHost } from '../../local/functions-host/server.ts';

/**
 * `node cold-start-probe.ts APP PATH`: loads an app and asks it once. Prints two times in milliseconds: from the start of
 * this process, and from when the host's own modules were loaded, which is how a warm placeholder is specialised.
 */
const [app, path] = process.argv.slice(2) as [string, string];
const warm = performance.now();
const host = await startFunctionsHost({ app, port: 0, print: () => {} });
const response = await fetch(host.url + path);
await response.arrayBuffer();
const now = performance.now();
if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
console.log(JSON.stringify({ process: now, warm: now - warm }));
process.exit(0);
