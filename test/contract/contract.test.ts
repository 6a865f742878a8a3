import { armsOf } from './arms.ts';
import { workAcrossArms } from './journey.ts';
import { takeCallbacks } from './legacy-callbacks.ts';
import { chargeQuotas } from './quota.ts';
import { refuseRubbish } from './rubbish.ts';
import { sameAnswers } from './same-answers.ts';
import { keepTransactions } from './sql.ts';
import { startArms } from './start-arms.ts';
import { auditEndpoints } from './webhook-trail.ts';

const arms = armsOf(await startArms());

sameAnswers(arms);
refuseRubbish(arms);
workAcrossArms(arms);
takeCallbacks(arms);
chargeQuotas(arms);
keepTransactions(arms);
auditEndpoints(arms);
