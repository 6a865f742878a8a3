import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { stat } from 'node:fs/promises';
import { portOption, runProgram, StartError } from '../program.ts';
import { startFunctionsHost } from './server.ts';

await runProgram({
  name: 'functions-host',
  usage: `usage: node local/functions-host/main.ts --app DIR [options]

Runs an Azure Functions app (Node, version 4 programming model) as "func start" does, on 127.0.0.1.

  --app DIR       the folder with host.json, package.json and the built app
  --port N        7071, or LocalHttpPort of local.settings.json; 0 takes a free one
  --data DIR      keeps when timers last ran, so that a missed run is made up for
  --drain MS      how long running invocations may take to end on SIGTERM (10000)
  --enable-auth   authLevel holds: routes that are not anonymous ask for a key, in x-functions-key or ?code=
  --key KEY       that key; without it one is made and printed
  --faults FILE   a fault plan, see docs/local-azure.md

Settings come from the environment and, where it has none, from DIR/local.settings.json.`,
  options: {
    app: { type: 'string' },
    port: { type: 'string' },
    data: { type: 'string' },
    drain: { type: 'string' },
    'enable-auth': { type: 'boolean' },
    key: { type: 'string' },
    faults: { type: 'string' },
  },
  async start(values) {
    if (!values.app) throw new StartError('say which app to run with --app DIR');
    const app = path.resolve(values.app);
    const isFolder = await stat(app).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    if (!isFolder) throw new StartError(`${app} is no folder`);
    const drainMs = Number(values.drain ?? 10_000);
    if (!Number.isInteger(drainMs) || drainMs < 0)
      throw new StartError(`"${values.drain}" is no number of milliseconds`);
    const key = values['enable-auth'] ? (values.key ?? randomBytes(24).toString('base64url')) : undefined;
    const absolute = (file: string | undefined) => (file === undefined ? undefined : path.resolve(file));
    const [data, faults] = [absolute(values.data), absolute(values.faults)];
    // The worker runs in the app's folder, and apps read files relative to it.
    process.chdir(app);
    const host = await startFunctionsHost({
      app,
      ...(values.port !== undefined && { port: portOption(values.port, 7071) }),
      data,
      faults,
      key,
      drainMs,
    });
    if (key && !values.key) console.log(`key for routes that are not anonymous: ${key}`);
    return host;
  },
});
