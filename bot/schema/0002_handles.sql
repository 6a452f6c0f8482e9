-- Delivery handles, limits per person, and deletions before Telegram's 48 hours (issue 3). Times are Unix seconds, UTC.

-- The only row that joins a chat and a case: whom to tell, by one neutral line, that there is something new. It exists only in the
-- two contact modes that allow writing, and for 14 days after her last action (domain.md 5.3, "relay handle").
CREATE TABLE handles (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused, so that a late job can't reach a later person
    chat     INTEGER NOT NULL,      -- Telegram's chat id
    case_id  TEXT NOT NULL UNIQUE,  -- 32 hex digits, as in the casebook
    mode     TEXT NOT NULL CHECK (mode IN ('c_band', 'c_any')),  -- option of q10_contact
    band     TEXT CHECK (band IS NOT NULL OR mode = 'c_any'),    -- option of q10_band; NULL for c_any
    zone     TEXT CHECK (zone IS NOT NULL OR mode = 'c_any'),    -- IANA name of the one time zone of her country; NULL for c_any
    state    TEXT NOT NULL CHECK (state IN ('quiet', 'due', 'told')),  -- told: she was told, and is not again until she returns
    seen     INTEGER NOT NULL DEFAULT 0,  -- 1: she returned, and the casebook is still to be told that she knows
    expires  INTEGER NOT NULL       -- erased from this time on
) STRICT;
CREATE INDEX handles_chat ON handles (chat);

-- Keys under which attempts are counted: of their own, so that a row of `tries` can't be joined to a row of `conversations`.
-- A new one each day; gone after 48 hours (domain.md 5.3, "user-HMAC for rate limit").
CREATE TABLE limit_keys (
    day  INTEGER PRIMARY KEY,  -- days since 1970-01-01, UTC
    key  BLOB NOT NULL         -- 32 random bytes
) STRICT;

-- How often somebody tried something on one day. Gone with the key of that day.
CREATE TABLE tries (
    person  BLOB NOT NULL,     -- HMAC-SHA256 of the chat id under that day's key in limit_keys
    day     INTEGER NOT NULL,  -- days since 1970-01-01, UTC
    kind    TEXT NOT NULL CHECK (kind IN ('code', 'match')),  -- a return code that opened nothing; a search for partners
    count   INTEGER NOT NULL,
    last    INTEGER NOT NULL,  -- time of the last one
    PRIMARY KEY (person, kind)
) STRICT, WITHOUT ROWID;

-- When the message that shows the conversation was sent; NULL when that is not known.
ALTER TABLE conversations ADD COLUMN sent_at INTEGER;

-- The outbox again, with notices and scheduled deletions: SQLite can't change a CHECK.
CREATE TABLE outbox_2 (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,  -- order within a lane
    kind          TEXT NOT NULL CHECK (kind IN ('show', 'cover', 'delete', 'answer', 'deliver', 'notice')),
    lane          INTEGER NOT NULL,  -- the chat id; a negative number made from the referral's random id for a delivery
    urgency       INTEGER NOT NULL,  -- lower goes first: 0 wipes, 1 deletions and deliveries, 2 answers to a press and screens, 3 notices
    conversation  INTEGER REFERENCES conversations (id) ON DELETE CASCADE,  -- show: whose screen; rendered only when sent
    message       INTEGER,           -- cover, delete: the message
    callback      TEXT,              -- answer: Telegram's id of the press
    routing       TEXT,              -- deliver: JSON of filing.Filing; says nothing of the chat
    sealed        BLOB,              -- deliver: the age file; NULL where there is none
    handle        INTEGER REFERENCES handles (id) ON DELETE CASCADE,  -- notice: why it may be sent; looked at again when sent
    due           REAL NOT NULL,     -- not before this time
    scheduled     INTEGER NOT NULL DEFAULT 0,  -- 1: due later from the start, so no earlier outage explains its waiting
    attempts      INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO outbox_2 (id, kind, lane, urgency, conversation, message, callback, routing, sealed, due, attempts)
    SELECT id, kind, lane, urgency, conversation, message, callback, routing, sealed, due, attempts FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_2 RENAME TO outbox;
CREATE INDEX outbox_due ON outbox (due);
-- A newer screen replaces an unsent one, and a person is told once.
CREATE UNIQUE INDEX outbox_show ON outbox (conversation) WHERE kind = 'show';
CREATE UNIQUE INDEX outbox_notice ON outbox (handle) WHERE handle IS NOT NULL;
