/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#ifdef HAVE_SQLITE
#include "quota/quota_file.h"
#include "quota/quota_blob.h"
#include "base/system_error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

/* "SESQ": tells our databases from those of other programs. */
#define APPLICATION 0x53455351
#define FILE_VERSION 1
/* Another program that writes into the file is waited for so long; milliseconds. */
#define BUSY_MILLISECONDS 200

enum file_statement { CLOCK_READ, CLOCK_WRITE, ROWS_READ, ROW_WRITE, ROW_REMOVE, BEGIN, COMMIT, ROLLBACK, STATEMENTS };

static const char *const statements[STATEMENTS] = {
	[CLOCK_READ] = "SELECT row FROM clock WHERE id = 1",
	[CLOCK_WRITE] = "INSERT INTO clock (id, row) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET row = ?1",
	[ROWS_READ] = "SELECT key, row FROM quota",
	/* In parentheses, since a comma could have been forgotten. */
	[ROW_WRITE] = ("INSERT INTO quota (key, used, changed, row) VALUES (?1, ?2, ?3, ?4) "
		       "ON CONFLICT (key) DO UPDATE SET used = ?2, changed = ?3, row = ?4"),
	[ROW_REMOVE] = "DELETE FROM quota WHERE key = ?1",
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
};

/* What makes a file of version i + 1 of one of version i; 0 is a new one. */
static const char *const upgrades[FILE_VERSION] = {
	[0] = "CREATE TABLE clock (id INTEGER PRIMARY KEY CHECK (id = 1), row BLOB NOT NULL);"
	      "CREATE TABLE quota (key TEXT PRIMARY KEY, used INTEGER NOT NULL, changed INTEGER NOT NULL, row BLOB NOT NULL) WITHOUT ROWID;",
};

struct quota_file {
	char *path;
	sqlite3 *db;
	sqlite3_stmt *prepared[STATEMENTS];
	bool synced; /* what the database is set to */
	dev_t device;
	ino_t inode;
};

/* ---- what is wrong ---- */

static void trouble_set(struct quota_file_trouble *trouble, enum quota_error error, enum fault_class class, bool starts,
	const char *path, const char *format, ...) __attribute__((format(printf, 6, 7)));

static void trouble_set(struct quota_file_trouble *trouble, enum quota_error error, enum fault_class class, bool starts,
	const char *path, const char *format, ...)
{
	char shown[200];
	va_list values;

	*trouble = (struct quota_file_trouble){ .error = error, .class = class, .starts = starts };
	int used = snprintf(trouble->words, sizeof trouble->words, "%s: ", text_escape(text_of(path), shown, sizeof shown));
	va_start(values, format);
	vsnprintf(trouble->words + used, sizeof trouble->words - (size_t)used, format, values);
	va_end(values);
}

/* The system has refused something; `remedy` if it stays so. */
static void trouble_system(struct quota_file_trouble *trouble, const char *path, int error, const char *what, const char *remedy)
{
	const char *passes = system_error_remedy(error);
	/* Mended by nobody who only starts the daemon again, and mail is to be told: the disk has been mounted so for a reason. */
	bool starts = passes || error == EROFS || error == EFBIG;

	trouble_set(trouble, error == ENOMEM ? QUOTA_ERROR_MEMORY : QUOTA_ERROR_CONNECT, passes ? FAULT_SYSTEM : FAULT_PERSON,
		starts, path, "%s: %s; %s", what, strerror(error), passes ? passes : remedy);
}

static void trouble_damage(struct quota_file_trouble *trouble, const char *path, const char *what)
{
	char shown[200];

	text_escape(text_of(path), shown, sizeof shown);
	trouble_set(trouble, QUOTA_ERROR_DAMAGED, FAULT_PERSON, true, path,
		"%s; put a copy in its place, or move it away and counting begins at zero by itself: mv %s %s.damaged; rm -f %s-wal %s-shm",
		what, shown, shown, shown, shown);
	trouble->broken = true;
}

static void trouble_memory(struct quota_file_trouble *trouble, const char *path)
{
	trouble_set(trouble, QUOTA_ERROR_MEMORY, FAULT_SYSTEM, true, path, "memory is short; free some memory");
}

/* What SQLite has answered to something. */
static void trouble_answer(struct quota_file_trouble *trouble, const char *path, sqlite3 *db, const char *what)
{
	int code = sqlite3_extended_errcode(db), error = sqlite3_system_errno(db);
	char words[200];

	switch (code & 0xff) {
	case SQLITE_NOTADB:
		trouble_damage(trouble, path, "this is no database of SQLite's");
		return;
	case SQLITE_CORRUPT:
	case SQLITE_SCHEMA:
		snprintf(words, sizeof words, "the database is damaged (%s)", sqlite3_errmsg(db));
		trouble_damage(trouble, path, words);
		return;
	case SQLITE_NOMEM:
		trouble_memory(trouble, path);
		return;
	case SQLITE_FULL:
		trouble_set(trouble, QUOTA_ERROR_WRITE, FAULT_SYSTEM, true, path, "%s: the disk is full; make room on that disk",
			what);
		return;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		trouble_set(trouble, QUOTA_ERROR_WRITE, FAULT_PASSING, true, path,
			"%s: another process is writing into it; end that (fuser -v shows it)", what);
		return;
	case SQLITE_READONLY:
		trouble_set(trouble, QUOTA_ERROR_REFUSED, FAULT_PERSON, true, path,
			"%s: it may not be written to; let the filter's user write to it and to its folder", what);
		return;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		/* A file that is too short for what it says of itself is damage. */
		if (code == SQLITE_IOERR_SHORT_READ || code == SQLITE_IOERR_CORRUPTFS) {
			trouble_damage(trouble, path, "the database is cut off");
			return;
		}
		trouble_system(trouble, path, error ? error : EIO, what, "let the filter's user read and write it and its folder");
		trouble->starts = true;
		trouble->error = (code & 0xff) == SQLITE_IOERR ? QUOTA_ERROR_WRITE : QUOTA_ERROR_CONNECT;
		return;
	default:
		trouble_set(trouble, QUOTA_ERROR_ANSWER, FAULT_PERSON, true, path, "%s: %s; look at it with sqlite3", what,
			sqlite3_errmsg(db));
		trouble->broken = true;
	}
}

/* ---- before it is opened ---- */

static bool look_at_folder(const char *path, struct quota_file_trouble *trouble)
{
	char *folder = strndup(path, (size_t)(strrchr(path, '/') - path));
	bool good = false;
	struct stat status;

	if (!folder) {
		trouble_memory(trouble, path);
		return false;
	}
	const char *name = *folder ? folder : "/";
	if (stat(name, &status) != 0)
		trouble_system(trouble, name, errno, "the folder of the quotas",
			"make it, for the filter's user alone: install -d -m 700 -o USER FOLDER");
	else if (!S_ISDIR(status.st_mode))
		trouble_system(trouble, name, ENOTDIR, "the folder of the quotas", "name a file in a folder");
	else if (euidaccess(name, W_OK | X_OK) != 0)
		trouble_system(trouble, name, errno, "the folder of the quotas", "give it to the filter's user: chown USER FOLDER");
	else
		good = true;
	free(folder);
	return good;
}

static bool look_at_status(const char *path, const struct stat *status, struct quota_file_trouble *trouble)
{
	if (!S_ISREG(status->st_mode))
		trouble_set(trouble, QUOTA_ERROR_CONNECT, FAULT_PERSON, false, path, "it is no regular file; name another");
	else if (status->st_uid != geteuid())
		trouble_set(trouble, QUOTA_ERROR_CONNECT, FAULT_PERSON, false, path,
			"it belongs to user %u, and the filter runs as %u; give it to that user: chown %u",
			(unsigned)status->st_uid, (unsigned)geteuid(), (unsigned)geteuid());
	else if (status->st_mode & 077)
		trouble_set(trouble, QUOTA_ERROR_CONNECT, FAULT_PERSON, false, path,
			"others may read or write it (mode %03o); it says who sends how much: chmod 600",
			(unsigned)status->st_mode & 0777);
	else if (status->st_size == 0)
		trouble_damage(trouble, path, "it is empty, and it was not made so");
	else
		return true;
	return false;
}

static bool look_at_beginning(const char *path, struct quota_file_trouble *trouble)
{
	static const char wanted[16] = "SQLite format 3";
	char bytes[sizeof wanted];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);
	int error = errno;

	if (fd >= 0)
		close(fd);
	if (got < 0)
		trouble_system(trouble, path, error, "it cannot be read", "let the filter's user read and write it: chmod 600");
	else if (got != sizeof wanted || memcmp(bytes, wanted, sizeof wanted) != 0)
		trouble_damage(trouble, path, "this is no database of SQLite's");
	else
		return true;
	return false;
}

/* QUOTA_ABSENT: there is none, and nothing of one. */
static enum quota_found look_at_file(const char *path, struct quota_file_trouble *trouble)
{
	struct stat status;
	char *log = NULL;

	if (stat(path, &status) == 0)
		return look_at_status(path, &status, trouble) && look_at_beginning(path, trouble) ? QUOTA_FOUND : QUOTA_FAILED;
	if (errno != ENOENT) {
		trouble_system(trouble, path, errno, "it cannot be looked at", "name a file that the filter's user can reach");
		return QUOTA_FAILED;
	}
	if (asprintf(&log, "%s-wal", path) < 0) {
		trouble_memory(trouble, path);
		return QUOTA_FAILED;
	}
	/* Changes of a file that is gone: a new one would take them for its own. */
	bool left = stat(log, &status) == 0 && status.st_size > 0;
	free(log);
	if (!left)
		return QUOTA_ABSENT;
	trouble_damage(trouble, path, "it is gone, but the changes beside it (-wal) are there");
	return QUOTA_FAILED;
}

bool quota_file_look(const char *path, struct quota_file_trouble *trouble)
{
	return look_at_folder(path, trouble) && look_at_file(path, trouble) != QUOTA_FAILED;
}

static bool take_lock(const char *path, int *lock, struct quota_file_trouble *trouble)
{
	char *name = NULL;

	if (*lock >= 0)
		return true;
	if (asprintf(&name, "%s.lock", path) < 0) {
		trouble_memory(trouble, path);
		return false;
	}
	*lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*lock < 0) {
		trouble_system(trouble, name, errno, "it cannot be locked", "let the filter's user write to it and to its folder");
	} else if (flock(*lock, LOCK_EX | LOCK_NB) != 0) {
		int error = errno;
		close(*lock);
		*lock = -1;
		if (error == EWOULDBLOCK)
			trouble_set(trouble, QUOTA_ERROR_CONNECT, FAULT_PASSING, false, path,
				"another daemon counts in it; stop that, or name another file in quotas.store");
		else
			trouble_system(trouble, name, error, "it cannot be locked", "name a file on a disk of this machine");
	}
	free(name);
	return *lock >= 0;
}

/* ---- opening ---- */

static bool run(sqlite3 *db, const char *path, const char *sql, const char *what, struct quota_file_trouble *trouble)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	trouble_answer(trouble, path, db, what);
	return false;
}

/* The first column of the first row, in `out`. False and *trouble, also if there is none. */
static bool ask(sqlite3 *db, const char *path, const char *sql, char *out, size_t room, struct quota_file_trouble *trouble)
{
	sqlite3_stmt *statement = NULL;
	bool good = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW;
	const char *answer = good ? (const char *)sqlite3_column_text(statement, 0) : NULL;

	if (answer)
		snprintf(out, room, "%s", answer);
	else
		trouble_answer(trouble, path, db, "it cannot be read");
	sqlite3_finalize(statement);
	return answer;
}

static bool upgrade(sqlite3 *db, const char *path, long version, struct quota_file_trouble *trouble)
{
	char last[80];

	snprintf(last, sizeof last, "PRAGMA application_id = %d; PRAGMA user_version = %d", APPLICATION, FILE_VERSION);
	if (!run(db, path, "BEGIN IMMEDIATE", "it cannot be written", trouble))
		return false;
	for (; version < FILE_VERSION; version++)
		if (!run(db, path, upgrades[version], "it cannot be written", trouble))
			return false;
	return run(db, path, last, "it cannot be written", trouble) && run(db, path, "COMMIT", "it cannot be written", trouble);
}

/* Whose and which it is; what is older is made new. */
static bool check_version(sqlite3 *db, const char *path, bool writes, struct quota_file_trouble *trouble)
{
	char application[32], version[32];

	if (!ask(db, path, "PRAGMA application_id", application, sizeof application, trouble) ||
		!ask(db, path, "PRAGMA user_version", version, sizeof version, trouble))
		return false;
	long number = strtol(version, NULL, 10);
	if (strtol(application, NULL, 10) != APPLICATION || number < 1) {
		trouble_set(trouble, QUOTA_ERROR_CONNECT, FAULT_PERSON, true, path,
			"it is a database of another program; name another file in quotas.store");
		trouble->broken = true;
		return false;
	}
	if (number > FILE_VERSION) {
		trouble_set(trouble, QUOTA_ERROR_CONNECT, FAULT_PERSON, false, path,
			"a newer version of this program has made it (%ld, this one knows %d); install that, or name another file in "
			"quotas.store",
			number, FILE_VERSION);
		return false;
	}
	return number == FILE_VERSION || !writes || upgrade(db, path, number, trouble);
}

static bool check_damage(sqlite3 *db, const char *path, struct quota_file_trouble *trouble)
{
	char found[120], words[200], shown[120];

	if (!ask(db, path, "PRAGMA quick_check(1)", found, sizeof found, trouble))
		return false;
	if (!strcmp(found, "ok"))
		return true;
	snprintf(words, sizeof words, "the database is damaged (%s)", text_escape(text_of(found), shown, sizeof shown));
	trouble_damage(trouble, path, words);
	return false;
}

static sqlite3 *open_database(const char *path, int flags, struct quota_file_trouble *trouble)
{
	sqlite3 *db = NULL;
	int code = sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);

	if (code == SQLITE_OK) {
		sqlite3_extended_result_codes(db, 1);
		sqlite3_busy_timeout(db, BUSY_MILLISECONDS);
		sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
		return db;
	}
	if (db)
		trouble_answer(trouble, path, db, "it cannot be opened");
	else
		trouble_memory(trouble, path);
	sqlite3_close(db);
	return NULL;
}

static bool sync_folder(const char *path)
{
	char *folder = strndup(path, (size_t)(strrchr(path, '/') - path) + 1);
	int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	bool good = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	free(folder);
	return good;
}

/* Under `made` first: whatever happens, a file that bears the name is whole. */
static bool create_as(const char *path, const char *made, struct quota_file_trouble *trouble)
{
	int fd = open(made, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0) {
		trouble_system(trouble, made, errno, "it cannot be made", "let the filter's user write to its folder");
		return false;
	}
	fchmod(fd, 0600);
	close(fd);
	sqlite3 *db = open_database(made, SQLITE_OPEN_READWRITE, trouble);
	bool good = db && upgrade(db, path, 0, trouble);
	sqlite3_close(db);
	if (good && (rename(made, path) != 0 || !sync_folder(path))) {
		trouble_system(trouble, path, errno, "it cannot be made", "let the filter's user write to its folder");
		good = false;
	}
	if (!good)
		unlink(made);
	return good;
}

static bool create(const char *path, struct quota_file_trouble *trouble)
{
	char *made = NULL;

	if (asprintf(&made, "%s.new", path) < 0) {
		trouble_memory(trouble, path);
		return false;
	}
	bool good = create_as(path, made, trouble);
	free(made);
	return good;
}

static bool prepare_statements(struct quota_file *file, struct quota_file_trouble *trouble)
{
	for (size_t i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v3(file->db, statements[i], -1, SQLITE_PREPARE_PERSISTENT, &file->prepared[i], NULL) !=
			SQLITE_OK) {
			trouble_answer(trouble, file->path, file->db, "it cannot be read");
			if (trouble->error == QUOTA_ERROR_ANSWER)
				trouble_damage(trouble, file->path, "its tables are not those of this program");
			return false;
		}
	return true;
}

/* Its log is made here: a disk that is read-only or full shows now. */
static bool prepare_to_write(struct quota_file *file, struct quota_file_trouble *trouble)
{
	char mode[32];

	if (!ask(file->db, file->path, "PRAGMA journal_mode = WAL", mode, sizeof mode, trouble) ||
		!run(file->db, file->path, "PRAGMA synchronous = NORMAL", "it cannot be read", trouble))
		return false;
	if (sqlite3_db_readonly(file->db, "main") != 1 && !strcmp(mode, "wal"))
		return true;
	trouble_set(trouble, QUOTA_ERROR_REFUSED, FAULT_PERSON, true, file->path,
		"it may not be written to; let the filter's user write to it and to its folder");
	return false;
}

static bool prepare(struct quota_file *file, bool writes, struct quota_file_trouble *trouble)
{
	return check_version(file->db, file->path, writes, trouble) &&
		run(file->db, file->path, "PRAGMA cell_size_check = ON", "it cannot be read", trouble) &&
		(!writes || prepare_to_write(file, trouble)) && check_damage(file->db, file->path, trouble) &&
		prepare_statements(file, trouble);
}

bool quota_file_is_there(const struct quota_file *file)
{
	struct stat status;

	return stat(file->path, &status) == 0 && status.st_dev == file->device && status.st_ino == file->inode;
}

void quota_file_close(struct quota_file *file)
{
	if (!file)
		return;
	for (size_t i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(file->prepared[i]);
	/* SQLite leaves the log of a file that has been moved away, and the next file of that name would take it for its own. */
	if (file->db && !quota_file_is_there(file))
		sqlite3_wal_checkpoint_v2(file->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_close(file->db);
	free(file->path);
	free(file);
}

static struct quota_file *open_file(const char *path, bool writes, struct quota_file_trouble *trouble)
{
	struct quota_file *file = calloc(1, sizeof *file);
	struct stat status;

	if (!file || !(file->path = strdup(path))) {
		free(file);
		trouble_memory(trouble, path);
		return NULL;
	}
	if (stat(path, &status) == 0) {
		file->device = status.st_dev;
		file->inode = status.st_ino;
	}
	file->db = open_database(path, writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, trouble);
	if (file->db && prepare(file, writes, trouble))
		return file;
	quota_file_close(file);
	return NULL;
}

struct quota_file *quota_file_open(const char *path, int *lock, struct quota_file_trouble *trouble)
{
	*trouble = (struct quota_file_trouble){ 0 };
	if (!look_at_folder(path, trouble) || !take_lock(path, lock, trouble))
		return NULL;
	enum quota_found found = look_at_file(path, trouble);
	if (found == QUOTA_FAILED || (found == QUOTA_ABSENT && !create(path, trouble)))
		return NULL;
	return open_file(path, true, trouble);
}

struct quota_file *quota_file_open_to_read(const char *path, struct quota_file_trouble *trouble)
{
	*trouble = (struct quota_file_trouble){ 0 };
	return look_at_beginning(path, trouble) ? open_file(path, false, trouble) : NULL;
}

/* ---- reading ---- */

enum quota_found quota_file_clock(struct quota_file *file, int64_t *moment, int64_t *wall)
{
	sqlite3_stmt *statement = file->prepared[CLOCK_READ];
	int code = sqlite3_step(statement);
	enum quota_found found = QUOTA_FAILED;

	if (code == SQLITE_DONE)
		found = QUOTA_ABSENT;
	else if (code == SQLITE_ROW && sqlite3_column_type(statement, 0) == SQLITE_BLOB &&
		quota_blob_read_clock(sqlite3_column_blob(statement, 0), (size_t)sqlite3_column_bytes(statement, 0), moment, wall))
		found = QUOTA_FOUND;
	sqlite3_reset(statement);
	return found;
}

static bool load_row(struct quota_file *file, sqlite3_stmt *statement, quota_file_each *each, void *context,
	struct quota_file_trouble *trouble)
{
	/* Nothing is converted: what is of another type is not ours. */
	bool text = sqlite3_column_type(statement, 0) == SQLITE_TEXT, bytes = sqlite3_column_type(statement, 1) == SQLITE_BLOB;
	struct text key = text
		? (struct text){ (const char *)sqlite3_column_text(statement, 0), (size_t)sqlite3_column_bytes(statement, 0) }
		: TEXT("");
	const unsigned char *blob = bytes ? sqlite3_column_blob(statement, 1) : NULL;
	size_t size = bytes ? (size_t)sqlite3_column_bytes(statement, 1) : 0;
	enum quota_scope scope, inside;
	struct text name, name_inside;
	struct quota_count count;

	bool key_good = quota_key_parse(key, &scope, &name);
	bool row_good = quota_blob_read(blob, size, &inside, &name_inside, &count);
	if (key_good && (!row_good || (scope == inside && text_equals(name, name_inside))))
		return each(context, scope, name, row_good ? &count : NULL);
	char shown[120], words[200];
	snprintf(words, sizeof words, "the row with the key `%s` is damaged, and it cannot be told whose it is",
		text_escape(key, shown, sizeof shown));
	trouble_damage(trouble, file->path, words);
	return false;
}

/* The order in which the table stands. A page in the place of another one is seen by nothing else. */
static bool is_next(struct quota_file *file, sqlite3_stmt *statement, char *last, size_t *last_length,
	struct quota_file_trouble *trouble)
{
	const char *key = sqlite3_column_blob(statement, 0);
	size_t length = (size_t)sqlite3_column_bytes(statement, 0);

	if (length > QUOTA_KEY_SIZE || !key ||
		text_compare((struct text){ last, *last_length }, (struct text){ key, length }) >= 0) {
		trouble_damage(trouble, file->path, "the database is damaged (its rows are out of order)");
		return false;
	}
	memcpy(last, key, length);
	*last_length = length;
	return true;
}

bool quota_file_load(struct quota_file *file, quota_file_each *each, void *context, struct quota_file_trouble *trouble)
{
	sqlite3_stmt *statement = file->prepared[ROWS_READ];
	char last[QUOTA_KEY_SIZE];
	size_t last_length = 0;
	int code;

	*trouble = (struct quota_file_trouble){ 0 };
	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
		if (!is_next(file, statement, last, &last_length, trouble) || !load_row(file, statement, each, context, trouble))
			break;
	if (code != SQLITE_DONE && code != SQLITE_ROW)
		trouble_answer(trouble, file->path, file->db, "it cannot be read");
	sqlite3_reset(statement);
	return code == SQLITE_DONE;
}

/* ---- writing ---- */

static void roll_back(struct quota_file *file)
{
	/* Some errors have done it already. */
	if (!sqlite3_get_autocommit(file->db)) {
		sqlite3_step(file->prepared[ROLLBACK]);
		sqlite3_reset(file->prepared[ROLLBACK]);
	}
}

static bool step(struct quota_file *file, enum file_statement which, struct quota_file_trouble *trouble)
{
	sqlite3_stmt *statement = file->prepared[which];
	bool good = sqlite3_step(statement) == SQLITE_DONE;

	if (!good)
		trouble_answer(trouble, file->path, file->db, "it cannot be written");
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	if (!good)
		roll_back(file);
	return good;
}

bool quota_file_begin(struct quota_file *file, bool synced, struct quota_file_trouble *trouble)
{
	*trouble = (struct quota_file_trouble){ 0 };
	if (synced != file->synced &&
		!run(file->db, file->path, synced ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL",
			"it cannot be written", trouble))
		return false;
	file->synced = synced;
	return step(file, BEGIN, trouble);
}

/* The statement's first parameter. */
static void bind_key(sqlite3_stmt *statement, char *room, enum quota_scope scope, struct text name)
{
	size_t length = quota_key_write(scope, name, room, QUOTA_KEY_SIZE);

	sqlite3_bind_text(statement, 1, room, (int)length, SQLITE_STATIC);
}

bool quota_file_put(struct quota_file *file, const struct quota_change *change, int64_t wall, struct quota_file_trouble *trouble)
{
	sqlite3_stmt *statement = file->prepared[ROW_WRITE];
	unsigned char blob[QUOTA_BLOB_MAX];
	char key[QUOTA_KEY_SIZE];

	bind_key(statement, key, change->scope, change->name);
	sqlite3_bind_int64(statement, 2, change->count.ring.sum);
	sqlite3_bind_int64(statement, 3, wall / 1000000);
	sqlite3_bind_blob(statement, 4, blob, (int)quota_blob_write(change->scope, change->name, &change->count, blob),
		SQLITE_STATIC);
	return step(file, ROW_WRITE, trouble);
}

bool quota_file_remove(struct quota_file *file, enum quota_scope scope, struct text name, struct quota_file_trouble *trouble)
{
	char key[QUOTA_KEY_SIZE];

	bind_key(file->prepared[ROW_REMOVE], key, scope, name);
	return step(file, ROW_REMOVE, trouble);
}

bool quota_file_commit(struct quota_file *file, int64_t moment, int64_t wall, struct quota_file_trouble *trouble)
{
	unsigned char blob[QUOTA_BLOB_CLOCK_SIZE];

	quota_blob_write_clock(moment, wall, blob);
	sqlite3_bind_blob(file->prepared[CLOCK_WRITE], 1, blob, sizeof blob, SQLITE_STATIC);
	return step(file, CLOCK_WRITE, trouble) && step(file, COMMIT, trouble);
}
#endif
