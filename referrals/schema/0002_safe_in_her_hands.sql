-- What keeps her safe after something was sent: her card, reports, erasure, what a caseworker answered, and an end for every row.

ALTER TABLE cases ADD COLUMN active INTEGER NOT NULL DEFAULT 0;     -- hour in which she last sent something under this case
ALTER TABLE cases ADD COLUMN erased INTEGER;                        -- hour in which she erased all; then verifier is random bytes
UPDATE cases SET active = created;

ALTER TABLE referrals ADD COLUMN delivered INTEGER;                 -- hour from which the partner could see it; NULL while held, and for ever if it never could
ALTER TABLE referrals ADD COLUMN answered INTEGER;                  -- when a caseworker first acknowledged, accepted or declined
ALTER TABLE referrals ADD COLUMN reason TEXT;                       -- why it was declined, one of casebook_moves.DECLINE_REASONS
ALTER TABLE referrals ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;  -- 1 once she said how it was; what she said is not kept here
ALTER TABLE referrals ADD COLUMN closed INTEGER;                    -- hour in which it ended, at the latest when it expired; the row goes 90 days later
UPDATE referrals SET answered = acknowledged;
UPDATE referrals SET delivered = created WHERE position = 0 OR state IN ('delivered', 'acknowledged');
UPDATE referrals SET closed = created WHERE state IN ('withdrawn', 'expired', 'destroyed');
CREATE INDEX referrals_overdue ON referrals (acknowledge_by, partner, delivered, answered, closed);

ALTER TABLE packets ADD COLUMN expires INTEGER NOT NULL DEFAULT 0;  -- hour after which the sealed file is gone
ALTER TABLE packets ADD COLUMN acknowledged INTEGER;                -- when a caseworker said that she has it; gone 7 days later
UPDATE packets SET expires = (SELECT r.expires FROM referrals r WHERE r.referral_id = packets.referral_id);
UPDATE packets SET acknowledged = (SELECT r.acknowledged FROM referrals r WHERE r.referral_id = packets.referral_id);
-- The two columns stand behind the sealed file in a row: without these, each look for what is past its time would read every file.
CREATE INDEX packets_expire ON packets (expires);
CREATE INDEX packets_acknowledged ON packets (acknowledged);

-- What she and her helper know each other by. Only her code opens it.
CREATE TABLE cards (
    case_id  TEXT PRIMARY KEY REFERENCES cases (case_id) ON DELETE CASCADE,
    expires  INTEGER NOT NULL,         -- hour; moves on with whatever she sends under the case
    sealed   BLOB NOT NULL             -- age file for the key from her code
) STRICT;

-- Cases of which something happened that she would want to hear. Only that, never what.
CREATE TABLE news (
    case_id  TEXT PRIMARY KEY REFERENCES cases (case_id) ON DELETE CASCADE
) STRICT;

-- That she agreed, to whom and to what, without what it was. No row leads to a case.
CREATE TABLE consents (
    consent_id    TEXT PRIMARY KEY,    -- 32 hex digits, random; the packet's id as long as that is there
    partner       TEXT NOT NULL,       -- id in the directory
    list_version  INTEGER,             -- of the partner list she chose from, where it is known
    sealed_hash   BLOB NOT NULL,       -- SHA-256 of the sealed file: a hash of the answers themselves could be guessed
    given         INTEGER NOT NULL     -- hour; the row goes after 12 months
) STRICT;

-- Reports for the safety lead: about somebody who wants money, or a partner who was not safe. Joined to nothing.
CREATE TABLE reports (
    report_id     TEXT PRIMARY KEY,    -- 32 hex digits, random
    received      INTEGER NOT NULL,    -- hour
    sealed        BLOB NOT NULL,       -- age file for the safety lead
    acknowledged  INTEGER,             -- when the safety lead said that she has it; gone 7 days later
    expires       INTEGER NOT NULL     -- hour after which it is gone
) STRICT;

-- How referrals were for the people who came back: counts only.
CREATE TABLE feedback (
    partner  TEXT NOT NULL,            -- id in the directory
    answer   TEXT NOT NULL CHECK (answer IN ('helped', 'not', 'unsafe')),
    month    TEXT NOT NULL,            -- UTC, such as 2026-11
    count    INTEGER NOT NULL,
    PRIMARY KEY (partner, answer, month)
) STRICT;
