-- conversations.db: running conversations and what is still to be done for them. Encrypted with key A (design.md).
-- Times are Unix seconds, UTC. Nothing here says who a person is beyond the chat id of a conversation that is running now.

-- Keys under which a chat is looked up. A new one each day; gone after 72 hours (design.md, decision 5).
CREATE TABLE lookup_keys (
    day  INTEGER PRIMARY KEY,  -- days since 1970-01-01, UTC
    key  BLOB NOT NULL         -- 32 random bytes
) STRICT;

CREATE TABLE conversations (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused, so that a late job can't reach a later person
    lookup      BLOB NOT NULL UNIQUE,   -- HMAC-SHA256 of the chat id under the key of lookup_day
    lookup_day  INTEGER NOT NULL,       -- moves to today's key whenever the row is touched
    chat        INTEGER NOT NULL,       -- Telegram's chat id: where the screen is
    message     INTEGER,                -- id of the one message that shows the screen; NULL until it was sent
    revision    INTEGER NOT NULL,       -- grows with every change
    state       TEXT NOT NULL,          -- JSON of dialogue.Conversation
    idle_at     INTEGER NOT NULL        -- when the screen is covered and the row erased if nothing happens
) STRICT;
CREATE INDEX conversations_idle ON conversations (idle_at);

-- What was decided and is still to be done. Rows go when done.
CREATE TABLE outbox (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,  -- order within a lane
    kind          TEXT NOT NULL CHECK (kind IN ('show', 'cover', 'delete', 'answer', 'deliver')),
    lane          INTEGER NOT NULL,  -- the chat id; a negative number made from the referral's random id for a delivery
    urgency       INTEGER NOT NULL,  -- lower goes first: 0 wipes, 1 deletions and deliveries, 2 answers to a press and screens
    conversation  INTEGER REFERENCES conversations (id) ON DELETE CASCADE,  -- show: whose screen; rendered only when sent
    message       INTEGER,           -- cover, delete: the message
    callback      TEXT,              -- answer: Telegram's id of the press
    routing       TEXT,              -- deliver: JSON of casebook.Routing; says nothing of the chat
    sealed        BLOB,              -- deliver: the age file
    due           REAL NOT NULL,     -- not before this time
    attempts      INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX outbox_due ON outbox (due);
-- A newer screen replaces an unsent one.
CREATE UNIQUE INDEX outbox_show ON outbox (conversation) WHERE kind = 'show';

-- Updates already handled. Telegram keeps an update for 24 hours and restarts ids at random after an idle week, so a set with an
-- expiry, never "at most the highest seen". Gone after 8 days (design.md, decision 11).
CREATE TABLE seen_updates (
    update_id  INTEGER PRIMARY KEY,
    seen_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX seen_updates_at ON seen_updates (seen_at);

-- Updates that could not be handled after several tries: id and count only, never their content.
CREATE TABLE set_aside (
    update_id  INTEGER PRIMARY KEY,
    tries      INTEGER NOT NULL,
    set_at     INTEGER NOT NULL
) STRICT;

-- Paused conversations, sealed to a key that is made from the person's return code and stored nowhere.
CREATE TABLE paused (
    verifier  BLOB PRIMARY KEY,   -- 32 bytes made from the code by Argon2id and HKDF
    sealed    BLOB NOT NULL,      -- age file of the conversation's JSON, padded
    expires   INTEGER NOT NULL
) STRICT;

-- Things an operator must look at: a count per day, nothing else.
CREATE TABLE alarms (
    kind   TEXT NOT NULL,
    day    INTEGER NOT NULL,      -- days since 1970-01-01, UTC
    count  INTEGER NOT NULL,
    PRIMARY KEY (kind, day)
) STRICT;
