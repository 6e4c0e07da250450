-- The private server's own start (--init-file), before anybody connects. Touches every frame of the buffer pool once, so that the machine holds from the beginning what it would hold after some hundred customers: 60,000 rows of 200 bytes are a little more than the 16 MB of db/server.py. MariaDB alone: sequences.
CREATE TEMPORARY TABLE mysql.filler (bytes CHAR(200) CHARACTER SET latin1 NOT NULL) ENGINE = InnoDB SELECT '' AS bytes FROM mysql.seq_1_to_60000;
DROP TEMPORARY TABLE mysql.filler;
