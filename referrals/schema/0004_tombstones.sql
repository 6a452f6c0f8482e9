-- What was erased, by random id alone, so that a backup from before can't bring it back. Rows go once they stand in a second place, or at
-- once where none is set.

CREATE TABLE tombstones (
    kind  TEXT NOT NULL,           -- packet, reply, report, referral, case, card, withdrawn or erased
    id    TEXT NOT NULL,           -- 32 hex digits, random, of what was erased: means nothing without it; of a card, the tag at its file's end
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- By triggers, so that no way of erasing can forget it: a row and its tombstone are of one transaction.
CREATE TRIGGER packet_erased AFTER DELETE ON packets BEGIN
    INSERT OR IGNORE INTO tombstones VALUES ('packet', OLD.packet_id);
END;
CREATE TRIGGER reply_erased AFTER DELETE ON replies BEGIN
    INSERT OR IGNORE INTO tombstones VALUES ('reply', OLD.reply_id);
END;
-- One that she read goes within a day: what is brought back after that must not begin its thirty days again.
CREATE TRIGGER reply_read AFTER UPDATE OF read ON replies WHEN NEW.read IS NOT NULL AND OLD.read IS NULL BEGIN
    INSERT OR IGNORE INTO tombstones VALUES ('reply', NEW.reply_id);
END;
CREATE TRIGGER report_erased AFTER DELETE ON reports BEGIN
    INSERT OR IGNORE INTO tombstones VALUES ('report', OLD.report_id);
END;
CREATE TRIGGER referral_erased AFTER DELETE ON referrals BEGIN
    INSERT OR IGNORE INTO tombstones VALUES ('referral', OLD.referral_id);
END;
CREATE TRIGGER case_gone AFTER DELETE ON cases BEGIN
    INSERT OR IGNORE INTO tombstones VALUES ('case', OLD.case_id);
END;
-- A case can have one card after another: an id of the case would bury the later ones as well. 16 bytes: Poly1305 (RFC 8439, 2.5).
CREATE TRIGGER card_erased AFTER DELETE ON cards BEGIN
    INSERT OR IGNORE INTO tombstones VALUES ('card', lower(hex(substr(OLD.sealed, -16))));
END;
CREATE TRIGGER card_replaced AFTER UPDATE OF sealed ON cards WHEN NEW.sealed != OLD.sealed BEGIN
    INSERT OR IGNORE INTO tombstones VALUES ('card', lower(hex(substr(OLD.sealed, -16))));
END;
CREATE TRIGGER referral_withdrawn AFTER UPDATE OF state ON referrals WHEN NEW.state = 'withdrawn' AND OLD.state != 'withdrawn' BEGIN
    INSERT OR IGNORE INTO tombstones VALUES ('withdrawn', NEW.referral_id);
END;
CREATE TRIGGER case_erased AFTER UPDATE OF erased ON cases WHEN NEW.erased IS NOT NULL BEGIN
    INSERT OR IGNORE INTO tombstones VALUES ('erased', NEW.case_id);
END;

-- Referrals brought back from a backup without knowing what was erased since: nobody sees them until the person returns, or their
-- partner says that it has them.
CREATE TABLE restored (
    referral_id  TEXT PRIMARY KEY REFERENCES referrals (referral_id) ON DELETE CASCADE,  -- 32 hex digits
    state        TEXT NOT NULL     -- one of casebook_view.STATES: in which it was when the backup was made
) STRICT;
