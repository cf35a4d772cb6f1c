-- What was destroyed when its term had passed, and who handed in what could open it. Times are seconds since
-- 1970 (UTC).

CREATE TABLE vernietiging (
    periode       TEXT PRIMARY KEY NOT NULL,
    -- From then on nothing of the month is taken in or opened.
    begonnen_op   INTEGER NOT NULL,
    -- When the register said so.
    vernietigd_op INTEGER,
    -- When the register said that the service has no copy of share B.
    dienst_op     INTEGER
) STRICT;

-- Offices, no persons: fg, or gemeente with its code.
CREATE TABLE deel_b_houder (
    periode       TEXT NOT NULL,
    houder        TEXT NOT NULL,
    PRIMARY KEY (periode, houder)
) STRICT;
