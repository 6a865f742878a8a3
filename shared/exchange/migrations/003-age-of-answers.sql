-- Answers kept for idempotency keys are deleted by age.
create index if not exists idempotency_keys_by_age on idempotency_keys (created_at);
