-- desk.db: the caseworkers' keys. Secrets are here only as their owner's browser wrapped them; nothing of the desk unwraps one.
-- Times are Unix seconds, UTC.

CREATE TABLE keys (
    mark         TEXT PRIMARY KEY,     -- 32 hex digits of the SHA-256 of the recipient, by which casebook.db tells keys apart
    account      TEXT NOT NULL REFERENCES accounts (account),
    recipient    TEXT NOT NULL UNIQUE, -- age1pq1…, public
    made         INTEGER NOT NULL,
    ended        INTEGER,              -- when it stopped being hers; NULL: it is her key
    why          TEXT CHECK (why IN ('lost', 'left')),  -- why it ended: she made a new one, or her access ended
    CHECK ((ended IS NULL) = (why IS NULL))
) STRICT;
CREATE UNIQUE INDEX keys_one_each ON keys (account) WHERE ended IS NULL;
CREATE INDEX keys_by_account ON keys (account);

-- Ways in which her browser wrapped her identity. Without her passkey or her words they open nothing.
CREATE TABLE wraps (
    mark         TEXT NOT NULL REFERENCES keys (mark) ON DELETE CASCADE,
    kind         TEXT NOT NULL CHECK (kind IN ('passkey', 'words')),
    sealed       BLOB NOT NULL,        -- age file around the text of an identity file, the bots' keys she trusts in it
    made         INTEGER NOT NULL,
    PRIMARY KEY (mark, kind)
) STRICT;

-- Colleagues who heard the digits of a key from its owner's own mouth: before that nothing open is sealed to it.
CREATE TABLE approvals (
    mark         TEXT NOT NULL REFERENCES keys (mark) ON DELETE CASCADE,
    account      TEXT NOT NULL REFERENCES accounts (account),
    at           INTEGER NOT NULL,
    PRIMARY KEY (mark, account)
) STRICT;

-- Whoever leaves, by whatever way: her key ends in the same moment, and what was wrapped is gone.
CREATE TRIGGER keys_of_who_left AFTER UPDATE OF removed ON accounts WHEN NEW.removed IS NOT NULL BEGIN
    DELETE FROM wraps WHERE mark IN (SELECT mark FROM keys WHERE account = NEW.account);
    UPDATE keys SET ended = NEW.removed, why = 'left' WHERE account = NEW.account AND ended IS NULL;
END;
