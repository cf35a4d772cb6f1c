-- Koppelingen as jobs, and the contact lists that they let out. Nothing here is about one jongere. Times
-- are seconds since 1970 (UTC).

CREATE TABLE koppeling (
    nr            INTEGER PRIMARY KEY NOT NULL,
    doelbinding   TEXT NOT NULL,
    versie        INTEGER NOT NULL,
    peildatum     TEXT NOT NULL,
    zonder_overlap INTEGER NOT NULL,
    staat         TEXT NOT NULL CHECK (staat IN
        ('gepland', 'bezig', 'klaar', 'vrijgeven', 'vrijgegeven', 'geweigerd', 'mislukt', 'geannuleerd')),
    gevraagd_door TEXT NOT NULL,
    gevraagd_op   INTEGER NOT NULL,
    begonnen_op   INTEGER,
    geeindigd_op  INTEGER,
    -- Who saw what would leave, last.
    gezien_door   TEXT,
    beslist_door  TEXT,
    -- Why it ended without a release: JSON with code, wat, doe and fouten.
    uitleg        TEXT,
    -- How many lines the register had when its release began.
    register_was  INTEGER,
    -- Number of its release in the register.
    vrijgave      INTEGER UNIQUE
) STRICT;

CREATE TABLE lijst (
    nr            INTEGER PRIMARY KEY NOT NULL,
    koppeling     INTEGER NOT NULL REFERENCES koppeling (nr),
    naam          TEXT NOT NULL,
    gemeente      TEXT NOT NULL,
    -- Its name among the files of the release.
    bestand       TEXT NOT NULL,
    -- The last day on which it can be fetched.
    tot           TEXT NOT NULL,
    opgehaald_door TEXT,
    opgehaald_op  INTEGER,
    bevestigd_door TEXT,
    bevestigd_op  INTEGER,
    -- When the service removed its copy.
    verwijderd_op INTEGER,
    UNIQUE (koppeling, bestand)
) STRICT;

CREATE INDEX lijst_gemeente ON lijst (gemeente);
