import './currencies.ts';
import './exchanges.ts';
import './health.ts';
import './pairs.ts';
import './quotes.ts';
