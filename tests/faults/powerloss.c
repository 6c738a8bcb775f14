/* Writes every change of files below a folder to a journal, with its data: LD_PRELOAD for tests/faults/powerloss.py.
 *
 * POWERLOSS_FOLDER is the folder, POWERLOSS_JOURNAL the journal outside of it. A record is a header, a path, and a
 * second path or data. Files are named by device and inode, because they are renamed and linked while they are open.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct header { uint32_t what, path_bytes, data_bytes, zero; int64_t number; uint64_t inode; };

static const char *folder;
static int journal = -1;
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

#define REAL(result, name, ...) \
    static result (*real)(__VA_ARGS__); \
    if (!real) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("POWERLOSS_JOURNAL");
    folder = getenv("POWERLOSS_FOLDER");
    if (folder && path) journal = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static void note(char what, const char *path, const void *data, size_t bytes, int64_t number, uint64_t inode) {
    struct header header = {(uint32_t)what, path ? (uint32_t)strlen(path) : 0, (uint32_t)bytes, 0, number, inode};
    struct iovec parts[] = {{&header, sizeof header}, {(void *)path, header.path_bytes}, {(void *)data, bytes}};
    int before = errno;
    if (syscall(SYS_writev, journal, parts, 3) != (long)(sizeof header + header.path_bytes + bytes)) abort();
    errno = before;
}

/* The absolute path of a name relative to an open folder, and whether it is below ours. */
static int below(int at, const char *name, char *path) {
    if (journal < 0 || !name) return 0;
    char link[64], base[PATH_MAX] = "";
    if (name[0] != '/') {
        snprintf(link, sizeof link, at == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", at);
        ssize_t found = readlink(link, base, sizeof base - 1);
        if (found < 0) return 0;
        base[found] = 0;
    }
    if (snprintf(path, PATH_MAX, name[0] == '/' ? "%s%s" : "%s/%s", base, name) >= PATH_MAX) return 0;
    return strncmp(path, folder, strlen(folder)) == 0 && path[strlen(folder)] == '/';
}

/* The kind and inode of an open file below our folder: S_IFREG, S_IFDIR, or 0 for any other. */
static mode_t is_ours(int file, char *path, uint64_t *inode) {
    char link[64];
    struct stat found;
    int before = errno;
    if (journal < 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t bytes = readlink(link, path, PATH_MAX - 1);
    path[bytes < 0 ? 0 : bytes] = 0;
    int ours = strncmp(path, folder, strlen(folder)) == 0 && fstat(file, &found) == 0;
    errno = before;
    if (!ours) return 0;
    *inode = found.st_ino;
    return found.st_mode & S_IFMT;
}

static int opened(int at, const char *name, int flags, mode_t mode) {
    char path[PATH_MAX], ignored[PATH_MAX];
    uint64_t inode;
    int ours = (flags & (O_CREAT | O_TRUNC)) && below(at, name, path);
    pthread_mutex_lock(&lock);
    struct stat found;
    int is_new = ours && lstat(path, &found) != 0;
    int file = (int)syscall(SYS_openat, at, name, flags, mode);
    if (file >= 0 && ours && is_ours(file, ignored, &inode) == S_IFREG) {
        if (is_new) note('o', path, NULL, 0, 0, inode);
        else if (flags & O_TRUNC) note('t', NULL, NULL, 0, 0, inode);
    }
    pthread_mutex_unlock(&lock);
    return file;
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }
int open(const char *name, int flags, ...) { MODE(flags) return opened(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags) return opened(AT_FDCWD, name, flags | O_LARGEFILE, mode); }
int openat(int at, const char *name, int flags, ...) { MODE(flags) return opened(at, name, flags, mode); }
int openat64(int at, const char *name, int flags, ...) { MODE(flags) return opened(at, name, flags | O_LARGEFILE, mode); }

static ssize_t wrote(int file, const void *data, ssize_t done, int64_t offset) {
    char path[PATH_MAX];
    uint64_t inode;
    if (done > 0 && is_ours(file, path, &inode) == S_IFREG)
        note('w', NULL, data, (size_t)done, offset >= 0 ? offset : lseek(file, 0, SEEK_CUR) - done, inode);
    return done;
}

#define LOCKED(type, call) \
    pthread_mutex_lock(&lock); type result = (call); pthread_mutex_unlock(&lock); return result
ssize_t write(int file, const void *data, size_t bytes) {
    REAL(ssize_t, "write", int, const void *, size_t);
    LOCKED(ssize_t, wrote(file, data, real(file, data, bytes), -1));
}
ssize_t pwrite64(int file, const void *data, size_t bytes, off64_t offset) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    LOCKED(ssize_t, wrote(file, data, real(file, data, bytes, offset), offset));
}
ssize_t pwrite(int file, const void *data, size_t bytes, off_t offset) { return pwrite64(file, data, bytes, offset); }
ssize_t writev(int file, const struct iovec *parts, int count) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    char path[PATH_MAX];
    uint64_t inode;
    if (!is_ours(file, path, &inode)) return real(file, parts, count);
    ssize_t total = 0;
    for (int each = 0; each < count; each++) {
        ssize_t done = write(file, parts[each].iov_base, parts[each].iov_len);
        if (done < 0) return total ? total : done;
        total += done;
    }
    return total;
}

/* Notes a change of an open file that succeeded. A folder that is synced has a letter of its own. */
static int done(int result, char what, int file, int64_t number) {
    char path[PATH_MAX];
    uint64_t inode;
    mode_t kind = result == 0 ? is_ours(file, path, &inode) : 0;
    if (kind == S_IFREG) note(what, NULL, NULL, 0, number, inode);
    else if (kind == S_IFDIR) note('d', path, NULL, 0, 0, inode);
    return result;
}
int ftruncate64(int file, off64_t bytes) {
    REAL(int, "ftruncate64", int, off64_t);
    LOCKED(int, done(real(file, bytes), 't', file, bytes));
}
int ftruncate(int file, off_t bytes) { return ftruncate64(file, bytes); }
int fsync(int file) {
    REAL(int, "fsync", int);
    LOCKED(int, done(real(file), 's', file, 0));
}
int fdatasync(int file) { return fsync(file); }

/* Notes a change of names that succeeded. */
static int named(int result, char what, int ours, const char *path, const char *other) {
    if (result == 0 && ours) note(what, path, other, other ? strlen(other) : 0, 0, 0);
    return result;
}
#define TWO(what, call) \
    char from[PATH_MAX], to[PATH_MAX]; \
    int ours = below(at, name, from) & below(other_at, other, to); \
    LOCKED(int, named((int)(call), what, ours, from, to))
int renameat2(int at, const char *name, int other_at, const char *other, unsigned flags) {
    TWO('r', syscall(SYS_renameat2, at, name, other_at, other, flags));
}
int renameat(int at, const char *name, int other_at, const char *other) {
    return renameat2(at, name, other_at, other, 0);
}
int rename(const char *name, const char *other) { return renameat2(AT_FDCWD, name, AT_FDCWD, other, 0); }
int linkat(int at, const char *name, int other_at, const char *other, int flags) {
    TWO('l', syscall(SYS_linkat, at, name, other_at, other, flags));
}
int link(const char *name, const char *other) { return linkat(AT_FDCWD, name, AT_FDCWD, other, 0); }

#define ONE(what, at, name, call) \
    char path[PATH_MAX]; \
    int ours = below(at, name, path); \
    LOCKED(int, named((int)(call), what, ours, path, NULL))
int unlinkat(int at, const char *name, int flags) { ONE('u', at, name, syscall(SYS_unlinkat, at, name, flags)); }
int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }
int mkdirat(int at, const char *name, mode_t mode) { ONE('m', at, name, syscall(SYS_mkdirat, at, name, mode)); }
int mkdir(const char *name, mode_t mode) { return mkdirat(AT_FDCWD, name, mode); }
