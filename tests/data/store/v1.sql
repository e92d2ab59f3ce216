-- A database of version 1 as its release made it, one statement a line.
CREATE TABLE logs ( id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, inode INTEGER NOT NULL DEFAULT 0, size INTEGER NOT NULL DEFAULT 0, modified INTEGER NOT NULL DEFAULT 0, read_to INTEGER NOT NULL DEFAULT 0, tail BLOB NOT NULL DEFAULT x'', damaged INTEGER NOT NULL DEFAULT 0)
CREATE TABLE log_lines ( id INTEGER PRIMARY KEY AUTOINCREMENT, log INTEGER NOT NULL REFERENCES logs(id) ON DELETE CASCADE, at INTEGER NOT NULL, length INTEGER NOT NULL, record TEXT NOT NULL, time TEXT NOT NULL, kept INTEGER NOT NULL, blocks INTEGER NOT NULL, first_token_ms REAL NOT NULL, plan TEXT NOT NULL, pictures TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL)
CREATE INDEX log_lines_by_time ON log_lines(log, time)
CREATE INDEX log_lines_by_place ON log_lines(log, at)
CREATE TABLE deleted_lines ( id INTEGER PRIMARY KEY, log INTEGER NOT NULL REFERENCES logs(id) ON DELETE CASCADE, record TEXT NOT NULL, at INTEGER NOT NULL, length INTEGER NOT NULL)
CREATE VIRTUAL TABLE log_text USING fts5(question, answer, pictures, content='log_lines', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='2 3')
CREATE TRIGGER log_lines_added AFTER INSERT ON log_lines BEGIN INSERT INTO log_text(rowid, question, answer, pictures) VALUES (new.id, new.question, new.answer, new.pictures); END
CREATE TRIGGER log_lines_removed AFTER DELETE ON log_lines BEGIN INSERT INTO log_text(log_text, rowid, question, answer, pictures) VALUES ('delete', old.id, old.question, old.answer, old.pictures); END
INSERT INTO logs(id, path) VALUES (1, '/home/somebody/log.jsonl')
INSERT INTO log_lines(log, at, length, record, time, kept, blocks, first_token_ms, plan, pictures, question, answer) VALUES (1, 0, 500, 'a1', '2026-11-30T12:00:00.000Z', 448, 2040, 19.4, 'input:pred_2d,tau=0.02', 'word.png', 'Where is Save?', 'At the top.')
INSERT INTO deleted_lines(id, log, record, at, length) VALUES (7, 1, 'b2', 501, 400)
PRAGMA application_id = 1349678446
PRAGMA user_version = 1
