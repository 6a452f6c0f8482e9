-- How many persons who agreed to be counted named what, by quarter (domain.md 5.4). Aggregates only: no row belongs to a person, no time
-- is finer than the quarter, and without a rowid nothing keeps the order in which the cells were first counted.
-- Kept indefinitely (domain.md 5.3, counters). What of it may be published is decided by referrals/statistics.py.
CREATE TABLE tallies (
    quarter   TEXT NOT NULL,     -- such as 2026-Q4, UTC
    dimension TEXT NOT NULL,     -- language, urgency, need: every person once in each of the first two, once for each of her needs
    value     TEXT NOT NULL,     -- ko, zh; soon, later; a code of a need
    place     TEXT NOT NULL,     -- CN, transit, KR; none: not said, or elsewhere
    count     INTEGER NOT NULL CHECK (count > 0),  -- persons
    PRIMARY KEY (quarter, dimension, value, place)
) STRICT, WITHOUT ROWID;
