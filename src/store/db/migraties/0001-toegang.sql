-- Accounts, sessions and what is known of each period's key. Times are seconds since 1970 (UTC).

CREATE TABLE account (
    naam        TEXT PRIMARY KEY NOT NULL,
    rol         TEXT NOT NULL,
    gemeente    TEXT,
    oin         TEXT,
    staat       TEXT NOT NULL CHECK (staat IN ('uitgenodigd', 'actief', 'geblokkeerd')),
    -- PHC string; there from the moment the account is taken into use.
    wachtwoord  TEXT,
    totp        BLOB,
    -- The time step of the last code that was accepted: a code opens once.
    totp_stap   INTEGER,
    pogingen    INTEGER NOT NULL DEFAULT 0,
    poging_op   INTEGER NOT NULL DEFAULT 0,
    -- SHA-256 of the activation code, and until when it holds.
    activering  BLOB,
    activering_tot INTEGER,
    gemaakt_op  INTEGER NOT NULL
) STRICT;

CREATE TABLE sessie (
    -- SHA-256 of the cookie.
    hash        BLOB PRIMARY KEY NOT NULL,
    naam        TEXT NOT NULL REFERENCES account (naam) ON DELETE CASCADE,
    begin       INTEGER NOT NULL,
    laatst      INTEGER NOT NULL
) STRICT;

CREATE INDEX sessie_naam ON sessie (naam);

-- The keys themselves are never here: only by which names they went, so that a period is not
-- continued under another key, and no share serves two periods.
CREATE TABLE periode (
    periode     TEXT PRIMARY KEY NOT NULL,
    deel_b      TEXT NOT NULL UNIQUE,
    sleutel     TEXT NOT NULL,
    begonnen_op INTEGER NOT NULL
) STRICT;
