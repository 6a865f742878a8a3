import './health.ts';
