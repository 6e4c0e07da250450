-- Templates of finger pictures are up to 31 KB: ridge texture beside the minutiae.
ALTER TABLE template MODIFY COLUMN sealed BLOB NOT NULL;
