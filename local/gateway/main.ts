import { portOption, runProgram, StartError } from '../program.ts';
import { readOverrides } from './configuration/overrides.ts';
import { ConfigurationError, LoadError } from './errors.ts';
import { startGateway } from './server.ts';

await runProgram({
  name: 'gateway',
  usage: `usage: node local/gateway/main.ts --apim DIR [--port N] [--overrides FILE] [--trace]

Runs the API Management policies in DIR, a folder in the layout of Microsoft's apiops.`,
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
      return await startGateway({
        apim: values.apim,
        port: portOption(values.port, 8080),
        overrides: values.overrides === undefined ? {} : readOverrides(values.overrides),
        trace: values.trace ?? false,
      });
    } catch (error) {
      if (error instanceof ConfigurationError || error instanceof LoadError) throw new StartError(error.message);
      throw error;
    }
  },
});
