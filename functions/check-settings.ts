import { app } from '@azure/functions';
import { currentWiring } from './wiring.ts';

// Said at the start and not only by the first request. It must not throw: an app whose start fails is restarted for ever,
// while one that runs answers 503 and says why in its log.
app.hook.appStart(() => {
  try {
    currentWiring();
  } catch (error) {
    console.error((error as Error).message);
  }
});
