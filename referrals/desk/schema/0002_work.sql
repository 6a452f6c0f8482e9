-- desk.db: who has which referral, who is there, and who did what last. No content, and nothing that leads to a person who asked.
-- Times are Unix seconds, UTC. A referral's id is its random id in casebook.db.

-- Who has a referral in hand. The row goes when the referral ends or is taken back.
CREATE TABLE assignments (
    referral_id  TEXT PRIMARY KEY,     -- 32 hex digits
    partner      TEXT NOT NULL,        -- id in the directory, of the referral and of the account
    account      TEXT NOT NULL,        -- 32 hex digits: who has it
    since        INTEGER NOT NULL      -- when she got it, by her own hand or a colleague's
) STRICT;
CREATE INDEX assignments_by_account ON assignments (account);
CREATE INDEX assignments_by_partner ON assignments (partner, account);

-- What was done to a referral at the desk: for undoing a slip, for the screen when two change the same, and for the list of what was done.
CREATE TABLE deeds (
    deed           INTEGER PRIMARY KEY AUTOINCREMENT,
    referral_id    TEXT NOT NULL,      -- 32 hex digits
    version        INTEGER NOT NULL,   -- of the referral after it, as in casebook.db
    action         TEXT NOT NULL,      -- one of deeds.Deed
    state          TEXT NOT NULL,      -- of the referral after it
    account        TEXT NOT NULL,      -- 32 hex digits: who did it at the desk
    on_behalf_of   TEXT,               -- 32 hex digits: the colleague who did it elsewhere, by telephone for instance; NULL: herself
    holder_before  TEXT,               -- 32 hex digits: who had the referral before, for the undoing; NULL: nobody
    at             INTEGER NOT NULL    -- second in which it was done; the row goes with the referral, 210 days later at most
) STRICT;
CREATE INDEX deeds_by_referral ON deeds (referral_id, deed);
CREATE INDEX deeds_by_account ON deeds (account, at);
CREATE INDEX deeds_at ON deeds (at);

-- Who can take somebody at present. An account without a row is there, without a cap.
CREATE TABLE availability (
    account  TEXT PRIMARY KEY,         -- 32 hex digits
    away     INTEGER NOT NULL CHECK (away IN (0, 1)),  -- 1: not available until she says otherwise
    cap      INTEGER CHECK (cap BETWEEN 1 AND 999),    -- how many referrals she wants to have at most at one time; NULL: no cap of her own
    since    INTEGER NOT NULL          -- when she said so
) STRICT;

-- That a partner as a whole takes fewer, by its lead's hand. A partner without a row takes what its caseworkers can.
CREATE TABLE lowered (
    partner  TEXT PRIMARY KEY,         -- id in the directory
    level    TEXT NOT NULL CHECK (level IN ('limited', 'closed')),
    account  TEXT NOT NULL,            -- 32 hex digits: the lead who said so
    since    INTEGER NOT NULL
) STRICT;
