-- Beside each contact list lies the list of handles that are no longer on it: a row of its own, which is fetched and
-- confirmed apart. Of a list whose copy was removed that file was removed with it.

ALTER TABLE lijst ADD COLUMN soort TEXT NOT NULL DEFAULT 'contactlijst' CHECK (soort IN ('contactlijst', 'vervallen'));

INSERT INTO lijst (koppeling, naam, gemeente, bestand, tot, soort)
    SELECT koppeling, naam, gemeente, 'lijsten/' || naam || '-' || gemeente || '-vervallen.csv.age', tot, 'vervallen'
    FROM lijst WHERE verwijderd_op IS NULL ORDER BY nr;
