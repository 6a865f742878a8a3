import type { WorkerLog } from './worker.ts';

const levels = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];

/**
 * Writes log entries as `func start` does: `[time] message`, user and host messages alike.
 *
 * host.json's `logging.logLevel` decides by the longest matching category (`Function.<name>.User`, `Function`, `default`).
 */
export function consoleLog(logLevels: Record<string, string>, write: (line: string) => void): WorkerLog {
  const least = (category: string): number => {
    const parts = category.split('.');
    for (let length = parts.length; length > 0; length--) {
      const level = logLevels[parts.slice(0, length).join('.')];
      if (level) return levels.indexOf(level);
    }
    return levels.indexOf(logLevels['default'] ?? logLevels['Default'] ?? 'information');
  };
  const thresholds = new Map<string, number>();
  return ({ level, category, message, functionName }) => {
    // The library's own system messages are only of interest when something is wrong.
    if (category === 'system' && levels.indexOf(level) < levels.indexOf('warning')) return;
    const name = functionName ? `Function.${functionName}${category === 'user' ? '.User' : ''}` : 'Host';
    const threshold = thresholds.get(name) ?? least(name);
    thresholds.set(name, threshold);
    if (levels.indexOf(level) < threshold) return;
    const label = level === 'information' ? '' : `${level}: `;
    write(`[${new Date().toISOString()}] ${functionName ? `${functionName}: ` : ''}${label}${message}`);
  };
}
