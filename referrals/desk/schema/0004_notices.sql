-- desk.db: where staff hear that there may be something new, and how far each mail came. No mail says more than that.
-- Times are Unix seconds, UTC.

-- The hour at which everybody of one partner hears once a day. A partner without a row has hours.FIRST_HOUR in hours.FIRST_ZONE.
CREATE TABLE notice_hours (
    partner  TEXT PRIMARY KEY,         -- id in the directory
    zone     TEXT NOT NULL,            -- IANA name of its time zone
    hour     INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23)
) STRICT;

-- One address: an account's own, or a partner's second one.
CREATE TABLE notice_boxes (
    box            INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again
    account        TEXT UNIQUE REFERENCES accounts (account) ON DELETE CASCADE,  -- whose own it is; NULL for a partner's second address
    partner        TEXT UNIQUE,        -- whose second address it is; NULL for an account's own
    address        TEXT NOT NULL,      -- personal: of the own one only its owner sees it; in no log and no mail's head
    zone           TEXT,               -- IANA name; NULL: the partner's
    hour           INTEGER CHECK (hour BETWEEN 0 AND 23),  -- NULL: the partner's
    since          INTEGER NOT NULL,   -- when the address was entered
    arrived        INTEGER,            -- when its owner said that a mail had arrived; NULL: nobody knows whether any does
    slot           INTEGER NOT NULL,   -- the newest daily moment for which a mail was owed
    reached        INTEGER NOT NULL DEFAULT 0,  -- when it last got a mail, or may have; 0: never
    reached_urgent INTEGER NOT NULL DEFAULT 0,  -- the same of urgent ones
    CHECK ((account IS NULL) <> (partner IS NULL)),
    CHECK ((zone IS NULL) = (hour IS NULL))
) STRICT;

-- Mails: on their way, and the newest that ended. Every one is the same, so none is kept.
CREATE TABLE notice_mails (
    mail      INTEGER PRIMARY KEY AUTOINCREMENT,
    box       INTEGER NOT NULL REFERENCES notice_boxes (box) ON DELETE CASCADE,
    why       TEXT NOT NULL CHECK (why IN ('urgent', 'alarm', 'late', 'test', 'digest')),  -- the first reason; no mail shows it
    urgent    INTEGER NOT NULL CHECK (urgent IN (0, 1)),
    owed      INTEGER NOT NULL,        -- since when
    next_try  INTEGER NOT NULL,        -- not before
    tries     INTEGER NOT NULL DEFAULT 0,
    unsure    INTEGER NOT NULL DEFAULT 0,  -- tries of which nobody knows whether it arrived
    trying    INTEGER NOT NULL DEFAULT 0 CHECK (trying IN (0, 1)),  -- 1 from before a try until its outcome is known
    state     TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'accepted', 'failed')),
    trouble   TEXT,                    -- of the last try, one of troubles.Trouble; NULL: none
    ended     INTEGER,                 -- when it was accepted or given up; NULL: on its way
    alarmed   INTEGER NOT NULL DEFAULT 0 CHECK (alarmed IN (0, 1))  -- 1: somebody else was told that it fails
) STRICT;
CREATE UNIQUE INDEX notice_mails_on_their_way ON notice_mails (box) WHERE state = 'waiting';  -- one mail for all reasons
CREATE INDEX notice_mails_by_box ON notice_mails (box, mail);

-- Which referrals have made a mail already, and how far the calling went. The row goes when the referral waits no more.
CREATE TABLE notice_told (
    item  TEXT NOT NULL,               -- 32 hex digits: a referral, or something that came to one later
    step  INTEGER NOT NULL CHECK (step BETWEEN 1 AND 3),  -- deciding.Step
    PRIMARY KEY (item, step)
) STRICT;
