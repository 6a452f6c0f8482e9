-- What the desk needs beside the referrals: replies for her, copies sealed anew for a colleague, what was lowered, what is owed, and what
-- the bot tells of itself. Times are Unix seconds, UTC.

ALTER TABLE referrals ADD COLUMN fresh INTEGER NOT NULL DEFAULT 0;   -- 1 while something came that no caseworker has acknowledged
ALTER TABLE referrals ADD COLUMN changed INTEGER NOT NULL DEFAULT 0; -- when something last happened with it; of what she did, the hour
ALTER TABLE referrals ADD COLUMN outcome TEXT;                       -- how it was completed, one of casebook_moves.OUTCOMES
-- Its place in a queue: urgent ones first, then what nobody has acknowledged, then by class (domain.md 4.4).
ALTER TABLE referrals ADD COLUMN rank INTEGER AS (CASE class WHEN 'now' THEN 0 WHEN 'days' THEN 3 - fresh - fresh ELSE 4 - fresh - fresh END) VIRTUAL;
UPDATE referrals SET changed = max(created, coalesce(answered, 0), coalesce(closed, 0));
UPDATE referrals SET fresh = 1 WHERE EXISTS (SELECT 1 FROM packets p WHERE p.referral_id = referrals.referral_id AND p.acknowledged IS NULL);
CREATE INDEX referrals_queue ON referrals (partner, rank, created, state, fresh, class);

-- Short answers of caseworkers, sealed in their browser to the key from her return code.
CREATE TABLE replies (
    reply_id     TEXT PRIMARY KEY,      -- 32 hex digits of the SHA-256 of the sealed file: the same file sent twice is one reply
    referral_id  TEXT NOT NULL REFERENCES referrals (referral_id) ON DELETE CASCADE,
    written      INTEGER NOT NULL,      -- hour
    read         INTEGER,               -- hour in which she read it; gone 24 hours later
    expires      INTEGER NOT NULL,      -- hour after which it is gone, read or not
    sealed       BLOB NOT NULL          -- age file for her
) STRICT;
CREATE INDEX replies_by_referral ON replies (referral_id);

-- A packet sealed once more by a caseworker who could open it, for a colleague who could not. They go with the packet.
CREATE TABLE resealed (
    packet_id  TEXT NOT NULL REFERENCES packets (packet_id) ON DELETE CASCADE,
    mark       TEXT NOT NULL,           -- 32 hex digits by which the colleague's key is told apart
    sealed     BLOB NOT NULL,           -- age file for the colleague
    PRIMARY KEY (packet_id, mark)
) STRICT;

-- The last change of a referral, as long as it can be undone: nothing of it has left the house. Gone after ten minutes.
CREATE TABLE undo (
    referral_id   TEXT PRIMARY KEY REFERENCES referrals (referral_id) ON DELETE CASCADE,
    since         INTEGER NOT NULL,     -- when the change was made
    state         TEXT NOT NULL,        -- these seven as they were before
    reason        TEXT,
    answered      INTEGER,
    acknowledged  INTEGER,
    closed        INTEGER,
    changed       INTEGER NOT NULL,
    fresh         INTEGER NOT NULL,
    reply_id      TEXT,                 -- the reply that was written with it
    tells         INTEGER NOT NULL      -- 1: she would want to hear of it, once it can't be undone any more
) STRICT;
CREATE INDEX undo_since ON undo (since);

-- Partners that said at the desk that they have less room than the signed list says. It only ever lowers.
CREATE TABLE capacity (
    partner  TEXT PRIMARY KEY,          -- id in the directory
    level    TEXT NOT NULL CHECK (level IN ('limited', 'closed')),
    since    INTEGER NOT NULL
) STRICT;

-- What partners must confirm: that what she took back is deleted at their side as well. Not joined to referrals, which may go first.
CREATE TABLE attestations (
    referral_id  TEXT PRIMARY KEY,      -- 32 hex digits
    partner      TEXT NOT NULL,         -- id in the directory
    due          INTEGER NOT NULL,      -- hour; 7 days after she took it back (domain.md 5.5)
    attested     INTEGER                -- when a caseworker confirmed it
) STRICT;
CREATE INDEX attestations_by_partner ON attestations (partner, attested, due);

-- The partner list as the bot verified it last: what the desk, which can't open the list, may know of it.
CREATE TABLE listed (
    partner   TEXT PRIMARY KEY,         -- id in the directory
    alias     TEXT NOT NULL,            -- what people are shown
    status    TEXT NOT NULL,            -- as signed: active, suspended, ...
    capacity  TEXT NOT NULL CHECK (capacity IN ('open', 'limited', 'closed')),  -- as signed, of its service with the most room
    marks     TEXT NOT NULL             -- JSON list: marks of the caseworkers' keys that referrals are sealed to today
) STRICT;
CREATE TABLE list_state (
    one       INTEGER PRIMARY KEY CHECK (one = 1),  -- there is one list
    version   INTEGER NOT NULL,
    expires   INTEGER NOT NULL,
    standing  TEXT NOT NULL CHECK (standing IN ('good', 'urgent_only', 'none')),
    signers   TEXT NOT NULL,            -- JSON list: public Ed25519 keys of the bots, in hex
    seen      INTEGER NOT NULL          -- when the bot looked last
) STRICT;

-- How the bot is, in numbers: never anything about a person.
CREATE TABLE pulse (
    name   TEXT PRIMARY KEY,            -- such as outbox.depth
    value  INTEGER NOT NULL,
    at     INTEGER NOT NULL             -- when it was counted
) STRICT;

ALTER TABLE packets ADD COLUMN recipients TEXT NOT NULL DEFAULT '';  -- marks of the keys that it was sealed to, a space between; '' when not known
