-- desk.db: who works at the desk, and how each is known. Encrypted with key D (naru_desk_key). Nothing here opens a referral.
-- Times are Unix seconds, UTC.

CREATE TABLE accounts (
    account      TEXT PRIMARY KEY,     -- 32 hex digits, random
    name         TEXT NOT NULL,        -- alias typed at the invitation; staff only
    partner      TEXT,                 -- id in the directory; NULL for safety leads and operators
    roles        TEXT NOT NULL,        -- roles of grants.py, sorted, with one space between
    lang         TEXT NOT NULL CHECK (lang IN ('ko', 'zh', 'en')),
    created      INTEGER NOT NULL,
    removed      INTEGER               -- when access ended; the name goes with the audit, 24 months later
) STRICT;
CREATE INDEX accounts_by_partner ON accounts (partner);

CREATE TABLE passkeys (
    credential   BLOB PRIMARY KEY,     -- id given by the authenticator, at most 1,023 bytes (WebAuthn level 3, 6.5.1)
    account      TEXT NOT NULL REFERENCES accounts (account) ON DELETE CASCADE,
    attested     BLOB NOT NULL,        -- attested credential data: AAGUID, id and COSE public key (WebAuthn level 3, 6.5.1)
    counter      INTEGER NOT NULL,     -- signature counter seen last; 0 where the authenticator keeps none
    prf          INTEGER NOT NULL,     -- 1: the authenticator said at registration that it has the PRF extension
    label        TEXT NOT NULL,        -- what its owner calls it
    created      INTEGER NOT NULL,
    used         INTEGER NOT NULL      -- last sign-in
) STRICT;
CREATE INDEX passkeys_by_account ON passkeys (account);

-- A generated passphrase and a code generator, where there is no passkey.
CREATE TABLE phrases (
    account      TEXT PRIMARY KEY REFERENCES accounts (account) ON DELETE CASCADE,
    sign_in_name TEXT NOT NULL UNIQUE, -- 8 characters of Crockford's base32, random: known to its owner only
    hashed       TEXT NOT NULL,        -- Argon2id of the 20 characters (100 bits), in PHC format
    totp         TEXT NOT NULL,        -- secret of the code generator, base32 (RFC 6238)
    counted      INTEGER NOT NULL,     -- time step of the last code that was taken: a code counts once
    wrong        INTEGER NOT NULL,     -- wrong codes after the right passphrase since the last sign-in
    not_before   INTEGER NOT NULL      -- when the next code is looked at
) STRICT;

CREATE TABLE sessions (
    session      TEXT PRIMARY KEY,     -- hex of the SHA-256 of the cookie's 32 random bytes
    account      TEXT NOT NULL REFERENCES accounts (account) ON DELETE CASCADE,
    way          TEXT NOT NULL CHECK (way IN ('passkey', 'phrase', 'invitation', 'demo')),
    created      INTEGER NOT NULL,
    seen         INTEGER NOT NULL      -- last request, kept to 15 seconds
) STRICT;
CREATE INDEX sessions_by_account ON sessions (account);

-- A link for one who is to join, or who lost everything she signed in with. It counts once.
CREATE TABLE invitations (
    token        TEXT PRIMARY KEY,     -- hex of the SHA-256 of the link's 32 random bytes
    invitation   TEXT NOT NULL UNIQUE, -- 32 hex digits, random: how staff name it; the id of the account it makes
    account      TEXT REFERENCES accounts (account) ON DELETE CASCADE, -- set: new means of sign-in for this account
    name         TEXT NOT NULL,        -- alias of who is invited
    partner      TEXT,                 -- as in accounts
    roles        TEXT NOT NULL,        -- as in accounts
    invited_by   TEXT,                 -- account; NULL: `naru staff`
    agreed_by    TEXT,                 -- second person, where the partner asks for two
    needs_two    INTEGER NOT NULL,     -- 1: opens nothing until agreed_by is set
    created      INTEGER NOT NULL,
    expires      INTEGER NOT NULL      -- 48 hours after it was made
) STRICT;

-- A passphrase that was shown and not yet confirmed with a code of its generator.
CREATE TABLE pending_phrases (
    account      TEXT PRIMARY KEY,     -- account, or the invitation whose id it will have
    sign_in_name TEXT NOT NULL,        -- as in phrases
    hashed       TEXT NOT NULL,        -- as in phrases
    totp         TEXT NOT NULL,        -- as in phrases
    expires      INTEGER NOT NULL      -- an hour after it was shown
) STRICT;

CREATE TABLE partner_settings (
    partner      TEXT PRIMARY KEY,     -- id in the directory
    two_people   INTEGER NOT NULL,     -- 1: an invitation, and reaching what is open, need two people
    asked_by     TEXT                  -- account of who asked to end this; it ends when somebody else agrees
) STRICT;

-- What staff did, as a chain: each entry holds the hash of the one before. No case content.
CREATE TABLE audit (
    number       INTEGER PRIMARY KEY,  -- 1, 2, 3 … without a gap
    at           INTEGER NOT NULL,
    actor        TEXT,                 -- account; NULL: `naru staff` or the desk itself
    action       TEXT NOT NULL,        -- one of audit.Action
    subject      TEXT,                 -- id of an account, invitation or referral
    on_behalf_of TEXT,                 -- account for whom it was done
    previous     TEXT NOT NULL,        -- hash of the entry before; 64 zeros for the first
    hash         TEXT NOT NULL         -- hex of the SHA-256 over all of the above, as audit.py writes it
) STRICT;
