-- A database of version 2 as its release made it, one statement a line.
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
CREATE TABLE pictures ( id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 BLOB NOT NULL UNIQUE, width INTEGER NOT NULL, height INTEGER NOT NULL, thumbnail BLOB NOT NULL, png BLOB NOT NULL)
CREATE TABLE conversations ( id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, created_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL, deleted_ms INTEGER NOT NULL DEFAULT 0, leaf INTEGER REFERENCES turns(id))
CREATE TABLE turns ( id INTEGER PRIMARY KEY AUTOINCREMENT, conversation INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE, parent INTEGER REFERENCES turns(id), picture INTEGER NOT NULL REFERENCES pictures(id), picture_name TEXT NOT NULL, asked_ms INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'stopped')), question TEXT NOT NULL, answer TEXT NOT NULL, plan TEXT NOT NULL, error TEXT NOT NULL, content TEXT NOT NULL)
CREATE INDEX conversations_by_change ON conversations(deleted_ms, changed_ms)
CREATE INDEX conversations_by_leaf ON conversations(leaf)
CREATE INDEX turns_by_conversation ON turns(conversation, parent)
CREATE INDEX turns_by_parent ON turns(parent)
CREATE INDEX turns_by_picture ON turns(picture)
CREATE INDEX conversations_of_turns ON turns(id, conversation)
CREATE VIRTUAL TABLE conversation_text USING fts5(title, content='conversations', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='2 3')
CREATE TRIGGER conversations_added AFTER INSERT ON conversations BEGIN INSERT INTO conversation_text(rowid, title) VALUES (new.id, new.title); END
CREATE TRIGGER conversations_removed AFTER DELETE ON conversations BEGIN INSERT INTO conversation_text(conversation_text, rowid, title) VALUES ('delete', old.id, old.title); END
CREATE TRIGGER conversations_changed AFTER UPDATE OF title ON conversations BEGIN INSERT INTO conversation_text(conversation_text, rowid, title) VALUES ('delete', old.id, old.title); INSERT INTO conversation_text(rowid, title) VALUES (new.id, new.title); END
CREATE VIRTUAL TABLE turn_text USING fts5(question, answer, picture_name, content='turns', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='2 3')
CREATE TRIGGER turns_added AFTER INSERT ON turns BEGIN INSERT INTO turn_text(rowid, question, answer, picture_name) VALUES (new.id, new.question, new.answer, new.picture_name); END
CREATE TRIGGER turns_removed AFTER DELETE ON turns BEGIN INSERT INTO turn_text(turn_text, rowid, question, answer, picture_name) VALUES ('delete', old.id, old.question, old.answer, old.picture_name); END
CREATE TRIGGER turns_changed AFTER UPDATE OF question, answer, picture_name ON turns BEGIN INSERT INTO turn_text(turn_text, rowid, question, answer, picture_name) VALUES ('delete', old.id, old.question, old.answer, old.picture_name); INSERT INTO turn_text(rowid, question, answer, picture_name) VALUES (new.id, new.question, new.answer, new.picture_name); END
INSERT INTO pictures(id, sha256, width, height, thumbnail, png) VALUES (3, x'0a', 64, 64, x'01', x'02')
INSERT INTO conversations(id, title, created_ms, changed_ms) VALUES (5, 'Where is it?', 1764504000000, 1764504001000)
INSERT INTO turns(id, conversation, picture, picture_name, asked_ms, state, question, answer, plan, error, content) VALUES (9, 5, 3, 'capture', 1764504000000, 'done', 'Where is it?', 'At the left.', 'input:pred_2d', '', '{}')
UPDATE conversations SET leaf = 9
PRAGMA application_id = 1349678446
PRAGMA user_version = 2
