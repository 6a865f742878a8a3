import { app } from '@azure/functions';
import './telemetry.ts';
import './callbacks.ts';
import './check-settings.ts';
import './checkpoint.ts';
import './currencies.ts';
import './dead-letters.ts';
import './drain-callbacks.ts';
import './drain-deliveries.ts';
import './exchange-events.ts';
import './exchanges.ts';
import './expire.ts';
import './health.ts';
import './pairs.ts';
import './quotas.ts';
import './quotes.ts';
import './sweep.ts';
import './unmatched.ts';
import './usage.ts';
import './webhooks.ts';

// Without it the Functions host hands over no body that comes without its length, as a chunked one does; with it a
// body that is too large is refused while it comes in.
app.setup({ enableHttpStream: true });
