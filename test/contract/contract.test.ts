import { armsOf } from './arms.ts';
import { sameAnswers } from './same-answers.ts';
import { startArms } from './start-arms.ts';

const arms = armsOf(await startArms());

sameAnswers(arms);
