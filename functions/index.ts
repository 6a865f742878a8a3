import './callbacks.ts';
import './currencies.ts';
import './drain-callbacks.ts';
import './exchanges.ts';
import './health.ts';
import './pairs.ts';
import './quotes.ts';
import './sweep.ts';
