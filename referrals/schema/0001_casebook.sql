-- casebook.db: sealed referrals and how far each has come. Encrypted with key B (design.md). Nothing here names or reaches a chat.
-- Times are Unix seconds, UTC, rounded down to the hour where a person caused them.

-- What one return code opens.
CREATE TABLE cases (
    case_id   TEXT PRIMARY KEY,        -- 32 hex digits, random
    verifier  BLOB NOT NULL UNIQUE,    -- 32 bytes made from the code by Argon2id and HKDF; the code is stored nowhere
    created   INTEGER NOT NULL         -- hour of the first consent
) STRICT;

CREATE TABLE referrals (
    referral_id   TEXT PRIMARY KEY,    -- 32 hex digits, random
    case_id       TEXT NOT NULL REFERENCES cases (case_id),
    partner       TEXT NOT NULL,       -- id in the directory
    class         TEXT NOT NULL CHECK (class IN ('now', 'days', 'normal')),
    state         TEXT NOT NULL,       -- one of casebook_view.STATES
    position      INTEGER NOT NULL,    -- 0: delivered at once; n: the n-th in her ordered list, held until those before stay silent
    created       INTEGER NOT NULL,    -- hour of the consent
    acknowledge_by INTEGER NOT NULL,   -- when the partner is late, by class (domain.md 4.4)
    acknowledged  INTEGER,             -- when a caseworker acknowledged
    expires       INTEGER NOT NULL,    -- hour after which the sealed packets are gone
    version       INTEGER NOT NULL     -- grows with every change, so that two who edit notice
) STRICT;
CREATE INDEX referrals_by_partner ON referrals (partner, state);
CREATE INDEX referrals_by_case ON referrals (case_id);

CREATE TABLE packets (
    packet_id    TEXT PRIMARY KEY,     -- 32 hex digits, random: the consent's id, so that a repeated delivery is noticed
    referral_id  TEXT NOT NULL REFERENCES referrals (referral_id) ON DELETE CASCADE,
    kind         TEXT NOT NULL CHECK (kind IN ('referral', 'addition', 'withdrawal')),
    received     INTEGER NOT NULL,     -- hour
    sealed       BLOB NOT NULL         -- age file for the partner's caseworkers
) STRICT;
CREATE INDEX packets_by_referral ON packets (referral_id);
