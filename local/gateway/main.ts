import { portOption, runProgram, StartError } from '../program.ts';
import { readOverrides } from './configuration/overrides.ts';
import { ConfigurationError, LoadError } from './errors.ts';
import { startGateway } from './server.ts';

await runProgram({
  name: 'gateway',
  usage: `usage: node local/gateway/main.ts --apim DIR [--port N] [--management-port N] [--overrides FILE]
                                  [--data DIR] [--trace]

Runs the API Management policies in a folder laid out as Microsoft's apiops does it.

  --apim DIR            the folder of artefacts
  --port N              where clients ask (8080; 0 takes a free port)
  --management-port N   where the resource manager's API, traces and metrics are, over http and https
  --overrides FILE      named values, backends, subscriptions and the operator token of this machine
  --data DIR            keeps what the administration changes, and the certificate of its https
  --trace               traces every request; otherwise the header Ocp-Apim-Trace: true asks for it`,
  options: {
    apim: { type: 'string' },
    port: { type: 'string' },
    'management-port': { type: 'string' },
    overrides: { type: 'string' },
    data: { type: 'string' },
    trace: { type: 'boolean' },
  },
  async start(values) {
    if (values.apim === undefined) throw new StartError('--apim DIR is missing: the folder of artefacts to run');
    try {
      const gateway = await startGateway({
        apim: values.apim,
        port: portOption(values.port, 8080),
        overrides: values.overrides === undefined ? {} : readOverrides(values.overrides),
        trace: values.trace ?? false,
        ...(values.data !== undefined && { data: values.data }),
        ...(values['management-port'] !== undefined && { managementPort: portOption(values['management-port'], 0) }),
      });
      for (const note of gateway.notes) console.log(`note: ${note}`);
      if (gateway.management !== undefined) {
        console.log(`management ${gateway.management} (and https)`);
        console.log(`certificate authority ${gateway.authorityFile}`);
      }
      if (gateway.management !== undefined && values.overrides === undefined)
        console.log(`operator token ${gateway.operatorToken}`);
      return gateway;
    } catch (error) {
      if (error instanceof ConfigurationError || error instanceof LoadError) throw new StartError(error.message);
      throw error;
    }
  },
});
